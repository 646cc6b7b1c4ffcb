"""A change of a large set: what it does to people, and all invariants of both, once the sets are loaded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from benchmarks.findings import Figure, Section, duration
from benchmarks.plan import Plan

ROLES, PERMISSIONS, BINDINGS, DOMAINS = 1000, 1000, 100_000, 20
NOW = datetime(2026, 6, 15, tzinfo=UTC)

INVARIANTS = (
    "never: module3.p1, for: custom_roles",
    "only: staff.edit, for: role:chief",
    "includes: module1.p0, with: module1.p1",
    "separate: [module7.p1, staff.edit], for: roles",
    "at_least: 1, of: module2.p3",
    "max_holders: 100000, of: module2.p3",
    "reach: staff.edit, for: custom_roles",
    "reach: module5.p5, by: role:r7",
)


def set_files(*, changed: bool = False) -> Iterator[tuple[str, str]]:
    """A set of a thousand roles and permissions and a hundred thousand bindings; *changed* in a few lines."""
    yield "catalog.yaml", _catalog()
    chosen = random.Random(1)  # noqa: S311
    roles = ["roles:", "  chief: {grants: [staff.edit]}"]
    for number in range(ROLES):
        grants = {f"module{chosen.randrange(100)}.p{chosen.randrange(10)}" for _ in range(10)}
        grants = {*grants, "module1.p0"} if "module1.p1" in grants else grants
        if changed and number % 100 == 0:
            grants.add("module9.p9")
        roles.append(f"  r{number}: {{grants: [{', '.join(sorted(grants))}]}}")
    yield "roles/all.yaml", "\n".join(roles) + "\n"
    yield "domains.yaml", "domains:\n" + "".join(f"  d{number}: {{}}\n" for number in range(DOMAINS))
    lines = ["bindings:", "  - {user: head, role: chief, domain: d0}"]
    lines += [
        f"  - {{user: u{number // 2}, role: r{chosen.randrange(ROLES)}, domain: d{number // 2 % DOMAINS}}}"
        for number in range(BINDINGS)
    ]
    yield "bindings.yaml", "\n".join(lines) + "\n"
    yield "invariants.yaml", "invariants:\n" + "".join(f"  - {{{text}}}\n" for text in INVARIANTS)


def _catalog() -> str:
    lines = ["catalog: company", "custom_roles: {manage: staff.edit, never: [staff.edit]}", "permissions:"]
    lines.append("  staff: {title: Staff, permissions: {edit: Edit roles}}")
    for module in range(PERMISSIONS // 10):
        inner = ", ".join(f"p{number}: Permission {number}" for number in range(10))
        lines.append(f"  module{module}: {{title: Module {module}, permissions: {{{inner}}}}}")
    return "\n".join(lines) + "\n"


def write_sets(folder: Path) -> tuple[Path, Path]:
    """The set and its change, below *folder*."""
    sets = (folder / "old", folder / "new")
    for path, changed in zip(sets, (False, True), strict=True):
        for name, text in set_files(changed=changed):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(text, encoding="utf-8")
    return sets


def measure(plan: Plan) -> list[Section]:
    import rolegate

    sets = write_sets(plan.room("reviews"))
    limits = rolegate.Limits.large()
    old, new = (rolegate.load_source(str(path), at=NOW, limits=limits) for path in sets)
    compare, judge = rolegate.access_diff, rolegate.broken_invariants  # what they need is imported here
    start = process_time()
    found = compare(old, new, at=NOW)
    compared = process_time()
    broken = judge(new, at=NOW)
    done = process_time()
    if not found.subjects:
        raise AssertionError("the change is not seen")
    section = Section(
        "A change reviewed",
        ("what", "processor time"),
        rows=[
            ("the difference", duration(compared - start)),
            (f"{len(INVARIANTS)} invariants, {len(broken)} broken", duration(done - compared)),
        ],
        notes=[
            f"{ROLES:,} roles, {PERMISSIONS:,} permissions, {BINDINGS:,} bindings in {DOMAINS} domains; "
            "ten roles gain a permission."
        ],
    )
    section.figures.append(
        Figure("difference and invariants", 2, done - start, "s", at_least=False, note="after loading")
    )
    return [section]
