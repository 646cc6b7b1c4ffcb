"""Roles with one title, between which people choose by chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from rolegate.catalog.labels import Labels, Words
from rolegate.diagnostics import Report, Span
from rolegate.documents.lookalikes import skeleton
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text
from rolegate.grants import problems
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Role, RoleKey, Roles, visible

_ENOUGH = 12
"""So many earlier roles with the title are looked at."""

_Titles = dict[tuple[str | None, str], list[Role]]
"""By the domain of the roles, None for default roles, and by the title as a hurried eye sees it."""


def warn_of_same_titles(
    bodies: Iterable[tuple[Text, RoleBody]], roles: Roles, domains: Domains, labels: Labels, report: Report
) -> None:
    """Report two roles that some domain can use both, and that have one title in a language."""
    places: dict[RoleKey, Span] = {}
    for name, body in bodies:
        domain = None if body.domain is None else str(body.domain)
        places[domain, str(name)] = name.span if body.title is None else body.title.span
    seen = lru_cache(maxsize=None)(skeleton)
    told: set[tuple[RoleKey, RoleKey]] = set()
    in_force = (role for role in roles.values() if role.aside is None)
    in_order = sorted(in_force, key=lambda role: (len(domains.outward(role.domain or "")), places[role.key]))
    for locale, words in _languages(labels):
        titles: _Titles = {}
        for role in in_order:
            outward = domains.outward(role.domain) if role.domain is not None else ()
            report.steps((4 + len(outward)) // 4, f"role `{role.name}`", role.span)
            title = words.role(role.name, role.title)
            eye = seen(title)
            for owner in (None, *outward):
                for other in islice(titles.get((owner, eye), ()), _ENOUGH):
                    pair = (role.key, other.key)
                    if title == role.name and words.role(other.name, other.title) == other.name:
                        continue  # it is the ids that look alike, which is another finding
                    if pair not in told and _both_usable(role, other, roles, domains):
                        told.add(pair)
                        place, first = places[role.key], places[other.key]
                        problems.same_title(report, place, role.name, title, other.name, first, locale)
            titles.setdefault((role.domain, eye), []).append(role)


def _languages(labels: Labels) -> Iterator[tuple[str | None, Words]]:
    """The catalog's own language as None, and each other one that has titles of roles."""
    base = labels.words(None)
    if base is not None:
        yield None, base
    for locale in labels.by_locale:
        words = labels.words(locale) if locale != labels.base else None
        if words is not None and any(layer.roles for layer in words.layers):
            yield locale, words


def _both_usable(role: Role, other: Role, roles: Roles, domains: Domains) -> bool:
    """Whether some domain can use *role* and *other*, which is a default role or lies further out."""
    replaced = other.name if other.domain is None else other.replaces
    if role.replaces is not None and role.replaces == replaced:
        return False  # it takes the title of what it replaces
    kinds = [one.kind.availability for one in (role, other) if one.kind is not None]
    if role.domain is None:
        known = {domain.kind for domain in domains}
        return any(all(there.exists_in(kind) for there in kinds) for kind in known) or not known
    if other.domain is None and visible(roles, other.name, role.domain, domains) != other.key:
        return False  # the domain has another role in its place
    return any(
        all(there.exists_in(domains[inner].kind) for there in kinds) for inner in domains.inside(role.domain)
    )
