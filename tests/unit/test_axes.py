"""The text an axis is written as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipyseedance.sweeps.syntax import Replacing, expand, parse, split_skip
from ipyseedance.sweeps.template import Template, meaning_only, names_in


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("fox", ["fox"]),
        (" fox , red panda,owl ", ["fox", "red panda", "owl"]),
        ("1, 2, .., 5", ["1", "2", "3", "4", "5"]),
        ("10, 8, .., 4", ["10", "8", "6", "4"]),
        ("1, 3, .., 5, 100", ["1", "3", "5", "100"]),
        ("7, 1, 2, .., 4", ["7", "1", "2", "3", "4"]),
        ("0.1, 0.2, .., 0.5", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
        ("1, 1.5, .., 3.0", ["1", "1.5", "2", "2.5", "3.0"]),
        ("-2, -1, .., 1", ["-2", "-1", "0", "1"]),
        ("4..7", ["4", "5", "6", "7"]),
        ("7 .. 5", ["7", "6", "5"]),
        ("3..3", ["3"]),
        ("1, 4..6, 9", ["1", "4", "5", "6", "9"]),
        ("a fox || an owl, at dusk || 1, 2, .., 4", ["a fox", "an owl, at dusk", "1, 2, .., 4"]),
        ("4..6 || 9", ["4..6", "9"]),
        ("fox, SKIP: owl", ["fox", "SKIP: owl"]),
        ("wait..what", ["wait..what"]),
    ],
)
def test_what_a_text_stands_for(text: str, values: list[str]) -> None:
    assert expand(text) == values


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there are no values"),
        (" , ", "there are no values"),
        ("a,,b", "an empty value"),
        ("a || ", "an empty value"),
        ("1, 2, .., 9.5", "does not hit its end; it could end on 9, 10"),
        ("1, 5, .., 6", "does not hit its end; it could end on 9"),
        ("1, 2, .., 2", "does not hit its end; it could end on 3"),
        ("1, 2, .., 0", "goes the wrong way"),
        ("5, 4, .., 6", "goes the wrong way"),
        ("1, 1, .., 5", "never gets to its end"),
        ("1, .., 5", "two numbers before it and one after"),
        ("1, 2, ..", "two numbers before it and one after"),
        ("a, b, .., z", "two numbers before it and one after"),
        ("1..1000000", "1,000,000 values are too many"),
        ("1, 2, .., 1000000", "too many"),
    ],
)
def test_what_cannot_be_read(text: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        expand(text)
    assert says in str(caught.value)


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(-50, 50, places=2).filter(bool),
    st.integers(2, 200),
)
def test_a_progression_has_every_value_and_its_end(first: object, step: object, count: int) -> None:
    numbers = [first + step * n for n in range(count + 1)]  # type: ignore[operator]
    text = f"{numbers[0]}, {numbers[1]}, .., {numbers[-1]}"
    assert [type(numbers[0])(value) for value in expand(text)] == numbers


@given(st.integers(-(10**6), 10**6), st.integers(-500, 500))
def test_a_range_goes_either_way(first: int, more: int) -> None:
    values = expand(f"{first}..{first + more}")
    assert values[0] == str(first)
    assert values[-1] == str(first + more)
    assert len(values) == len(set(values)) == abs(more) + 1


@given(
    st.lists(st.text(st.characters(exclude_characters="|", categories=["L", "P", "N", "Z"]), min_size=1), min_size=2)
)
def test_between_bars_everything_belongs_to_the_value(values: list[str]) -> None:
    values = [value.strip() for value in values if value.strip()]
    if len(values) > 1:
        assert expand(" || ".join(values)) == values


def test_replacing_is_written_with_an_arrow() -> None:
    assert parse("red cat => dog || owl, at night", prompt=True) == Replacing("red cat", ("dog", "owl, at night"))
    assert parse("cat=>dog, owl", prompt=True) == Replacing("cat", ("dog", "owl"))
    assert parse("cat => dog") == ["cat => dog"]
    assert parse("a cat || a dog", prompt=True) == ["a cat", "a dog"]


def test_skip() -> None:
    assert split_skip("SKIP: owl") == ("owl", True)
    assert split_skip("SKIP:owl") == ("owl", True)
    assert split_skip("skip: owl") == ("skip: owl", False)


def test_placeholders_and_braces() -> None:
    template = Template("A {animal} says {{hi}} to the {animal} {Größe_1}{{{x}}}")
    assert template.names == ["animal", "Größe_1", "x"]
    assert template.fill({"animal": "{fox}", "Größe_1": "}}", "x": "y"}) == "A {fox} says {hi} to the {fox} }}{y}"


@pytest.mark.parametrize("text", ["a { b", "a } b", '{"shot": 1}', "{}", "{a b}", "{1a}", "{{{"])
def test_a_lone_brace_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="for a brace that is meant"):
        Template(text)


@given(st.text())
def test_doubled_braces_are_the_text_itself(text: str) -> None:
    assert Template(text.replace("{", "{{").replace("}", "}}")).fill({}) == text


@given(st.text("{}ab "))
def test_only_the_placeholders_of_axes_are_filled(text: str) -> None:
    assert Template(meaning_only(text, [])).fill({}) == text
    assert Template(meaning_only(text, ["a"])).fill({"a": "x"}) == text.replace("{a}", "x")


def test_what_could_be_a_placeholder_is_found_beside_any_other_brace() -> None:
    assert names_in('A {animal} and {"shot": 1} {{not}} { {place} {animal}') == ["animal", "place"]
