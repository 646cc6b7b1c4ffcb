"""One decision: rolegate beside its rivals at every size, allowed and denied, hot and cold."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence

from benchmarks.contender import Contender
from benchmarks.findings import Figure, Section, duration, number
from benchmarks.plan import Plan, size_name
from benchmarks.rivals import CONTENDERS, CasbinEnforcer, CasbinFast, Cedar, EmptyMethod, Rolegate
from benchmarks.sql_rivals import AlchemyCore, Sqlite
from benchmarks.timing import Times, Turn, interleaved
from benchmarks.workload import Workload

HOT = 200
"""Questions that are repeated for hot figures: all that is touched stays in the processor's caches."""

LONG = 3
"""Who takes milliseconds for a question has one turn where the others have so many."""

TIMES: Mapping[type[Contender], int] = {
    Rolegate: 25,
    EmptyMethod: 25,
    Sqlite: 3,
    AlchemyCore: 3,
    CasbinFast: 3,
}
"""How often the questions are asked in one turn: the first time the caches hold another's data."""

COLD = 20_000
"""Different questions that are asked in random order for cold figures; each one once a round."""


def measure(plan: Plan) -> list[Section]:
    found: dict[tuple[int, bool, str], Times] = {}
    for size, domains in zip(plan.sizes, plan.domains, strict=True):
        workload = Workload(domains)
        room = plan.room(f"decisions-{size}")
        contenders = [make(workload, room) for make in CONTENDERS]
        for allowed in (True, False):
            agree(contenders, workload, allowed, questions=3 if domains >= 100 else 30)
            found[size, allowed, "hot"] = interleaved(
                _hot(contenders, workload, allowed), plan.rounds * LONG, Rolegate.name
            )
            cold = _cold(contenders, workload, allowed)
            found[size, allowed, "cold"] = interleaved(cold, plan.rounds, Rolegate.name, cold=True)
        del contenders
        gc.collect()
    sections = [_section(found, plan, "hot"), _section(found, plan, "cold")]
    hot = {(size, allowed): times for (size, allowed, kind), times in found.items() if kind == "hot"}
    sections[0].figures += _figures(hot)
    return sections


def agree(contenders: Sequence[Contender], workload: Workload, allowed: bool, questions: int) -> None:
    """Every contender gives the answer that is right.

    Raises:
        AssertionError: when one does not; its times would mean nothing.
    """
    for request in workload.requests(questions, allowed=allowed, seed=7):
        for contender in contenders:
            if not isinstance(contender, EmptyMethod) and contender.ask(request) is not allowed:
                raise AssertionError(f"{contender.name} is wrong about {request}")


def _hot(contenders: list[Contender], workload: Workload, allowed: bool) -> dict[str, list[Turn]]:
    requests = workload.requests(HOT, allowed=allowed)
    turns: dict[str, list[Turn]] = {}
    for contender in contenders:
        if isinstance(contender, CasbinEnforcer) and not isinstance(contender, CasbinFast):
            # It reads the policy from the first line on: a few questions, spread evenly, give the mean.
            few = workload.requests(max(5, min(30, 1000 // workload.domains)), allowed=allowed)
            few.sort(key=lambda request: (request.domain, request.user))
            groups = [few[start::5] for start in range(5)]
            turns[contender.name] = [Turn(*contender.loop(group), len(group), every=LONG) for group in groups]
        else:
            times = next((times for kind, times in TIMES.items() if isinstance(contender, kind)), 1)
            every = LONG if isinstance(contender, Cedar) else 1
            turns[contender.name] = [Turn(*contender.loop(requests), HOT, times, every)]
    return turns


def _cold(contenders: list[Contender], workload: Workload, allowed: bool) -> dict[str, list[Turn]]:
    count = min(COLD, workload.lines)
    requests = workload.requests(count, allowed=allowed, seed=2)
    turns: dict[str, list[Turn]] = {}
    for contender in contenders:
        if isinstance(contender, CasbinFast):
            some = requests[:1000]
        elif isinstance(contender, (Rolegate, EmptyMethod)):
            some = requests
        elif isinstance(contender, (Sqlite, AlchemyCore)):
            some = requests[:5000]
        else:
            continue  # a scan of all lines finds nothing in the caches anyway
        # The loop itself stays in: its questions come from memory as well.
        turns[contender.name] = [Turn(contender.loop(some)[0], _nothing, len(some))]
    return turns


def _nothing() -> None: ...


def _section(found: Mapping[tuple[int, bool, str], Times], plan: Plan, kind: str) -> Section:
    names = list(
        dict.fromkeys(name for key, times in found.items() if key[2] == kind for name in times.nanoseconds)
    )
    head = ["time per question"]
    head += [f"{size_name(size)} {answer}" for size in plan.sizes for answer in ("allow", "deny")]
    section = Section(f"One decision, {kind}", tuple(head))
    for name in names:
        cells = [name]
        for size in plan.sizes:
            for allowed in (True, False):
                times = found[size, allowed, kind]
                cell = duration(times.nanoseconds[name] / 1e9)
                cells.append(cell if name == Rolegate.name else f"{cell} = {number(times.ratio[name])}x")
        section.rows.append(tuple(cells))
    return section


def _figures(hot: Mapping[tuple[int, bool], Times]) -> list[Figure]:
    def ratios(name: str) -> dict[tuple[int, bool], float]:
        return {key: times.ratio[name] for key, times in hot.items()}

    def least(title: str, name: str, limit: float) -> Figure:
        found = ratios(name)
        size, allowed = min(found, key=found.__getitem__)
        note = f"least: {size_name(size)} {'allow' if allowed else 'deny'}"
        return Figure(title, limit, found[size, allowed], note=note)

    figures = [
        least("check, hot, against the best FastEnforcer, every size and answer", CasbinFast.name, 250)
    ]
    scans = ratios(CasbinEnforcer.name)
    for size, limit in ((1000, 10_000), (10_000, 60_000), (100_000, 1_000_000)):
        if (size, True) in scans:
            figures.append(
                Figure(f"against Enforcer at {size_name(size)} lines, allow", limit, scans[size, True])
            )
    figures.append(least("against one indexed sqlite3 query", Sqlite.name, 40))
    figures.append(least("against the same through SQLAlchemy Core", AlchemyCore.name, 140))
    empty = {key: 1 / ratio for key, ratio in ratios(EmptyMethod.name).items()}
    size, allowed = max(empty, key=empty.__getitem__)
    note = f"most: {size_name(size)} {'allow' if allowed else 'deny'}"
    figures.append(
        Figure(
            "against an empty method of the same arity, plain question",
            7,
            empty[size, allowed],
            at_least=False,
            note=note,
        )
    )
    return figures
