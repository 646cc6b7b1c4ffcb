"""Rules that look at what roles hold as numbers find what they find right by right, on drawn roles."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

import rolegate
from drawing import some
from plain.strategies import NOW
from reading import write
from rolegate.diagnostics import Diagnostic, Report
from rolegate.grants.masked_rights import MaskedRights
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import RoleTable
from rolegate.linting.lint_rules import RULES
from rolegate.linting.linted_set import LintedSet

CATALOG = """\
catalog: x
scopes: {reach: [all, team, my]}
resources: {shop: Shop, account: {title: Account, within: shop}}
permissions:
  g:
    permissions:
      plain: Plain
      seen: {title: Seen, scopes: reach}
      read: {title: Read, per: account, scopes: reach}
      each: {title: Each, per: account}
  h: {permissions: {plain: Plain, other: {title: Other, scopes: reach, sensitive: true}}}
  none: Nobody's
"""
GRANTS = (
    "g.*", "h.*", "g.*@team", "h.*@my", "g.plain", "h.other@all", "g.seen@my", "g.seen@team", "g.each[a/b]",
    "g.each[a/*]", "g.each[*]", "g.read[a/b]@all", "g.read[a/*]@my", "g.read[*]@my", "g.each[c/d]",
)  # fmt: skip
TAKEN = (
    "g.plain",
    "g.*",
    "g.*@team",
    "g.seen",
    "g.seen@team",
    "g.read@all",
    "g.read",
    "*@all",
    "g.each[a/b]",
)


def roles_of(draw: Random) -> str:
    """Some roles that say much twice, at two of which one has exceptions."""
    text = "roles:\n"
    for number in range(12):
        said = {
            "extends": draw.sample([f"r{other}" for other in range(number)], min(number, draw.randrange(3))),
            "grants": draw.choices(GRANTS, k=draw.randrange(1, 5)),
            "except": draw.choices(TAKEN, k=draw.choice((0, 0, 2, 3))),
        }
        listed = [f"{key}: [{', '.join(map(repr, names))}]" for key, names in said.items() if names]
        text += f"  r{number}: {{{', '.join(listed)}}}\n"
    return f"{text}  last: {{extends: [r0], grants: [g.plain, g.plain]}}\n"


def said(linted: LintedSet) -> tuple[Diagnostic, ...]:
    """What all rules find in a set."""
    report = Report()
    for rule in RULES:
        rule.find(linted, report)
    return report.sorted()


def right_by_right(resolved: Resolved) -> LintedSet:
    """The same set, of which no rule knows a number."""
    roles = {key: replace(role, rights=dict(role.rights)) for key, role in resolved.roles.items()}
    return LintedSet(replace(resolved, roles=RoleTable(roles, {}, {}, {})), NOW)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Resolved]:
    """Sets of which most roles are numbered."""
    found = []
    for seed in range(some(600, 12)):
        files = {"catalog.yaml": CATALOG, "roles/all.yaml": roles_of(Random(seed))}
        try:
            policy = rolegate.load(write(tmp_path_factory.mktemp("drawn"), files))
        except rolegate.InvalidPolicyError:
            continue
        found.append(policy.resolved)
    return found


def test_what_is_found_is_found_right_by_right(drawn: list[Resolved]) -> None:
    """Each finding of each rule, and none is missing; roles that are numbered and others are compared."""
    codes, masked = set[str](), set[bool]()
    for resolved in drawn:
        wanted = said(right_by_right(resolved))
        assert said(LintedSet(resolved, NOW)) == wanted
        codes |= {one.code for one in wanted}
        masked |= {isinstance(role.rights, MaskedRights) for role in resolved.roles.values()}
    assert codes >= {"RG800", "RG801", "RG803", "RG804", "RG807"} and masked == {True, False}


def test_some_roles_are_not_looked_at_right_by_right(drawn: list[Resolved]) -> None:
    """Only those of which something is found, or whose stars another star covers today."""
    sets = [LintedSet(resolved, NOW) for resolved in drawn]
    looked_at = [role for one in sets for role in one.roles if one.masks.may_have_covered_grants(role)]
    assert 0 < len(looked_at) < sum(len(one.roles) for one in sets)
