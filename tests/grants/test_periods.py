"""When lines hold: what is found about lines that never hold, have ended or say what another line says."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from reading import write

CATALOG = "catalog: times\nresources: {box: Box}\npermissions: {see: See, open: {title: Open, per: box}}\n"
ROLES = {
    "roles/all.yaml": 'role: all\ngrants: [see, "open[*]"]\n',
    "roles/one.yaml": "role: one\ngrants: [see]\n",
}
DOMAINS = "domains: {acme: {teams: {sales: [ana]}, zone: Europe/Paris}, inner: {within: acme}, other: {}}\n"


def found(folder: Path, *lines: str, at: date = datetime(2026, 6, 1, tzinfo=UTC)) -> list[str]:
    """The codes that *lines* of bindings give, with the number of the line."""
    text = "bindings:\n" + "".join(f"  - {{{line}}}\n" for line in lines)
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": text, **ROLES}
    return [
        f"{finding.code}:{finding.line - 1}"
        for finding in rolegate.validate([write(folder, files)], at=at).diagnostics
    ]


ANA = "user: ana, role: all, domain: acme"
INNER = "user: ana, role: all, domain: inner"


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
    assert [code[:5] for code in codes] == [
        finding.code for finding in rolegate.load(tmp_path, at=at).warnings
    ]


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
        ([ANA, INNER], ["RG423:2"]),
        ([INNER, ANA], ["RG423:1"]),
        ([INNER, ANA, INNER], ["RG423:1", "RG423:3"]),
        ([f"{ANA}, until: 2027-01-01", INNER], []),
        ([f"{ANA}, until: 2027-01-01", f"{INNER}, until: 2027-01-01"], ["RG423:2"]),
        (
            [f"{ANA}, from: 2027-01-01, until: 2027-03-01", f"{INNER}, from: 2027-02-01, until: 2027-04-01"],
            [],
        ),
        ([f"{ANA}, from: 2027-01-01", f"{INNER}, from: 2027-02-01, until: 2027-04-01"], ["RG423:2"]),
        ([f"{ANA}, {OPEN}", f"{INNER}, {OPEN}"], []),
        (["team: sales, role: all, domain: acme", "team: sales, role: all, domain: inner"], ["RG423:2"]),
        (
            ["everyone: true, grants: [see], domain: acme", "everyone: true, grants: [see], domain: inner"],
            ["RG423:2"],
        ),
        ([INNER, "user: ana, role: all, domain: other"], []),
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
    """Another line says the same of the same subject, for all of its time and in its domain or around it."""
    assert codes == found(tmp_path, *lines)


@examples(15)
@given(policy_sets(), st.data())
def test_without_a_line_that_adds_nothing_the_answers_are_the_same(files: Files, data: st.DataObject) -> None:
    """The compiled lines as well, at any time; each line is repeated there or one domain further in."""
    lines = files["bindings.yaml"]["bindings"]
    domains = files.get("domains.yaml", {"domains": {}})["domains"]
    for line in [line for line in lines if "domain" in line]:
        related = {
            line["domain"],
            *(name for name, node in domains.items() if node.get("within") == line["domain"]),
        }
        again = {**line, "domain": data.draw(st.sampled_from(sorted(related)))}
        if data.draw(st.booleans()):
            again.pop(data.draw(st.sampled_from(["from", "until"])), None)
        lines.append(again)
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        repeated = {finding.column for finding in policy.warnings if finding.code == "RG423"}
        written = zip(lines, policy.resolved.bindings, strict=True)
        kept = [line for line, binding in written if binding.span.column not in repeated]
        assert len(kept) == len(lines) - len(repeated)
        other = loaded(Path(folder) / "kept", {**files, "bindings.yaml": {"bindings": kept}})
        for moment in (NOW, *(NOW + timedelta(hours=hours) for hours in (-24, 3, 24, 24 * 300))):
            mine, others = (list(version.compile(at=moment).lines) for version in (policy, other))
            assert mine == others  # the text also says until when the lines hold


def test_the_limits_count_lines_of_any_time(tmp_path: Path) -> None:
    """What is too long for a column is refused before its line begins, and after it has ended."""
    line = f"{ANA}, only: {{box: [{'é' * 41}]}}, rest: drop"
    assert ["RG501:1"] == found(tmp_path, f"{line}, from: 2099-01-01")
    assert ["RG501:1"] == found(tmp_path, f"{line}, until: 2020-01-01")
