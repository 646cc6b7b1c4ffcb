"""One tenant of many is resolved and compiled by itself, as when a role is saved, beside the whole set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.drafts import GROUPS, catalog
from benchmarks.findings import Figure, Section, duration
from benchmarks.plan import Plan
from benchmarks.timing import median_time
from rolegate.administration.administration import Administration
from rolegate.administration.judge import Actor
from rolegate.administration.role_changes import EditRole
from rolegate.administration.set_over_ground import SetOverGround, TenantGround
from rolegate.administration.tenant_documents import DocumentKind as TenantKind
from rolegate.administration.tenant_documents import TenantDocuments
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.domain_lines import DefaultLines, DomainLines, compile_domain
from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.item_shapes import ItemDocument, shapes_of
from rolegate.documents.set_reader import read_set
from rolegate.grants.ground import Ground
from rolegate.grants.resolve import Resolved, resolve
from rolegate.grants.resolve_domain import DomainDocuments, resolve_domain

DOMAINS, ROLES, GRANTS, LINES, DEFAULT = 50, 5, 10, 42, 10
LIMIT = 0.002
"""Seconds, of the processor."""


def measure(plan: Plan) -> list[Section]:
    report = Report()
    files = {"catalog.yaml": _catalog(), "domains.yaml": "domains: {}\n", **dict(_default_roles())}
    read = read_set(Files(Path(), {name: text.encode() for name, text in files.items()}), report)
    ground = None if read is None else Ground.of(read, report)
    if read is None or ground is None:
        raise AssertionError(report.diagnostics)
    names = [f"tenant{number}" for number in range(DOMAINS)]
    items = {name: list(_documents(name)) for name in names}
    documents = {name: _shapes(items[name]) for name in names}
    default, own = DefaultLines.of(ground.resolved), {names[7]: documents[names[7]]}
    judged = _judged(TenantGround(read, ground, default), names[7], items[names[7]])

    def one() -> Resolved:
        found = Report()
        resolved = resolve_domain(ground, names[7], own, found)
        if resolved is None or found.failed:
            raise AssertionError(found.diagnostics)
        return resolved

    def lines(resolved: Resolved) -> dict[str, DomainLines]:
        return compile_domain(resolved, default, names[7], None, Report())

    resolved, made = one(), lines(one())[names[7]]
    number = len(made.p) + len(made.g) + len(made.g2)
    whole = _whole(read, documents)
    times = {
        "its documents, which are JSON, made shapes": median_time(
            lambda: _shapes(items[names[7]]), plan.rounds
        ),
        "the domain resolved over a ground that is kept": median_time(one, plan.rounds),
        "its lines compiled": median_time(lambda: lines(resolved), plan.rounds),
        "a custom role narrowed by somebody: both sides read, and judged": median_time(judged, plan.rounds),
        f"the whole set of {DOMAINS} such domains, resolved and compiled": median_time(whole, plan.rounds),
    }
    section = Section("One domain of many", (f"a domain with {number} lines of its own", "time"))
    section.rows = [(name, duration(seconds)) for name, seconds in times.items()]
    section.notes = ["The catalog has 1,100 permissions, one in five of which requires another one."]
    both = sum(list(times.values())[1:3])
    what = f"a domain of {number} lines resolved and compiled"
    section.figures = [Figure(what, LIMIT * 1000, both * 1000, "ms", False)]
    return [section]


def _judged(ground: TenantGround, name: str, items: list[ItemDocument]) -> Callable[[], object]:
    """Somebody with a role of 30 permissions narrows a custom role."""
    administration = Administration(SetOverGround(ground, frozenset({name})))
    kinds: dict[str, TenantKind] = {"domain": "domain", "role": "role", "team": "team"}
    documents = TenantDocuments.of((kinds.get(item.kind, "line"), item.document) for item in items)
    change = EditRole("custom1", name, {"grants": [f"group{7 + n}.p1" for n in range(GRANTS // 2)]})
    now = datetime.now(UTC)

    def judged() -> object:
        before = administration.read(documents)
        found = administration.try_change(Actor("olga"), change, before, now)
        if not found:
            raise AssertionError(found.refusals)
        return found

    return judged


def _catalog() -> str:
    name, _, rest = catalog().partition("\n")
    return f"{name}\ncustom_roles: {{manage: group0.p0}}\n{rest}"


def _whole(read: Any, documents: dict[str, DomainDocuments]) -> Callable[[], object]:
    roles = tuple(role for one in documents.values() for role in one.roles)
    lines = tuple(line for one in documents.values() for line in one.lines)
    shapes = {one.name: one.shape for one in documents.values()}
    domains = read.domains.model_copy(update={"domains": shapes})

    def whole() -> object:
        every = replace(read, roles=(*read.roles, *roles), bindings=lines, domains=domains)
        resolved = resolve(every, Report())
        if resolved is None:
            raise AssertionError("too large")
        return len(compile_policy(resolved, None).p)

    return whole


def _shapes(documents: list[ItemDocument]) -> DomainDocuments:
    report = Report()
    shapes = shapes_of(documents, report)
    ((name, shape),) = shapes.domains.items()
    if report.failed:
        raise AssertionError(report.diagnostics)
    return DomainDocuments(name, shape, shapes.roles, shapes.lines)


def _default_roles() -> Iterator[tuple[str, str]]:
    for number in range(DEFAULT):
        grants = ", ".join(f"group{group}.*" for group in range(number, GROUPS, DEFAULT))
        yield f"roles/r{number}.yaml", f"{{role: r{number}, grants: [{grants}]}}\n"


def _documents(name: str) -> Iterator[ItemDocument]:
    """A tenant with custom roles, a team, and people in it and beside it."""
    said: list[tuple[Any, dict[str, Any]]] = [("domain", {"domain": name, "title": name})]
    said.append(("team", {"team": "sales", "domain": name, "members": [f"user{n}" for n in range(5)]}))
    for custom in range(ROLES):
        grants = [f"group{custom * 7 + n}.p1" for n in range(GRANTS)]
        said.append(("role", {"role": f"custom{custom}", "domain": name, "grants": grants}))
    for line in range(LINES):
        role = f"r{line % DEFAULT}" if line % 2 else f"custom{line % ROLES}"
        said.append(("binding", {"user": f"user{line}", "role": role, "domain": name}))
    said.append(("binding", {"team": "sales", "role": "r1", "domain": name}))
    said.append(("binding", {"user": "olga", "role": "r0", "domain": name}))
    for number, (kind, document) in enumerate(said):
        yield ItemDocument(kind, document, Span(f"store:{name}/{number:04}"))
