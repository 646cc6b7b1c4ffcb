"""`IndexedEnforcer` beside `casbin.Enforcer`, for the matchers that real models have."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.findings import Figure, Section, duration, number
from benchmarks.plan import Plan, size_name
from benchmarks.timing import Loop, Times, Turn, interleaved

LINES = 10_000
"""So many at most; Casbin takes a second for a question at a hundred thousand."""
ROUTES = 100
"""The routes of one role; there are twice as many."""
KINDS = ROUTES // 2
ENDS = ("", "/:id", "/:id/notes", "/:id/notes/:note")
SCANS = 5
"""The questions that a scan of all lines is timed with."""

VALUES = "g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act"
PATHS = "g(r.sub, p.sub) && keyMatch2(r.obj, p.obj) && r.act == p.act"
SHAPES = (
    VALUES,
    PATHS,
    "g(r.sub, p.sub) && keyMatch2(r.obj, p.obj) && regexMatch(r.act, p.act)",
    f'{VALUES} || r.sub == "root"',
    f'g(r.sub, "admin") || {PATHS}',
    '(g(r.sub, p.sub) || p.sub == "*") && keyMatch2(r.obj, p.obj) && (r.act == p.act || p.act == "*")',
)

Question = tuple[str, str, str]


def measure(plan: Plan) -> list[Section]:
    """The time of a question for each shape, allowed and denied."""
    size = min(LINES, max(plan.sizes))
    head = ("matcher", "answer", "casbin Enforcer", "IndexedEnforcer", "questions a second", "times faster")
    section = Section(f"IndexedEnforcer at {size_name(size)} lines, by matcher", head)
    least: dict[bool, float] = {}
    for matcher in SHAPES:
        stock, ours = enforcers(matcher, size)
        for allowed in (True, False):
            times = _times(stock, ours, questions(matcher, size, allowed), plan.rounds, allowed)
            ratio = times.ratio["casbin Enforcer"]
            taken = [times.nanoseconds[name] / 1e9 for name in ("casbin Enforcer", "IndexedEnforcer")]
            row = [f"`{matcher.replace('||', '&#124;&#124;')}`", "allow" if allowed else "deny"]
            row += [*map(duration, taken), number(1 / taken[1]), number(ratio)]
            section.rows.append(tuple(row))
            loose = matcher != VALUES
            least[loose] = min(ratio, least.get(loose, ratio))
        del stock, ours
        gc.collect()
    section.notes.append(
        f"Roles with {ROUTES} routes each, and a user for each role. Three of four routes have a parameter."
    )
    if size == LINES:
        name = "IndexedEnforcer against Enforcer at 10k lines"
        section.figures.append(Figure(f"{name}, values", 20_000, least[False]))
        section.figures.append(Figure(f"{name}, least of the other matchers", 2_000, least[True]))
    return [section]


def enforcers(matcher: str, size: int) -> tuple[Any, Any]:
    """Casbin's enforcer and ours, on the same lines.

    Raises:
        AssertionError: when ours does not answer from its index; its times would mean nothing.
    """
    import casbin

    from rolegate.casbin import IndexedEnforcer

    made = []
    for kind in (casbin.Enforcer, IndexedEnforcer):
        model = casbin.Model()
        for section, text in (("r", "sub, obj, act"), ("p", "sub, obj, act"), ("g", "_, _")):
            model.add_def(section, section, text)
        model.add_def("e", "e", "some(where (p.eft == allow))")
        model.add_def("m", "m", matcher)
        enforcer = kind(model)
        for section, *values in lines(matcher, size):
            model[section][section].policy.append(values)
        enforcer.build_role_links()
        made.append(enforcer)
    if made[1].why_not_indexed is not None:
        raise AssertionError(made[1].why_not_indexed)
    return made[0], made[1]


def lines(matcher: str, size: int) -> Iterator[tuple[str, ...]]:
    """*size* lines for roles, and a link for each user; values where *matcher* compares values."""
    act = "(GET)|(POST)" if "regexMatch" in matcher else "GET"
    for role in range(size // ROUTES):
        yield "g", f"user{role}", f"role{role}"
        for kind in range(role, role + KINDS // 2):
            for end in ENDS:
                yield "p", f"role{role}", _route(kind, end), act


def questions(matcher: str, size: int, allowed: bool) -> list[Question]:
    """A question for each of some users, about a route that the role has, or one that it does not have."""
    roles = size // ROUTES
    found = []
    for nth in range(50):
        role = nth * roles // 50
        kind = role + nth % (KINDS // 2) + (0 if allowed else KINDS // 2)
        route = _route(kind, ENDS[nth % len(ENDS)])
        if "keyMatch2" in matcher:
            route = route.replace(":id", f"{nth}").replace(":note", "7")
        found.append((f"user{role}", route, "GET"))
    return found


def _route(kind: int, end: str) -> str:
    return f"/api/v1/kind{kind % KINDS}{end}"


def _times(stock: Any, ours: Any, asked: Sequence[Question], rounds: int, allowed: bool) -> Times:
    """The times of both, after they have given the answer that is right."""
    few = asked[:: len(asked) // SCANS][:SCANS]
    for question in few:
        if not stock.enforce(*question) is ours.enforce(*question) is allowed:
            raise AssertionError(f"a wrong answer about {question}")
    return interleaved(
        {
            "IndexedEnforcer": [Turn(*_loop(ours.enforce, asked), len(asked), times=9)],
            "casbin Enforcer": [Turn(*_loop(stock.enforce, [question]), 1) for question in few],
        },
        rounds,
        "IndexedEnforcer",
    )


def _loop(enforce: Callable[..., bool], asked: Sequence[Question]) -> tuple[Loop, Loop]:
    def ask() -> None:
        for sub, obj, act in asked:
            enforce(sub, obj, act)

    def nothing() -> None:
        for _sub, _obj, _act in asked:
            pass

    return ask, nothing
