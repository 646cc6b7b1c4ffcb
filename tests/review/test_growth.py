"""What review makes of large sets costs as much as the sets are large, and not the square of it."""

from __future__ import annotations

from pathlib import Path

import rolegate
from counting import executed
from plain.strategies import NOW
from reading import write
from rolegate import Policy
from rolegate.answers.page_words import page_words
from rolegate.catalog.labels import words_of
from rolegate.diagnostics import Diagnostic
from rolegate.review.approvals import Approvals
from rolegate.review.asked_access import AskedAccess
from rolegate.review.moved_permissions import moved
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.report_page import ReportSubject


def sized(folder: Path, number: int) -> Policy:
    """A set with so many permissions, roles of one title, and approvals that nothing needs."""
    files = {
        "catalog.yaml": "catalog: c\npermissions:\n  all: {title: All, implies: [p0]}\n"
        + "".join(f"  p{n}: P\n" for n in range(number)),
        "roles/all.yaml": "roles:\n"
        + "".join(f"  r{n}: {{title: Same, grants: []}}\n" for n in range(number)),
        "approvals.yaml": "approvals:\n"
        + "".join(f"  - {{reason: x, user: u{n}, gains: [p0], until: 2026-07-01}}\n" for n in range(number)),
    }
    return rolegate.load(write(folder / str(number), files), at=NOW)


def looked_up(policy: Policy) -> dict[str, int]:
    """How many lines of the program it takes to name roles, to give reasons, and to judge approvals."""
    catalog, names = policy.catalog, [name for _, name in policy.resolved.roles]
    about = ReportSubject(policy, NOW, "en", words_of(policy.resolved.labels, "en"), page_words("en"))
    pairs = [PairedPermission(one.path, one, one) for one in catalog.permissions]
    approvals = Approvals.at(policy.resolved.approvals, NOW, NOW)
    unneeded: list[Diagnostic] = []
    steps = {
        "roles": executed(lambda: [about.role(name) for name in names]),
        "reasons": executed(lambda: [list(moved(pair, catalog, catalog)) for pair in pairs]),
        "approvals": executed(lambda: unneeded.extend(approvals.findings(policy.resolved))),
    }
    assert len(unneeded) == len(pairs) - 1
    return steps


def test_a_role_that_many_domains_renamed_is_followed_in_steps_that_grow_with_them(tmp_path: Path) -> None:
    """Its former names are looked up, and not looked for once for each domain."""

    def steps(number: int) -> int:
        sides = []
        for called in ("chief", "head, renamed_from: chief"):
            name, _, was = called.partition(", ")
            files = {
                "catalog.yaml": "catalog: c\ncustom_roles: {}\npermissions: {read: Read}\n",
                "domains.yaml": "domains:\n" + "".join(f"  d{n}: {{}}\n" for n in range(number)),
            }
            for n in range(number):
                text = f"{{role: {name}, domain: d{n}, grants: [read], {was}}}\n".replace(", }", "}")
                files[f"roles/d{n}/own.yaml"] = text
            sides.append(rolegate.load(write(tmp_path / f"{number}{name}", files), at=NOW))
        return executed(lambda: AskedAccess("role", "head").before(*sides))

    assert steps(80) < 2.5 * steps(40)


def test_twice_as_much_takes_twice_as_many_steps(tmp_path: Path) -> None:
    """Of roles with one title, of permissions that others imply, and of approvals that nothing needs."""
    few, many = (looked_up(sized(tmp_path, number)) for number in (100, 200))
    assert {what: steps for what, steps in many.items() if steps > 2.5 * few[what]} == {}
