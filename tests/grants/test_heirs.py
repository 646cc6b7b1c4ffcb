"""Roles that extend a restricted role are reported by name, unless their holders lose as much."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write

FILES = {
    "catalog.yaml": """catalog: demo
scopes: {reach: {all: {}, team: {within: all, team: {in: user.teams}}, my: {within: team, owner: user.id}}}
resources: {inbox: {}}
records: {separate: true}
permissions:
  tickets: {permissions: {show: {scopes: reach}, delete: {}, open: {per: inbox}}}
  settings: {permissions: {billing: {}}}
""",
    "roles/all.yaml": """roles:
  agent: {grants: [tickets.show@all, tickets.delete, "tickets.open[*]"]}
  lead: {extends: agent, grants: [settings.billing]}
  boss: {extends: lead}
""",
    "domains.yaml": """domains:
  acme: {instances: {inbox: [Sales]}}
  inner: {within: acme, instances: {inbox: [Sales, Help]}}
  innermost: {within: inner}
""",
}
LEAD = "{user: ana, role: lead, domain: acme}"
DELETE = "{role: agent, restrict: [tickets.delete], domain: acme}"


def reported(folder: Path, *lines: str, **more: str) -> list[str]:
    """What is reported of a set with these lines of bindings: each code with the entry that it names."""
    listed = "".join(f"  - {line}\n" for line in lines)
    write(folder, {**FILES, "bindings.yaml": f"bindings:\n{listed}", **more})
    found = rolegate.validate([folder]).diagnostics
    return [f"{one.code} {one.entry}".strip() for one in found if one.code != "RG422"]


@pytest.mark.parametrize(
    ("restricted", "other"),
    [
        (DELETE, "{role: lead, restrict: [settings.billing], domain: acme}"),
        (DELETE, "{role: lead, restrict: [tickets.delete], domain: inner}"),
        (DELETE, "{role: lead, restrict: [tickets.delete], domain: acme, until: 2020-01-01}"),
        (DELETE, "{role: lead, restrict: [tickets.delete], domain: acme, from: 2999-01-01}"),
        (DELETE, "{role: boss, restrict: [tickets.delete], domain: acme}"),
        (
            "{role: agent, restrict: [tickets.*], domain: acme}",
            "{role: lead, restrict: [tickets.delete], domain: acme}",
        ),
        (
            "{role: agent, restrict: [tickets.show@my], domain: acme}",
            "{role: lead, restrict: [tickets.show@all], domain: acme}",
        ),
        (
            "{role: agent, restrict: [tickets.open], domain: acme}",
            '{role: lead, restrict: ["tickets.open[Sales]"], domain: acme}',
        ),
    ],
    ids=["unrelated", "inside", "ended", "coming", "a later heir", "one of several", "a scope", "an inbox"],
)
def test_a_restriction_that_takes_less_hides_nothing(tmp_path: Path, restricted: str, other: str) -> None:
    """Holders of the heir keep a right somewhere or at some time, so the warning stays."""
    assert reported(tmp_path, LEAD, restricted, other) == ["RG417 lead"]


@pytest.mark.parametrize(
    ("bound", "restricted", "others"),
    [
        (LEAD, DELETE, ["{role: lead, restrict: [tickets.*], domain: acme}"]),
        (
            "{user: ana, role: lead, domain: innermost}",
            DELETE,
            ["{role: lead, restrict: [tickets.delete], domain: inner}"],
        ),
        (
            LEAD,
            DELETE.replace("}", ", until: 2998-01-01}"),
            ["{role: lead, restrict: [tickets.delete], domain: acme, until: 2999-01-01}"],
        ),
        (
            LEAD,
            "{role: agent, restrict: [tickets.*], domain: acme}",
            [
                "{role: lead, restrict: [tickets.delete, tickets.show], domain: acme}",
                "{role: lead, restrict: [tickets.open], domain: acme}",
            ],
        ),
        (
            LEAD,
            '{role: agent, restrict: ["tickets.open[Sales]"], domain: acme}',
            ['{role: lead, restrict: ["tickets.open[Sales]"], domain: acme}'],
        ),
    ],
    ids=["more", "where it is bound", "longer", "together", "an inbox"],
)
def test_a_restriction_that_takes_as_much_ends_the_warning(
    tmp_path: Path, bound: str, restricted: str, others: list[str]
) -> None:
    """In every domain in which both hold, and for all the time of the first."""
    assert reported(tmp_path, bound, restricted) == ["RG417 lead"]
    assert reported(tmp_path, bound, restricted, *others) == []


def test_a_role_of_an_inner_domain_is_named_with_it(tmp_path: Path) -> None:
    """Two inner domains may have custom roles of one name, and each is accepted by itself."""
    custom = "roles:\n  chief: {domain: inner, extends: agent}\n"
    found = reported(
        tmp_path,
        "{user: ana, role: chief, domain: inner}",
        DELETE,
        "{role: agent, restrict: [tickets.show], domain: inner}",
        **{"roles/inner.yaml": custom},
    )
    assert found == ["RG417 inner/chief", "RG417 chief"]
