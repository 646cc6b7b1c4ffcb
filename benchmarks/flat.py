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
    section.notes.append(
        """Where no two domains give their roles the same, the index has a table for each, and questions
        about many domains find less of it in the caches of the processor."""
    )
    sizes = list(zip(plan.sizes, plan.domains, strict=True))
    workloads = {size_name(size): Workload(domains) for size, domains in sizes}
    first, last = size_name(plan.sizes[0]), size_name(plan.sizes[-1])
    workloads |= {f"{last}, no two domains alike": Workload(plan.domains[-1], alike=False)}
    gates = {name: Rolegate(workload, plan.folder) for name, workload in workloads.items()}
    for name, workload in workloads.items():
        for allowed in (True, False):
            agree([gates[name]], workload, allowed, questions=100)
    times = {
        allowed: interleaved(
            {
                name: [Turn(*gates[name].loop(workload.requests(HOT, allowed=allowed)), HOT, 25)]
                for name, workload in workloads.items()
            },
            plan.rounds * 3,
            first,
        )
        for allowed in (True, False)
    }
    ratios = {name: max(times[allowed].ratio[name] for allowed in (True, False)) for name in workloads}
    for name, ratio in ratios.items():
        allow, deny = (duration(times[allowed].nanoseconds[name] / 1e9) for allowed in (True, False))
        section.rows.append((name, allow, deny, f"{number(ratio)}x"))
    if last != first:
        figure = f"hot median at {last} lines against {first}"
        section.figures.append(Figure(figure, 1.2, ratios[last], at_least=False))
    return [section]
