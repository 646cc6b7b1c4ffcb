"""A file that is not YAML ends at the broken place for policies, and not for findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from repository import CASES
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.loading.load import resolve_files

FLEET = CASES / "fleet"
SOUND = {path.relative_to(FLEET).as_posix(): path.read_text("utf-8") for path in FLEET.rglob("*.yaml")}
LINES, DOMAINS, DRIVER = "bindings.yaml", "domains.yaml", "roles/driver.yaml"
MISSPELT = {
    **SOUND,
    LINES: SOUND[LINES]
    + """\
  - {user: eve, role: drivr, domain: vite}
  - {user: "fay", rolle: driver, domain: vite}
  - user: gil
    grants: ["depots.enter[Kiel]", trips.vieww@own]
    domain: nordfracht
    note: 'who is
      new here'
  - {team: day, role: driver, domain: nordfracht}
  - {user: hal, role: driver, domain: vitte, until: 31.12.2040}
""",
    DOMAINS: SOUND[DOMAINS].replace("plan: basic", 'plan: basik\n    addons: ["sso", sla]'),
    DRIVER: SOUND[DRIVER] + '  - trips.plann@own\n  - "vehicles.view@owner"\nexcept: [trips.exprt]\n',
}
"""The set with mistakes all over it, of which nothing is hidden."""


def found(files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Everything that is reported of a set of these *files*."""
    report = Report()
    resolve_files(Files(Path(), {name: text.encode() for name, text in files.items()}), report, None)
    return report.sorted()


ALL = {(one.code, one.span, one.message) for one in found(MISSPELT)}
SIGNS = (
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "@",
    "%",
    "\t",
    ": ",
    "- ",
    "&",
    "*",
    "!",
    "|",
    "`",
    "",
    " ",
    "   ",
    "#",
)


@given(
    st.sampled_from([LINES, LINES, DOMAINS, DRIVER]),
    st.integers(0, 2000),
    st.sampled_from(SIGNS),
    st.booleans(),
)
@example(LINES, MISSPELT[LINES].index("  - {"), "{", True)  # the first line loses the key that it is under
def test_nothing_is_found_that_is_not_there(name: str, place: int, sign: str, over: bool) -> None:
    """LAW: what is reported beside the broken place is reported of the file that is not broken."""
    text = MISSPELT[name]
    place %= len(text)
    if text[place] == "\n":
        over = False
    broken = text[:place] + sign + text[place + (over or (not sign and text[place] != "\n")) :]
    said = found({**MISSPELT, name: broken})
    stop = [one for one in said if one.file == name and one.code == "RG104"]
    if not stop:
        return
    line = text.count("\n", 0, place) + 1
    beside = [one for one in said if one not in stop and (one.file, one.line) != (name, line)]
    assert [] == [str(one) for one in beside if (one.code, one.span, one.message) not in ALL], broken


BROKEN = [
    (
        LINES,
        "role: drivr, domain: vite}",
        "role: drivr, domain: vite",
        {"5 RG104", "6 RG112", "8 RG301", "12 RG403"},
    ),
    (LINES, '"fay"', "@fay", {"5 RG317", "6 RG104", "8 RG301", "12 RG403", "13 RG401"}),
    (LINES, '"fay"', '"fay', {"5 RG317", "8 RG104"}),
    (DOMAINS, "title: Nordfracht", "title: @x", {"3 RG104", "9 RG211"}),
    (DRIVER, "title: Driver", "title: `Driver", {"2 RG104", "7 RG301", "8 RG304", "9 RG301"}),
    (DRIVER, "except: [", "except: {", {"7 RG301", "8 RG304", "9 RG104"}),
]


@pytest.mark.parametrize(("name", "before", "after", "expected"), BROKEN)
def test_what_is_before_and_after_is_told(name: str, before: str, after: str, expected: set[str]) -> None:
    """Beside the broken place, what can be said of the rest of the file for certain is said at once."""
    assert before in MISSPELT[name]
    said = found({**MISSPELT, name: MISSPELT[name].replace(before, after, 1)})
    told = {f"{one.line} {one.code}" for one in said if one.file == name}
    assert expected <= told, told


def test_names_that_may_be_in_the_broken_part_are_not_missed() -> None:
    """A domain, a team or a role that only the broken part declares is nowhere reported as unknown."""
    for name, before in (
        (DOMAINS, "night:"),
        (DOMAINS, "  vite:"),
        (DRIVER, "role:"),
        ("catalog.yaml", "plan:"),
    ):
        files = {**SOUND, name: SOUND[name].replace(before, f"@{before}")}
        assert ["RG104"] == [one.code for one in found(files)], before


def test_two_sides_of_a_conflict_are_not_read() -> None:
    """Of a file with a merge conflict only what is before it is read."""
    sides = "<<<<<<< HEAD\n  - {user: a, role: nix, domain: vite}\n=======\n>>>>>>> side\n"
    said = found({**SOUND, LINES: f"bindings:\n  - {{user: a, role: nox, domain: vite}}\n{sides}"})
    assert ["2 RG317", "3 RG104"] == [f"{one.line} {one.code}" for one in said]
