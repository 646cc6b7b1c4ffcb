"""Users and instances that an invariant names and the set does not: they may be mistyped."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.compiled.names import ALL
from rolegate.diagnostics import Report
from rolegate.documents.invariants_file import InvariantShape
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.grants.resolve import Resolved
from rolegate.review import invariant_problems as problems
from rolegate.review.invariants import touched_region


def find_unnamed(shape: InvariantShape, resolved: Resolved, report: Report) -> None:
    """Report them; nothing where the set names no users, or no instances of a kind, for then others do."""
    users = _users(resolved)
    for text in (*(shape.subjects or ()), *(shape.actors or ())):
        kind, _, name = text.partition(":")
        if kind == "user" and users and name not in users:
            problems.user_unnamed(report, text, name, users)
    inside = (name for text in shape.domains or () for name in resolved.domains.inside(text))
    domains = tuple(dict.fromkeys(inside)) if shape.domains else resolved.domains.names
    lists = (shape.never, shape.only, shape.includes, shape.separate, shape.reach, shape.of, shape.held)
    for text in (text for entries in lists for text in entries or ()):
        for kind, path, known in _unknown_instances(text, domains, resolved):
            problems.instance_unnamed(report, text, kind, readable(path), map(readable, known))
            break


def _users(resolved: Resolved) -> frozenset[str]:
    """Every user whom a line of bindings or a team names."""
    bound = {line.subject.name for line in resolved.bindings if line.subject.kind == "user"}
    return frozenset(bound).union(
        str(user) for domain in resolved.domains for users in domain.teams.values() for user in users
    )


def _unknown_instances(
    text: Text, domains: tuple[str, ...], resolved: Resolved
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The kind and the path of an instance that is in no list of a domain, and those that are known."""
    unread = Report()
    for part in touched_region(text, resolved, unread):
        path: tuple[str, ...] = ()
        for kind, id in zip(part.permission.chain, (part.obj or ALL).split("/"), strict=False):
            if id == ALL:
                break
            path = (*path, id)
            lists = [resolved.domains.known(kind, domain, unread) for domain in domains]
            known = [found for found in lists if found is not None]
            if known and len(known) == len(lists) and not any("/".join(path) in found for found in known):
                yield kind, "/".join(path), frozenset[str]().union(*known)
                return
