"""Everything a user may do: `Subject.permissions` beside `get_implicit_permissions_for_user`."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import thread_time

from benchmarks.findings import Figure, Section, duration, number
from benchmarks.ours import gate_of
from benchmarks.plan import Plan, size_name
from benchmarks.rivals import enforcer, with_rules
from benchmarks.workload import Workload

LIMITS = {10_000: 300, 100_000: 4000}


def measure(plan: Plan) -> list[Section]:
    section = Section(
        "All permissions of a user",
        ("lines", "gate.subject(…).permissions()", "get_implicit_permissions_for_user", "ratio"),
        notes=["A new subject each time, as in a request."],
    )
    for size, domains in zip(plan.sizes, plan.domains, strict=True):
        if size > 100_000:
            continue
        workload = Workload(domains)
        gate, rival = gate_of(workload), with_rules(enforcer(workload), workload.casbin_rules())
        domain = workload.domain_names[domains // 2]
        user = workload.user(domain, 3)
        held = {f"{obj}.{act}" for _, _, obj, act in rival.get_implicit_permissions_for_user(user, domain)}
        if gate.subject(user, domain).permissions() != held:
            raise AssertionError("the permissions differ")
        ours, theirs = [], []
        for _ in range(plan.rounds):
            ours.append(_time(lambda: gate.subject(user, domain).permissions(), 200))  # noqa: B023
            theirs.append(_time(lambda: rival.get_implicit_permissions_for_user(user, domain), 1))  # noqa: B023
        ratio = median(theirs) / median(ours)
        section.rows.append(
            (size_name(size), duration(median(ours)), duration(median(theirs)), f"{number(ratio)}x")
        )
        if size in LIMITS:
            section.figures.append(
                Figure(f"permissions of a user at {size_name(size)} lines", LIMITS[size], ratio)
            )
    return [section]


def _time(call: Callable[[], object], times: int) -> float:
    start = thread_time()
    for _ in range(times):
        call()
    return (thread_time() - start) / times
