"""Write js/src/protocol.gen.ts, the browser's types of what travels, from src/ipyseedance/widgets/protocol.

`python -m scripts.protocol` writes the file; with --check it only says whether the file is up to date.

TypedDicts and parts of messages become interfaces, unions and literals become types, and each table of messages becomes
one interface of what is asked and answered. Docstrings become comments.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from ipyseedance.widgets.protocol.message import Message

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "js/src/protocol.gen.ts"
MODULES = ("message", "shared", "snapshots", "history", "requests", "wall")
TABLES = {"SHARED_REQUESTS": "SharedRequests", "STUDIO_REQUESTS": "StudioRequests", "WALL_REQUESTS": "WallRequests"}
HEAD = """\
/**
 * What travels between the kernel and the browser. Written by scripts/protocol.py: instead of this file, change
 * src/ipyseedance/widgets/protocol and run `make js`.
 */
"""
LONGEST_LINE = 120
PLAIN: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    object: "unknown",
    # No JSON has bytes: the kernel puts a digest in the place of such a text.
    bytes: "string",
}


class Writer:
    """Writes the types of modules, in the order in which they stand there."""

    def __init__(self) -> None:
        self.names: dict[Any, str] = {}
        """The unions and literals that have a name."""
        self.listed: dict[type[Message], str] = {}
        """The table that has a message first."""

    def write(self, module: ModuleType) -> Iterator[str]:
        body = ast.parse(inspect.getsource(module)).body
        for node, after in zip(body, [*body[1:], None], strict=True):
            if isinstance(node, ast.ClassDef):
                yield from self.interface(module, node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                yield from self.alias(node.targets[0].id, getattr(module, node.targets[0].id), docstring(after))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in TABLES:
                yield self.table(TABLES[node.target.id], getattr(module, node.target.id))

    def interface(self, module: ModuleType, node: ast.ClassDef) -> Iterator[str]:
        """A TypedDict, or a part of messages. A whole message stands in its table."""
        kind = getattr(module, node.name)
        if kind is Message or not (is_typeddict(kind) or (issubclass(kind, Message) and not hasattr(kind, "kind"))):
            return
        above = [
            base.id for base in node.bases if isinstance(base, ast.Name) and base.id not in ("TypedDict", "Message")
        ]
        fields = self.fields(kind, node, "  ")
        head = comment(ast.get_docstring(node), "")
        if not fields and not above:
            yield f"{head}export type {node.name} = Record<string, never>;\n"
            return
        extends = f" extends {', '.join(above)}" if above else ""
        yield f"{head}export interface {node.name}{extends} {{\n{fields}}}\n"

    def alias(self, name: str, value: object, doc: str | None) -> Iterator[str]:
        """A union, a literal or an object that has a name. What only limits a type has none in TypeScript."""
        if get_origin(value) in (Literal, Union, UnionType, dict):
            written = self.type_of(value)
            self.names[value] = name
            yield f"{comment(doc, '')}export type {name} = {written};\n"

    def table(self, name: str, messages: Sequence[type[Message]]) -> str:
        entries = []
        for message in messages:
            if message in self.listed:
                entries.append(f'  {message.kind}: {self.listed[message]}["{message.kind}"];\n')
                continue
            self.listed[message] = name
            answer = self.type_of(message.answer)
            head = comment(inspect.getdoc(message), "  ")
            asked = self.asked(message)
            line = f"  {message.kind}: {{ ask: {asked}; answer: {answer} }};\n"
            if "\n" in asked or len(line) > LONGEST_LINE:
                line = f"  {message.kind}: {{\n    ask: {asked};\n    answer: {answer};\n  }};\n"
            entries.append(head + line)
        return f"/** What is asked, and what is answered. */\nexport interface {name} {{\n{''.join(entries)}}}\n"

    def asked(self, message: type[Message]) -> str:
        """What a message says beside its kind."""
        above = [base for base in message.__bases__ if base is not Message and issubclass(base, Message)]
        parts = [self.asked(base) if hasattr(base, "kind") else base.__name__ for base in above]
        node = ast.parse(inspect.getsource(message)).body[0]
        assert isinstance(node, ast.ClassDef)
        if fields := self.fields(message, node, "      "):
            alone = fields.count("\n") == 1
            parts.append(f"{{ {fields.strip().rstrip(';')} }}" if alone else f"{{\n{fields}    }}")
        return " & ".join(parts) or "Nothing"

    def fields(self, kind: Any, node: ast.ClassDef, indent: str) -> str:
        """What a class says itself, as properties."""
        hints = get_type_hints(kind, include_extras=True)
        lines = []
        for part, after in zip(node.body, [*node.body[1:], None], strict=True):
            if not isinstance(part, ast.AnnAssign) or not isinstance(part.target, ast.Name):
                continue
            name = part.target.id
            hint = hints[name]
            if issubclass(kind, Message):
                optional = not kind.model_fields[name].is_required()
            else:
                optional = get_origin(hint) is NotRequired or not kind.__total__
                hint = get_args(hint)[0] if get_origin(hint) is NotRequired else hint
            mark = "?" if optional else ""
            written = f"{indent}readonly {alias_of(hint) or name}{mark}: {self.type_of(hint)};\n"
            lines.append(comment(docstring(after), indent) + written)
        return "".join(lines)

    def type_of(self, hint: Any) -> str:
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self.type_of(args[0])
        if hint in self.names:
            return self.names[hint]
        if hint in PLAIN:
            return PLAIN[hint]
        if origin is Literal:
            return " | ".join("true" if arg is True else f'"{arg}"' for arg in args)
        if origin in (Union, UnionType):
            return " | ".join(dict.fromkeys(map(self.type_of, args)))
        if origin is list:
            each = self.type_of(args[0])
            return f"readonly ({each})[]" if " " in each else f"readonly {each}[]"
        if origin is dict:
            # Of keys that are given as literals there need not be each.
            record = f"Readonly<Record<{self.type_of(args[0])}, {self.type_of(args[1])}>>"
            return record if args[0] is str else f"Partial<{record}>"
        if is_typeddict(hint) or (isinstance(hint, type) and issubclass(hint, Message)):
            return str(hint.__name__)
        raise TypeError(f"{hint} has no type in TypeScript yet")


def docstring(node: ast.AST | None) -> str | None:
    """What a text under a name says of it."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return inspect.cleandoc(node.value.value)
    return None


def comment(doc: str | None, indent: str) -> str:
    if not doc:
        return ""
    lines = doc.splitlines()
    if len(lines) == 1:
        return f"{indent}/** {doc} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"


def alias_of(hint: Any) -> str | None:
    """The name that JSON has for a field, where Python cannot have it."""
    found = [part.alias for part in getattr(hint, "__metadata__", ()) if isinstance(part, FieldInfo) and part.alias]
    return f'"{found[0]}"' if found else None


def generated() -> str:
    writer = Writer()
    modules = [importlib.import_module(f"ipyseedance.widgets.protocol.{name}") for name in MODULES]
    return "\n".join([HEAD, *(text for module in modules for text in writer.write(module))])


def main(*, check: bool) -> int:
    text = generated()
    if not check:
        FILE.write_text(text, encoding="utf-8", newline="\n")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
        print(
            f"{FILE.relative_to(ROOT)} is not what src/ipyseedance/widgets/protocol says. Run `make js`, and commit it."
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
