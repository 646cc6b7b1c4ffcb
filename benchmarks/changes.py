"""One binding changed in a running process, and the first decision after it in a large domain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

from benchmarks.findings import Figure, Section, duration
from benchmarks.ours import gate_on, index_of
from benchmarks.plan import Plan, size_name
from benchmarks.rivals import enforcer, with_rules
from benchmarks.workload import ROLES, Workload
from rolegate.compiled.names import role_name, team_name, user_name
from rolegate.compiled.read_lines import read_rows
from rolegate.engine.index import Index

MEMBERS = 4000
RIVAL_MEMBERS = {True: 500, False: MEMBERS}
"""A quick run has fewer for Casbin, whose first decision takes the square of them."""


def measure(plan: Plan) -> list[Section]:
    return [_bindings(plan), _large_domain(plan)]


def _bindings(plan: Plan) -> Section:
    section = Section(
        "One binding changed in process",
        ("lines", "change", "change and first decision"),
        notes=["A role is given to a user by `Index.link` or taken by `Index.unlink`; `Gate.check` sees it."],
    )
    worst = 0.0
    for size, domains in zip(plan.sizes, plan.domains, strict=True):
        workload = Workload(domains)
        index = index_of(workload.compiled())
        gate = gate_on(index)
        domain = workload.domain_names[domains // 2]
        user, role = workload.user(domain, 3), role_name("role7", domain)
        sub = user_name(user)
        changes, seen = [], []
        for number in range(200 * plan.rounds):
            change, expected = (index.unlink, False) if number % 2 else (index.link, True)
            start = perf_counter()
            change(sub, role, domain)
            changed = perf_counter()
            answer = gate.check(user, "area7.item03.edit", domain=domain)
            end = perf_counter()
            if answer is not expected:
                raise AssertionError(f"the change of {user} is not seen")
            changes.append(changed - start)
            seen.append(end - start)
        worst = max(worst, median(seen))
        section.rows.append((size_name(size), duration(median(changes)), duration(median(seen))))
    section.figures.append(
        Figure(
            "one binding changed, visible in process",
            10,
            worst * 1e6,
            "us",
            at_least=False,
            note="most of all sizes",
        )
    )
    return section


def _large_domain(plan: Plan) -> Section:
    workload = Workload(1)
    domain = workload.domain_names[0]
    rows = list(workload.compiled_rows())
    for number in range(MEMBERS):
        sub = user_name(f"member{number}")
        rows += [
            ("g", sub, role_name(f"role{number % ROLES}", domain), domain),
            ("g", sub, team_name("all", domain), domain),
        ]
    index = index_of(read_rows(rows))
    gate = gate_on(index)
    section = Section(
        f"First decision in a domain with {MEMBERS:,} users",
        ("after which change", "the change itself", "first decision after it"),
    )
    worst = 0.0
    for name, change, user, permission in _changes(index, domain):
        start = thread_time()
        change()
        changed = thread_time()
        answer = gate.check(user, permission, domain=domain)
        end = thread_time()
        if not answer:
            raise AssertionError(f"wrong after: {name}")
        worst = max(worst, end - changed)
        section.rows.append((name, duration(changed - start), duration(end - changed)))
    fresh, first = _reloaded()
    worst = max(worst, first)
    section.rows.append(("the files, by `Gate.reload`", duration(fresh), duration(first)))
    members = RIVAL_MEMBERS[plan.quick]
    section.rows.append((f"casbin Enforcer, {members:,} users", "-", duration(_rival(workload, members))))
    section.figures.append(
        Figure(
            f"first decision in a domain with {MEMBERS:,} users, after any change",
            1000,
            worst * 1e6,
            "us",
            at_least=False,
        )
    )
    return section


def _changes(index: Index, domain: str) -> list[tuple[str, Callable[[], None], str, str]]:
    """What each change is called, the change, and a user with a permission that is held after it."""
    team, extra = team_name("all", domain), role_name("role5", domain)
    late = user_name("late")
    return [
        ("none since the index was built", lambda: None, "member7", "area7.item01.edit"),
        ("a role for a new user", lambda: index.link(late, extra, domain), "late", "area5.item01.edit"),
        (
            "a role for a member",
            lambda: index.link(user_name("member3"), role_name("role7", domain), domain),
            "member3",
            "area7.item01.edit",
        ),
        (
            "a role for the team of all members",
            lambda: index.link(team, extra, domain),
            "member9",
            "area5.item02.edit",
        ),
    ]


def _reloaded() -> tuple[float, float]:
    """Seconds of a reload of a set with a large domain, and of the first decision after it."""
    from benchmarks.workload import write_yaml
    from rolegate.gate.gate import Gate

    workload = Workload(1)
    domain = workload.domain_names[0]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_yaml(workload, folder)
        bindings = folder / "bindings.yaml"
        many = [f"  - {{user: member{n}, role: role{n % ROLES}, domain: {domain}}}" for n in range(MEMBERS)]
        bindings.write_text(bindings.read_text(encoding="utf-8") + "\n".join(many) + "\n", encoding="utf-8")
        gate = Gate.from_path(folder)
        start = thread_time()
        if not gate.reload():
            raise AssertionError("the files are sound")
        reloaded = thread_time()
        answer = gate.check("member7", "area7.item01.edit", domain=domain)
        end = thread_time()
        if not answer:
            raise AssertionError("wrong after a reload")
        return reloaded - start, end - reloaded


def _rival(workload: Workload, members: int) -> float:
    domain = workload.domain_names[0]
    rules = [*workload.casbin_rules()]
    rules += [("g", f"member{number}", f"role{number % ROLES}", domain) for number in range(members)]
    rival = with_rules(enforcer(workload), rules)
    start = thread_time()
    if not rival.enforce("member7", domain, "area7.item01", "edit"):
        raise AssertionError("wrong answer of the rival")
    return thread_time() - start
