"""Shows a scene in a browser of one's own, to work on the look: `python -m tests.browser.page.serve studio history`.

Reload the page after a build. `&theme=dark` and `&width=480` change how it is shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path


def main(widget: str = "studio", scene: str = "history") -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder  # the secret by which a project knows its own rows is not the person's
        from .stage import Stage

        stage = Stage(Path(folder))
        _, session = (stage.wall if widget == "wall" else stage.studio)(scene)
        print(f"{stage.server.url}/js/dev/dist/page.html?widget={widget}&session={session}&theme=light")  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            stage.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
