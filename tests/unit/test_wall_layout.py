"""Which clip hangs where."""

from __future__ import annotations

from itertools import product

import pytest

from ipyseedance.widgets.wall_layout import MOST, lay_out


def swept(**axes: list[str]) -> dict[int, dict[str, str]]:
    cells = (dict(zip(axes, values, strict=True)) for values in product(*axes.values()))
    return dict(enumerate(cells, 1))


def numbers(count: int) -> list[str]:
    return [str(n) for n in range(count)]


def test_two_axes_are_rows_and_columns() -> None:
    layout = lay_out(swept(animal=["fox", "owl"], seed=numbers(3)))
    (page,) = layout.pages
    assert layout.axes == ("animal", "seed")
    assert (page.rows, page.columns) == (("fox", "owl"), ("seed 0", "seed 1", "seed 2"))
    assert (page.ids, page.name) == ((1, 2, 3, 4, 5, 6), "")
    assert layout.labels[5] == "owl · seed 1"


def test_a_place_without_a_clip_stays_empty() -> None:
    places = swept(animal=["fox", "owl"], seed=numbers(2))
    del places[3]
    (page,) = lay_out(places).pages
    assert page.ids == (1, 2, None, 4)


def test_further_axes_are_paged_by_their_values() -> None:
    layout = lay_out(swept(animal=["fox", "owl"], seed=numbers(2), resolution=["480p", "720p"]))
    assert [page.name for page in layout.pages] == ["480p", "720p"]
    assert layout.pages[1].ids == (2, 4, 6, 8)


def test_an_axis_of_one_value_is_none() -> None:
    layout = lay_out(swept(animal=["fox"], seed=numbers(3)))
    assert (layout.axes, layout.pages[0].rows) == (("seed",), ())
    assert layout.labels[2] == "seed 1"


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (2, 20), (20, 2), (30, 30), (16, 16), (5, 3)])
def test_no_page_is_too_full_and_none_is_lost(rows: int, columns: int) -> None:
    places = swept(row=[f"r{n}" for n in range(rows)], column=numbers(columns))
    layout = lay_out(places)
    shown = [id for page in layout.pages for id in page.ids]
    assert sorted(id for id in shown if id) == list(places)
    assert all(len(page.ids) == len(page.rows) * len(page.columns) <= MOST for page in layout.pages)
    assert len({page.name for page in layout.pages}) == len(layout.pages)


def test_clips_of_no_common_sweep_hang_in_order() -> None:
    layout = lay_out({id: {} for id in range(1, 41)})
    assert [len(page.ids) for page in layout.pages] == [16, 16, 8]
    assert [page.name for page in layout.pages] == ["1 to 16", "17 to 32", "33 to 40"]
    assert (layout.axes, layout.labels) == ((), {})


def test_two_clips_in_one_place_hang_in_order() -> None:
    places = {1: {"a": "x", "b": "1"}, 2: {"a": "x", "b": "1"}, 3: {"a": "y", "b": "2"}}
    assert lay_out(places).pages[0].ids == (1, 2, 3)
    assert lay_out(places).axes == ()
