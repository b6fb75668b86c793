"""Both sides of the protocol name the same requests."""

from __future__ import annotations

import re
from typing import cast

from ipyseedance.widgets.answers import Answers
from ipyseedance.widgets.studio import Studio
from tests.browser.page.comms import ROOT


def test_the_kernel_answers_what_the_browser_asks() -> None:
    text = (ROOT / "js/src/shared/requests.ts").read_text()
    table = text.split("export interface Requests {", 1)[1].split("\n}", 1)[0]
    asked = set(re.findall(r"^  (\w+): \{", table, re.MULTILINE))
    assert asked == Answers(cast("Studio", None)).kinds
