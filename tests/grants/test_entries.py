"""From the text of a grant to what it gives or takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants.entries import give, read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right
from rolegate.grants.takes import take
from steps import sound_catalog

CATALOG = """
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach, renamed_from: tickets.read}
      close: {title: Close}
  access: {title: Access, per: inbox}
  audit: {title: Audit, hidden: true}
  manage: {title: Manage, implies: audit}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return sound_catalog(tmp_path, CATALOG)


def entry(text: str, catalog: Catalog) -> GrantEntry:
    """*text*, with which nothing is wrong."""
    report = Report()
    found = read_entry(Text(text, Span("roles/r.yaml", 2, 3)), catalog, report)
    assert report.sorted() == ()
    assert found is not None
    return found


def gives(text: str, catalog: Catalog) -> set[Right]:
    report = Report()
    found = give(entry(text, catalog), catalog, report)
    assert report.sorted() == ()
    return set(found)


def test_a_scope_gives_each_scope_within_it(catalog: Catalog) -> None:
    """And nothing broader."""
    assert {Right("tickets.show", "-", "team"), Right("tickets.show", "-", "my")} == gives(
        "tickets.show@team", catalog
    )


def test_an_instance_is_given_alone_and_a_star_is_every_one(catalog: Catalog) -> None:
    """Later ones included."""
    assert {Right("access", "support", "-")} == gives("access[support]", catalog)
    assert {Right("access", "*", "-")} == gives("access[*]", catalog)


def test_a_star_gives_what_is_visible_below_a_group(catalog: Catalog) -> None:
    """With a scope, only what has that scope."""
    assert {"tickets.show", "tickets.close"} == {right.path for right in gives("tickets.*", catalog)}
    assert {"tickets.show"} == {right.path for right in gives("tickets.*@my", catalog)}
    assert "audit" not in {right.path for right in gives("*", catalog)}


def test_a_restriction_takes_everything_broader(catalog: Catalog) -> None:
    """Whoever may not show a team's tickets may not show all of them."""
    (taken,) = take(entry("tickets.show@team", catalog), catalog, Report())
    assert {"team", "all"} == set(taken.scopes)
    assert taken.takes(Right("tickets.show", "-", "all"))
    assert not taken.hits(Right("tickets.show", "-", "my"))


def test_a_restriction_on_one_instance_hits_a_star_and_does_not_take_it_whole(catalog: Catalog) -> None:
    """The rest of the star is kept."""
    (taken,) = take(entry("access[support]", catalog), catalog, Report())
    star = Right("access", "*", "-")
    assert taken.hits(star) and not taken.takes(star)
    assert taken.takes(Right("access", "support", "-"))
    assert not taken.hits(Right("access", "sales", "-"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tickets.shwo@my", "RG301"),
        ("tickets", "RG302"),
        ("tickets.close.*", "RG308"),
        ("tickets.show@", "RG307"),
    ],
)
def test_a_text_that_leads_nowhere_gives_no_entry(text: str, code: str, catalog: Catalog) -> None:
    """It is reported at its place, with what to write."""
    report = Report()
    assert read_entry(Text(text, Span("roles/r.yaml", 2, 3)), catalog, report) is None
    (found,) = report.sorted()
    assert (code, 2, 3) == (found.code, found.line, found.column)
    assert found.help


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tickets.show", "RG303"),
        ("tickets.close@my", "RG304"),
        ("access", "RG305"),
        ("tickets.close[support]", "RG306"),
        ("tickets.*[support]", "RG308"),
        ("audit", "RG309"),
    ],
)
def test_a_grant_that_does_not_fit_brings_nothing(text: str, code: str, catalog: Catalog) -> None:
    """Never a part of what it says, and never more."""
    report = Report()
    assert () == give(entry(text, catalog), catalog, report)
    assert [code] == [found.code for found in report.sorted()]


@pytest.mark.parametrize(("text", "meant"), [("tickets.close.*", "tickets.close"), ("access.*", "access[*]")])
def test_help_for_a_star_below_a_permission_is_a_grant(text: str, meant: str, catalog: Catalog) -> None:
    """What it says to write has nothing wrong with it, per instance as well."""
    report = Report()
    assert read_entry(Text(text, Span("roles/r.yaml", 2, 3)), catalog, report) is None
    assert [f"write `{meant}`"] == [found.help for found in report.sorted()]
    assert () != give(entry(meant, catalog), catalog, report)


def test_a_former_name_is_read_as_the_present_one(catalog: Catalog) -> None:
    """With a warning."""
    report = Report()
    found = read_entry(Text("tickets.read@my", Span("roles/r.yaml", 2, 3)), catalog, report)
    assert found is not None
    assert "tickets.show" == found.grant.path
    assert [("RG311", "warning")] == [(finding.code, finding.severity) for finding in report.sorted()]
