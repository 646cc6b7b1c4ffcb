"""Whether a decision takes longer in a larger policy: gates of all sizes take turns."""

from __future__ import annotations

from benchmarks.decisions import agree
from benchmarks.findings import Figure, Section, duration, number
from benchmarks.plan import Plan, size_name
from benchmarks.rivals import Rolegate
from benchmarks.timing import Turn, interleaved
from benchmarks.workload import Workload

HOT = 200


def measure(plan: Plan) -> list[Section]:
    section = Section(
        "The same question in larger policies", ("lines", "allow, hot", "deny, hot", "against the smallest")
    )
    workloads = {size: Workload(domains) for size, domains in zip(plan.sizes, plan.domains, strict=True)}
    gates = {size: Rolegate(workload, plan.folder) for size, workload in workloads.items()}
    first = str(plan.sizes[0])
    for size, workload in workloads.items():
        for allowed in (True, False):
            agree([gates[size]], workload, allowed, questions=100)
    times = {
        allowed: interleaved(
            {
                str(size): [Turn(*gates[size].loop(workload.requests(HOT, allowed=allowed)), HOT, 25)]
                for size, workload in workloads.items()
            },
            plan.rounds * 3,
            first,
        )
        for allowed in (True, False)
    }
    ratios = {size: max(times[a].ratio[str(size)] for a in (True, False)) for size in plan.sizes}
    for size in plan.sizes:
        allow, deny = (duration(times[allowed].each[str(size)] / 1e9) for allowed in (True, False))
        section.rows.append((size_name(size), allow, deny, f"{number(ratios[size])}x"))
    last = plan.sizes[-1]
    if last != plan.sizes[0]:
        name = f"hot median at {size_name(last)} lines against {size_name(plan.sizes[0])}"
        section.figures.append(Figure(name, 1.2, ratios[last], at_least=False))
    return [section]
