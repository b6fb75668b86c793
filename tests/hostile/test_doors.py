"""One door for each thing that comes from outside, and no module that goes round one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ipyseedance

PACKAGE = Path(ipyseedance.__file__).parent

CALLS: dict[str, tuple[set[str], dict[str, str]]] = {
    "pictures": (
        {"Image.open", "ImageFile.Parser", "Image.fromstring"},
        {"doors/pictures.py": "the door"},
    ),
    "videos": (
        {"av.open"},
        {"doors/videos.py": "the door", "offline/engine/encode.py": "it writes one"},
    ),
    "JSON": (
        {"json.load", "json.loads", "response.json", "answer.json", "from_json", "pydantic_core.from_json"},
        {
            "doors/parsing.py": "the door",
            "jobs/export.py": "what pandas has just written",
            "store/table.py": "many columns at once; what is no object goes through the door one by one",
            "store/finding.py": "a hundred thousand short texts a search, in which words are looked for, and no more",
            "offline/launch.py": "the first line of the child that it starts",
            "offline/bodies.py": "a body, which is bounded as it is read",
            "offline/job.py": "what this server has written",
            "offline/journal.py": "what this server has written",
            "offline/platform_api.py": "what this server has written",
        },
    ),
    "addresses": (
        {"httpx.AsyncClient", "httpx.Client", "httpx.AsyncHTTPTransport", "httpx.get", "urlopen",
         "socket.create_connection", "socket.getaddrinfo"},
        {
            "fal/transport.py": "looks at each address before it is called",
            "fal/wire.py": "its clients call by that transport alone",
            "offline/inputs.py": "holds its redirects to the rule, by the door",
            "offline/webhooks.py": "calls the hosts that its owner named",
        },
    ),
    "files": (
        {"os.open", "os.fdopen", "open", "os.rename", "os.replace", "os.unlink", "os.remove", "os.symlink", "os.link",
         "shutil.copy", "shutil.copyfile", "shutil.copytree", "shutil.move", "shutil.rmtree", "tempfile.mkstemp"},
        {
            "doors/files.py": "the door",
            "doors/pictures.py": "a path that a person gave",
            "store/trust.py": "gives the secret its name, in the person's own folder",
            "offline/parent_watch.py": "clears its own scratch folder",
            "offline/launch.py": "makes that scratch folder, and clears it where the engine could not",
        },
    ),
}  # fmt: skip
"""What is called only within the door, and where else it is right, and why."""
METHODS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "unlink", "rename", "replace", "rmdir",
           "symlink_to", "hardlink_to", "touch", "glob", "rglob", "iterdir", "chmod"}  # fmt: skip
"""Methods of a path."""
OF_PATHS = {
    "doors/files.py": "the door",
    "doors/pictures.py": "a path that a person gave",
    "jobs/export.py": "looks whether a folder that a person gave is empty",
    "offline/journal.py": "keeps its own file from others",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file.relative_to(PACKAGE).as_posix(), ast.parse(file.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.mark.parametrize("door", CALLS)
def test_nobody_goes_round_the_door(door: str) -> None:
    names, allowed = CALLS[door]
    found = {name for name, tree in modules() if any(called in names for called, _ in calls(tree))}
    bases = {name for name, tree in modules() for node in ast.walk(tree)
             if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in names for base in node.bases)}  # fmt: skip
    assert found | bases == set(allowed), "a new one needs a reason here, or the door"


def test_no_module_opens_writes_or_removes_a_file_by_its_path() -> None:
    """Strings have `replace` too, and connections `open`: those take texts, or nothing."""
    found: dict[str, set[str]] = {}
    for name, tree in modules():
        for called, node in calls(tree):
            owner, _, method = called.rpartition(".")
            of_text = method == "replace" and len(node.args) == 2
            of_fields = method == "replace" and (not owner or node.keywords)
            of_others = method == "open" and owner.endswith(("connection", "_connection", "self", "Image", "av"))
            if method in METHODS and owner and not (of_text or of_fields or of_others):
                found.setdefault(name, set()).add(called)
    assert {name: sorted(told) for name, told in found.items() if name not in OF_PATHS} == {}
    assert set(OF_PATHS) <= set(found)


def test_nobody_joins_a_stored_name_to_a_folder() -> None:
    """A name from a row, an answer or a page is resolved by the door; others join names that stand in the code."""
    found = []
    for name, tree in modules():
        if name == "doors/names.py" or name.startswith("offline/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and name != "contract/previews.py":
                left, right = ast.unparse(node.left), node.right
                of_paths = any(
                    word in left for word in ("folder", "path", "target", "room", "_STATIC", "clips", "frames")
                )
                written_here = isinstance(right, (ast.Constant, ast.JoinedStr))
                if of_paths and not written_here:
                    found.append(f"{name}: {ast.unparse(node)}")
            elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
                "joinpath", "with_name", "with_suffix", "with_stem", "relative_to"
            ):  # fmt: skip
                found.append(f"{name}: {ast.unparse(node)}")
    assert set(found) == set(JOINED), "resolve it with doors.names, or say here why it is no stored name"


JOINED = {
    "jobs/clip.py: self.path.relative_to(Path.cwd())": "how a notebook beside it reaches the clip",
    "jobs/folder.py: folder / names.HISTORY": "one name",
    "jobs/export.py: target / source.name": "the name that the door gave",
    "store/clips.py: room / name": "a name that the folder has, and that is of our form",
    "store/opening.py: path.with_name(path.name + ending)": "what SQLite writes beside the history",
    "store/store.py: folder / names.HISTORY": "one name",
    "store/leases.py: folder / _ASKING": "one name",
    "store/leases.py: self._folder / _ASKING": "one name",
}
"""Where names are joined to a folder, and why each is no stored name."""


def test_the_doors_stand_below_everything() -> None:
    for name, tree in modules():
        if name.startswith("doors/"):
            for node in ast.walk(tree):
                assert not (isinstance(node, ast.ImportFrom) and node.level > 1), name
