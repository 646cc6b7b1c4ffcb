"""When lines hold: what is found about lines that never hold, have ended or say what another line says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import rolegate
from reading import write

CATALOG = "catalog: times\nresources: {box: Box}\npermissions: {see: See, open: {title: Open, per: box}}\n"
ROLES = {
    "roles/all.yaml": 'role: all\ngrants: [see, "open[*]"]\n',
    "roles/one.yaml": "role: one\ngrants: [see]\n",
}
DOMAINS = "domains: {acme: {teams: {sales: [ana]}, zone: Europe/Paris}, inner: {within: acme}}\n"


def found(folder: Path, *lines: str, at: date = datetime(2026, 6, 1, tzinfo=UTC)) -> list[str]:
    """The codes that *lines* of bindings give, with the number of the line."""
    text = "bindings:\n" + "".join(f"  - {{{line}}}\n" for line in lines)
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": text, **ROLES}
    return [
        f"{each.code}:{each.line - 1}"
        for each in rolegate.validate([write(folder, files)], at=at).diagnostics
    ]


ANA = "user: ana, role: all, domain: acme"


@pytest.mark.parametrize(
    ("period", "codes"),
    [
        ("from: 2027-01-01, until: 2027-01-01", ["RG421:1"]),
        ("from: 2027-01-02, until: 2027-01-01", ["RG421:1"]),
        ("from: 2027-01-01T12:00Z, until: 2027-01-01T13:00", ["RG421:1"]),
        ("from: 2027-01-01T12:00Z, until: 2027-01-01T13:01", []),
        ("from: 2020-01-01, until: 2020-01-01", ["RG421:1"]),
    ],
)
def test_a_line_that_never_holds_is_an_error(tmp_path: Path, period: str, codes: list[str]) -> None:
    """Its end has to come after its beginning, in one zone or in two."""
    assert codes == found(tmp_path, f"{ANA}, {period}")


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (datetime(2026, 12, 16, 22, 59, tzinfo=UTC), []),
        (datetime(2026, 12, 16, 23, tzinfo=UTC), ["RG422:1"]),
        (date(2026, 12, 16), []),
        (date(2026, 12, 17), ["RG422:1"]),
    ],
)
def test_a_line_that_has_ended_is_a_warning(tmp_path: Path, at: date, codes: list[str]) -> None:
    """At the time that is asked about; the set stays valid."""
    assert codes == found(tmp_path, f"{ANA}, until: 2026-12-17", at=at)
    assert rolegate.validate([tmp_path], at=at).ok
    assert [code[:5] for code in codes] == [each.code for each in rolegate.load(tmp_path, at=at).warnings]


OPEN = "only: {box: [a]}, rest: drop"


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([ANA, ANA], ["RG423:2"]),
        ([f"{ANA}, until: 2027-01-01", ANA], ["RG423:1"]),
        ([ANA, f"{ANA}, from: 2027-01-01"], ["RG423:2"]),
        ([f"{ANA}, from: 2027-01-01", f"{ANA}, from: 2027-02-01, until: 2027-03-01"], ["RG423:2"]),
        ([f"{ANA}, from: 2027-01-01, until: 2027-03-01", f"{ANA}, from: 2027-02-01, until: 2027-04-01"], []),
        ([f"{ANA}, until: 2027-01-01", f"{ANA}, from: 2027-01-01"], []),
        ([ANA, "user: bo, role: all, domain: acme"], []),
        ([ANA, "team: sales, role: all, domain: acme"], []),
        ([ANA, "user: ana, role: all, domain: inner"], []),
        ([ANA, "user: ana, role: one, domain: acme"], []),
        ([ANA, f"{ANA}, {OPEN}"], []),
        ([f"{ANA}, {OPEN}", f"{ANA}, {OPEN}"], ["RG423:2"]),
        ([f"{ANA}, {OPEN}", f"{ANA}, {OPEN.replace('a', 'b')}"], []),
        ([f"{ANA}, {OPEN}", f"{ANA}, {OPEN.replace('drop', 'keep')}"], []),
        (["user: ana, grants: [see], domain: acme", "user: ana, restrict: [see], domain: acme"], []),
        (
            ['user: ana, grants: ["open[a]"], domain: acme', 'user: ana, grants: ["open[b]"], domain: acme'],
            [],
        ),
        (["user: ana, restrict: [see], domain: acme"] * 3, ["RG423:2", "RG423:3"]),
    ],
)
def test_a_line_that_adds_nothing_is_a_warning(tmp_path: Path, lines: list[str], codes: list[str]) -> None:
    """Another line says the same to the same subject in the same domain, for all of its time."""
    assert codes == found(tmp_path, *lines)


def test_the_limits_count_lines_of_any_time(tmp_path: Path) -> None:
    """What is too long for a column is refused before its line begins, and after it has ended."""
    line = f"{ANA}, only: {{box: [{'é' * 41}]}}, rest: drop"
    assert ["RG501:1"] == found(tmp_path, f"{line}, from: 2099-01-01")
    assert ["RG422:1", "RG501:1"] == found(tmp_path, f"{line}, until: 2020-01-01")
