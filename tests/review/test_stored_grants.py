"""Grants that are stored while the catalog moves on: live, moved, inactive or dormant, row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rolegate
from repository import ROOT
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants.entries import give, read_entry
from rolegate.review.stored_grants import stored_grant
from steps import sound_catalog

BEFORE = """
plans: [free, pro]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox, channel: Channel, account: {title: Account, within: channel}}
permissions:
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach}
      export: Export
  inbox: {permissions: {read: {title: Read, per: inbox}}}
  accounts: {permissions: {use: {title: Use, per: account}}}
"""

ROWS = {
    "as it was": ("", "", "tickets.show@my", "live tickets.show@my"),
    "renamed": ("show: {", "see: {renamed_from: tickets.show, ", "tickets.show@my", "moved tickets.see@my"),
    "group renamed": ("tickets:", "desk:\n    renamed_from: tickets", "tickets.*@my", "moved desk.*@my"),
    "two became one": (
        "edit: {title: Edit, scopes: reach}\n      export: Export",
        "edit: {title: Edit, scopes: reach, renamed_from: tickets.export}",
        "tickets.export",
        "moved tickets.edit@all",
    ),
    "removed": (
        "export: Export",
        "other: Other",
        "tickets.export",
        "dormant removed",
        "{tickets.export: {}}",
    ),
    "with its group": (
        "inbox: {per",
        "box: {per",
        "inbox.read[*]",
        "dormant removed",
        "{inbox: {becomes: box.*}}",
    ),
    "split": (
        "edit: {title: Edit, scopes: reach}",
        "a: {title: A, scopes: reach}\n      b: {title: B, scopes: reach}",
        "tickets.edit@team",
        "moved tickets.a@team tickets.b@team",
        "{tickets.edit: {becomes: [tickets.a, tickets.b]}}",
    ),
    "split, wider": (
        "edit: {title: Edit, scopes: reach}",
        "a: {title: A, scopes: reach}\n      b: B",
        "tickets.edit@team",
        "dormant wider",
        "{tickets.edit: {becomes: [tickets.a, tickets.b]}}",
    ),
    "same kind of thing": (
        "read: {title: Read",
        "open: {title: Open",
        "inbox.read[Sales]",
        "moved inbox.open[Sales]",
        "{inbox.read: {becomes: inbox.open}}",
    ),
    "other kind of thing": (
        "read: {title: Read, per: inbox}",
        "open: {title: Open, per: channel}",
        "inbox.read[Sales]",
        "dormant instance",
        "{inbox.read: {becomes: inbox.open}}",
    ),
    "gone without a word": ("export: Export", "other: Other", "tickets.export", "dormant unknown"),
    "gets scopes": ("export: Export", "export: {scopes: reach}", "tickets.export", "live tickets.export@all"),
    "gets instances": ("export: Export", "export: {per: inbox}", "tickets.export", "live tickets.export[*]"),
    "loses scopes, broadest": (
        "show: {title: Show, scopes: reach}",
        "show: S",
        "tickets.show@all",
        "live tickets.show",
    ),
    "loses scopes, narrower": (
        "show: {title: Show, scopes: reach}",
        "show: S",
        "tickets.show@my",
        "dormant scope",
    ),
    "loses instances, all": ("{title: Read, per: inbox}", "Read", "inbox.read[*]", "live inbox.read"),
    "loses instances, one": ("{title: Read, per: inbox}", "Read", "inbox.read[Sales]", "dormant instance"),
    "other instances": ("per: inbox", "per: channel", "inbox.read[Sales]", "dormant instance"),
    "scope removed": ("[all, team, my]", "[all, my]", "tickets.show@team", "dormant scope"),
    "scope removed, narrower in its place": (
        "{reach: [all, team, my]}",
        "{reach: {all: {}, mine: {within: all, renamed_from: my}}}\n"
        "removed_names: {scopes: {reach: {team: {becomes: mine}}}}",
        "tickets.show@team",
        "moved tickets.show@mine",
    ),
    "scope removed, broader in its place": (
        "{reach: [all, team, my]}",
        "{reach: [all, my]}\nremoved_names: {scopes: {reach: {team: {becomes: all}}}}",
        "tickets.show@team",
        "dormant wider",
    ),
    "scope removed, nothing in its place": (
        "{reach: [all, team, my]}",
        "{reach: [all, my]}\nremoved_names: {scopes: {reach: {team: {}}}}",
        "tickets.show@team",
        "dormant scope",
    ),
    "scope removed, below a star": (
        "{reach: [all, team, my]}",
        "{reach: [all, my]}\nremoved_names: {scopes: {reach: {team: {becomes: my}}}}",
        "tickets.*@team",
        "dormant scope",
    ),
    "kind moved outwards": (", within: channel", "", "accounts.use[a/b]", "dormant instance"),
    "kind moved inwards": (
        "inbox: Inbox",
        "inbox: {within: channel}",
        "inbox.read[Sales]",
        "dormant instance",
    ),
    "becomes a group": (
        "export: Export",
        "export: {permissions: {all: All}}",
        "tickets.export",
        "dormant shape",
    ),
    "deprecated": ("export: Export", "export: {deprecated: true}", "tickets.export", "live tickets.export"),
    "hidden": (
        "export: Export",
        "export: {hidden: true}\n      all: {implies: tickets.export}",
        "tickets.export",
        "dormant hidden",
    ),
    "a star over nothing": ("[all, team, my]", "[all, my]", "tickets.*@team", "dormant nothing"),
    "plan narrowed": (
        "export: Export",
        "export: {plans: [pro]}",
        "tickets.export",
        "inactive tickets.export",
    ),
    "instance removed": ("", "", "inbox.read[Old]", "dormant gone"),
    "not a grant": ("", "", "inbox.read[", "dormant unreadable"),
}
"""By the edit of the catalog: the old text, the new one, the stored grant, its state; what is removed."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> rolegate.Policy:
    """The set in which the grants were stored, with the domain `acme` on the free plan."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "catalog.yaml").write_text("catalog: desk" + BEFORE)
    (folder / "domains.yaml").write_text("domains: {acme: {plan: free, removed: {inbox: [Old]}}}\n")
    return rolegate.load(folder)


@pytest.mark.parametrize("row", ROWS)
def test_a_stored_grant(row: str, desk: rolegate.Policy, tmp_path: Path) -> None:
    """Each edit of a catalog has its effect, and what is written today can be read today."""
    old, new, text, wanted, *removed = ROWS[row]
    assert old in BEFORE
    edited = BEFORE.replace(old, new, 1) + (f"removed: {removed[0]}\n" if removed else "")
    catalog = sound_catalog(tmp_path, edited)
    found = stored_grant(text, catalog, desk.resolved.domains["acme"], desk.catalog)
    assert " ".join(filter(None, (found.state, found.reason, *found.now))) == wanted
    assert bool(found.because) is (found.state in ("inactive", "dormant"))
    for now in found.now:
        assert rights(now, catalog)


def rights(text: str, catalog: Catalog) -> set[str]:
    """What a file with *text* grants; it is refused with nothing that is not granted by name."""
    report = Report()
    entry = read_entry(Text(text, Span("roles/r.yaml", 1, 1)), catalog, report)
    assert entry is not None
    given = give(entry, catalog, report)
    assert [one.code for one in report.diagnostics if one.severity == "error"] == []
    return {str(right) for right in given}


def test_without_the_older_catalog_a_limit_is_not_guessed(desk: rolegate.Policy, tmp_path: Path) -> None:
    """Nobody knows that `all` was the broadest scope, nor of what kind the instance was."""
    catalog = sound_catalog(
        tmp_path,
        BEFORE.replace("show: {title: Show, scopes: reach}", "show: Show").replace("read:", "open:")
        + "removed: {inbox.read: {becomes: inbox.open}}\n",
    )
    for text in ("tickets.show@all", "inbox.read[Sales]"):
        assert stored_grant(text, catalog).state == "dormant"
        assert stored_grant(text, catalog, None, desk.catalog).state in ("live", "moved")


def test_an_open_gate_wakes_it(desk: rolegate.Policy, tmp_path: Path) -> None:
    """What the domain does not have opens by itself once it has it."""
    catalog = sound_catalog(tmp_path, BEFORE.replace("export: Export", "export: {plans: [pro]}"))
    acme = desk.resolved.domains["acme"]
    assert stored_grant("tickets.export", catalog, acme).state == "inactive"
    assert stored_grant("tickets.export", catalog, replace(acme, plan="pro")).state == "live"


@pytest.mark.parametrize("name", ["livechat", "responsive"])
def test_the_grants_of_a_sound_set_are_live(name: str) -> None:
    """Every grant of a role, under the catalog that it is written for, reads as it is written."""
    policy = rolegate.load(ROOT / "policies" / name)
    for role in policy.resolved.roles.values():
        for entry in role.grants:
            found = stored_grant(entry.text, policy.catalog, None, policy.catalog)
            assert (found.state, rights(found.now[0], policy.catalog)) == (
                "live",
                rights(entry.text, policy.catalog),
            )
