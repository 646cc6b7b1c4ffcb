"""One bad value does not hide the other findings of its file, and brings none of its own elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from reading import write
from repository import CASES
from rolegate.diagnostics import Diagnostic
from rolegate.documents.capture import Files
from rolegate.errors import InvalidPolicyError
from rolegate.loading.load import policy_of

FLEET = CASES / "fleet"
FILES = {path.relative_to(FLEET).as_posix(): path.read_text("utf-8") for path in FLEET.rglob("*.yaml")}


def found(files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Everything that is reported of a set of these *files*; none where it can be asked."""
    try:
        return policy_of(Files(Path(), {name: text.encode() for name, text in files.items()})).warnings
    except InvalidPolicyError as refused:
        return refused.diagnostics


def values(node: yaml.Node) -> Iterator[yaml.Node]:
    """The values below *node*, without keys."""
    for inner in [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else node.value:
        yield inner
        if not isinstance(inner, yaml.ScalarNode):
            yield from values(inner)


PLACES = [
    (name, node.start_mark.index, len(text[: node.end_mark.index].rstrip()))
    for name, text in FILES.items()
    if (root := yaml.compose(text)) is not None
    for node in values(root)
]


def with_value(name: str, begin: int, end: int, value: str) -> dict[str, str]:
    """The files with *value* in the place of one of their values."""
    return {**FILES, name: FILES[name][:begin] + value + FILES[name][end:]}


def test_the_set_is_sound() -> None:
    """What the tests damage has nothing wrong with it."""
    assert () == found(FILES)


@given(st.sampled_from(PLACES))
def test_a_value_that_is_lost_is_one_finding(place: tuple[str, int, int]) -> None:
    """LAW: whatever is missing because a value could not be read is not reported elsewhere."""
    name, begin, end = place
    line = FILES[name].count("\n", 0, begin) + 1
    said = found(with_value(name, begin, end, "!lost value"))
    assert [(name, line)] == [(one.file, one.line) for one in said]
    assert "RG106" == said[0].code


@given(st.sampled_from(PLACES))
def test_a_trap_shows_what_quotes_would_show(place: tuple[str, int, int]) -> None:
    """LAW: beside an unquoted `12:30`, what is reported is what would be reported with the quotes."""
    name, begin, end = place
    quoted = found(with_value(name, begin, end, '"12:30"'))
    unquoted = found(with_value(name, begin, end, "12:30"))
    errors = {one.code for one in unquoted if one.severity == "error"}
    assert errors, "a bad value never makes a set sound"
    assert {one for one in unquoted if one.code not in ("RG108", "RG219", "RG114")} <= set(quoted)


ROLE, LINES, DOMAINS, CATALOG = "roles/driver.yaml", "bindings.yaml", "domains.yaml", "catalog.yaml"
GRANTS = "role: driver\ngrants: [trips.vieww@own]\n"
NO_ROLE = "grants: [trips.vieww@own]\n"
LINE = "bindings: [{user: a, role: drver, domain: vite"
DOMAIN = "domains: {nordfracht: {title: ~, plan: prro, teams: {night: bo}}, vite: {plan: basic}}\n"
TITLED = FILES[CATALOG].replace("title: Fleet", "title: 12:30").replace("[trips.view]", "[trips.vew]")
BOTH = [
    (ROLE, f"{GRANTS}title: 12:30\n", ["2 RG301", "3 RG108"]),
    (ROLE, f"{GRANTS}locked: yes\n", ["2 RG301", "3 RG108"]),
    (ROLE, f"{GRANTS}colour: red\n", ["2 RG301", "3 RG112"]),
    (ROLE, f"{GRANTS}title:\n", ["2 RG301", "3 RG109"]),
    (ROLE, f"{GRANTS}title: !x T\n", ["2 RG301", "3 RG106"]),
    (ROLE, GRANTS.replace("grants", "grnats"), ["2 RG112", "2 RG301"]),
    (ROLE, GRANTS.replace("grants", "allow"), ["2 RG119", "2 RG301"]),
    (ROLE, NO_ROLE, ["1 RG113", "1 RG301"]),
    (ROLE, "role: driver\ngrants: [{trips.plan: ownn}]\n", ["2 RG114", "2 RG304"]),
    (LINES, f"{LINE}}}, {{user: no, role: driver, domain: vite}}]\n", ["1 RG108", "1 RG317"]),
    (LINES, f"{LINE}, until: soon}}]\n", ["1 RG317", "1 RG405"]),
    (DOMAINS, DOMAIN, ["1 RG108", "1 RG211"]),
    (CATALOG, TITLED, ["19 RG207", "2 RG108"]),
]


@pytest.mark.parametrize(("name", "text", "expected"), BOTH)
def test_both_are_told_at_once(name: str, text: str, expected: list[str]) -> None:
    """A misspelt name is reported beside the bad value of its file, and nothing else."""
    said = [one for one in found({**FILES, name: text}) if one.severity == "error"]
    assert expected == sorted(f"{one.line} {one.code}" for one in said)
    assert {name} == {one.file for one in said}


def test_a_bad_value_keeps_the_set_from_being_asked(tmp_path: Path) -> None:
    """Reading on after a bad value answers nothing: the set is refused as before."""
    write(tmp_path, {**FILES, "roles/driver.yaml": FILES["roles/driver.yaml"].replace("Driver", "12:30")})
    with pytest.raises(InvalidPolicyError):
        rolegate.load(tmp_path)
