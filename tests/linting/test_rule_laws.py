"""Rules about who holds what agree with the access that compiled lines give, on drawn sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

import rolegate
from commented_sets import repeated
from drawing import examples
from plain.loading import whole
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set
from rolegate import Policy
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.names import FULL, is_role, parse_subject, unlimited
from rolegate.diagnostics import Diagnostic, Report
from rolegate.linting.lint_rules import RULES
from rolegate.linting.linted_set import LintedSet
from rolegate.review.access import SideAccess
from rolegate.review.cells import Cells, paths_in
from rolegate.review.differences import PolicySide
from rolegate.review.paired_permissions import paired_permissions


def found(policy: Policy, code: str) -> tuple[Diagnostic, ...]:
    """What one rule finds."""
    report = Report()
    next(rule for rule in RULES if rule.code == code).find(LintedSet(policy.resolved, NOW), report)
    return report.sorted()


def masks(policy: Policy) -> list[int]:
    """The cells of each default role that holds something, where everything is offered.

    Not of a role whose holders a line restricts: whoever has it has something else than these cells.
    """
    side = PolicySide.at(policy.resolved, NOW)
    lines = side.lines
    named = paths_in(line.obj for line in side.compiled.p)
    catalog = policy.resolved.catalog
    cells = Cells(paired_permissions(catalog, catalog), (catalog, catalog), named)
    here = SideAccess(lines, cells, 0).at(FULL)
    roles = {unlimited(line.sub) for line in lines.at(FULL) if is_role(line.sub)}
    subjects = {subject for line in policy.resolved.bindings if line.takes for subject in line.subjects()}
    restricted = {subject.name for subject in subjects if (subject.kind, subject.domain) == ("role", None)}
    default = (sub for sub in sorted(roles) if parse_subject(sub).domain is None)
    return [here.held(sub) for sub in default if parse_subject(sub).name not in restricted]


def linked(policy: Policy) -> Iterator[tuple[str | None, str]]:
    """The roles that compiled lines link with somebody, now or at a later moment."""
    changes = {moment for line in policy.resolved.bindings for moment in line.changes if moment > NOW}
    for moment in (NOW, *sorted(changes)):
        for _, role, _ in compile_policy(policy.resolved, moment).g:
            if is_role(role):
                named = parse_subject(unlimited(role))
                yield named.domain, named.name


@examples(15)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_equal_roles_have_equal_cells(files: Files, seed: int) -> None:
    """Two default roles are said to hold the same if they have the same cells, and not otherwise."""
    with TemporaryDirectory() as made:
        policy = whole(write_set(repeated(files, Random(seed)), Path(made)))
    default = {role.span for role in policy.resolved.roles.values() if role.domain is None}
    said = [one for one in found(policy, "RG804") if one.span in default]
    assert len(said) == sum(times - 1 for times in Counter(masks(policy)).values())


@examples(15)
@given(files=policy_sets())
def test_roles_without_a_link_are_unheld(files: Files) -> None:
    """No role that a compiled line links with somebody, or one that extends it, is said to be unheld.

    Every other role is, unless a line names it: what everyone holds, or is not in the plan, has no link.
    """
    with TemporaryDirectory() as made:
        policy = whole(write_set(files, Path(made)))
    roles = policy.resolved.roles
    used = list(dict.fromkeys(linked(policy)))
    for key in used:
        used += [parent for parent in roles[key].parents if parent not in used]
    lines = files.get("bindings.yaml", {}).get("bindings", [])
    named = {line.get("role") for line in lines}
    unlinked = {role.span: role for role in roles.values() if role.key not in used and role.sound}
    said = {one.span for one in found(policy, "RG802")}
    assert said <= unlinked.keys()
    above = {parent for role in roles.values() for parent in role.parents}
    sure = {span for span, role in unlinked.items() if role.name not in named and role.key not in above}
    assert {span for span in sure if not unlinked[span].replaces} <= said or not used


@examples(15)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_without_an_idle_restriction_access_is_the_same(files: Files, seed: int) -> None:
    """Some grants are left out, so that there are such lines; without all of them nobody gains anything."""
    draw = Random(seed)
    fewer = {
        name: {**data, "grants": data["grants"][:1]} if "grants" in data and draw.random() < 0.7 else data
        for name, data in files.items()
    }
    with TemporaryDirectory() as made:
        policy = whole(write_set(fewer, Path(made)))
    idle = {one.span for one in found(policy, "RG808")}
    kept = tuple(line for line in policy.resolved.bindings if line.span not in idle)
    without = replace(policy, resolved=replace(policy.resolved, bindings=kept))
    assert not rolegate.access_diff(policy, without, at=NOW)
