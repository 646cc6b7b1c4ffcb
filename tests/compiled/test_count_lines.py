"""Lines are counted, and their columns measured, without any line being made."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from adversarial import SETS, write
from counting import times
from repository import ROOT
from rolegate.compiled import check_limits
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.count_lines import lines_fit
from rolegate.grants.resolve import Resolved
from rolegate.grants.size import SetTooLargeError, Sized

PLAIN = [
    "a_role_for_all_in_the_outermost_of_many_domains",
    "custom_roles_in_the_outermost_of_many_domains",
    "plans_and_gates",
    "only_on_many_lines",
    "grants_on_many_lines",
    "members_of_many_restricted_teams",
]


def counted(resolved: Resolved, lines: int, steps: int) -> tuple[object, object]:
    """What is refused where lines are made, and where they are only counted."""
    found: list[object] = []
    for count in (lambda report: compile_policy(resolved, None, report), lambda r: lines_fit(resolved, r)):
        report = Sized(limits=rolegate.Limits(lines=lines, steps=steps))
        try:
            count(report)
            found.append((report._lines.total, report._steps.total))
        except SetTooLargeError as large:
            found.append(large.finding)
    return found[0], found[1]


@pytest.mark.parametrize("name", PLAIN)
def test_the_count_is_that_of_the_lines(name: str, tmp_path: Path) -> None:
    """In full, and wherever a limit ends it: the same number, and the same finding."""
    make, _ = SETS[name]
    resolved = rolegate.load(write(tmp_path, make(24)), limits=rolegate.Limits.large()).resolved
    if lines_fit(resolved, Sized()) is None:
        assert any(binding.takes for binding in resolved.bindings)
        return
    for limit in (1, 7, 50, 100_000):
        made, only_counted = counted(resolved, limit, 100_000)
        assert made == only_counted
        made, only_counted = counted(resolved, 100_000, limit)
        assert made == only_counted


@pytest.mark.parametrize("folder", sorted((ROOT / "policies").iterdir()), ids=lambda folder: folder.name)
def test_no_line_is_made_where_nothing_is_denied(folder: Path) -> None:
    """Where something is, what is denied depends on what is allowed."""
    resolved = rolegate.load(folder).resolved
    denies = any(binding.takes for binding in resolved.bindings) or any(
        domain.removed for domain in resolved.domains
    )
    assert (lines_fit(resolved, Sized()) is None) is denies
    assert bool(times(compile_policy, lambda: check_limits.check_compiled(resolved, Sized()))) is denies


def test_a_value_that_is_too_long_is_found_with_its_place(tmp_path: Path) -> None:
    """The lines are made then, to say which of them it is."""
    role, domain = "r" * 100, "d" * 100
    files = {
        "catalog.yaml": "catalog: x\nresources: {k: K}\npermissions: {p: {title: P, per: k}}\n",
        "domains.yaml": f"domains: {{{domain}: {{instances: {{k: [{'i' * 80}]}}}}}}\n",
        "roles/r.yaml": f"role: {role}\ngrants: ['p[*]']\ndomain: {domain}\n",
        "bindings.yaml": f"bindings:\n- {{user: ana, role: {role}, domain: {domain},"
        f" only: {{k: [{'i' * 80}]}}, rest: drop}}\n",
    }
    folder = write(tmp_path, files)
    made = times(compile_policy, lambda: rolegate.validate([folder]))
    (found,) = rolegate.validate([folder]).diagnostics
    assert (found.code, found.file, made) == ("RG501", f"{folder.as_posix()}/bindings.yaml", 1)
