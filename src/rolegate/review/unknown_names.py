"""Names in rules that nothing in the set is called by: such a rule guards nothing, and nobody notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rolegate.compiled.names import ALL
from rolegate.diagnostics import Report
from rolegate.encoding import readable
from rolegate.grants.resolve import Resolved
from rolegate.review import invariant_problems as problems
from rolegate.review.invariants import Invariant
from rolegate.texts.spelling import nearest


def warn_of_unknown_names(invariants: Iterable[Invariant], resolved: Resolved, report: Report) -> None:
    """Report unknown roles of `only_roles`, and of invariants misspelt users and unlisted instances.

    Users come from outside, so one whom no file names is not reported unless a similar name is known.
    """
    if resolved.review is not None:
        for role in resolved.review.only_roles or ():
            if (None, str(role)) not in resolved.roles:
                names = [name for domain, name in resolved.roles if domain is None]
                is_custom = bool(resolved.roles.called(role))
                problems.role_of_review_unknown(report, role, names, is_custom=is_custom)
    warn_of_misspelt(invariants, resolved, report)


def warn_of_misspelt(invariants: Iterable[Invariant], resolved: Resolved, report: Report) -> None:
    """Report users whom *invariants* misspell, and instances that no domain lists."""
    users = {line.subject.name for line in resolved.bindings if line.subject.kind == "user"}
    for domain in resolved.domains:
        users.update(str(user) for members in domain.teams.values() for user in members)
    listed = _listed(resolved)
    for invariant in invariants:
        for subject in (*invariant.subjects, *invariant.actors):
            name = subject.name if subject.sort == "user" else None
            near = () if name is None or name in users else nearest(name, users, 1)
            if name is not None and near:
                problems.user_misspelt(report, invariant.span, name, near[0])
        for kind, path in dict.fromkeys(_instances(invariant)):
            known = listed.get(kind)
            if known is not None and path not in known:
                problems.instance_unlisted(report, invariant.span, kind, readable(path), map(readable, known))


def _listed(resolved: Resolved) -> dict[str, set[str]]:
    """The instances that domains have or had, by kind; none of a kind of which no domain lists any."""
    found: dict[str, set[str]] = {}
    for domain in resolved.domains:
        for kind, paths in domain.named.items():
            found.setdefault(kind, set()).update(paths)
    return found


def _instances(invariant: Invariant) -> Iterator[tuple[str, str]]:
    """The kind and the encoded path of each instance that *invariant* names, the outer ones among them."""
    for region in (*invariant.regions, invariant.held or ()):
        for part in region:
            ids = [] if part.obj is None else [text for text in part.obj.split("/") if text != ALL]
            for depth, kind in enumerate(part.permission.chain[: len(ids)], 1):
                yield kind, "/".join(ids[:depth])
