"""What other lines give to the holders of custom roles: nothing that no custom role may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.domains import Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right
from rolegate.grants.role_checks import RuledOut, ruled_out
from rolegate.grants.roles import Rights, RoleKey, close

Customs = dict[str | None, dict[str, Binding]]
"""For each user, the domains in which they hold a custom role, with the line that gives it.

None is everyone: whoever is asked about holds what is under it, named or not.
"""


@dataclass(frozen=True, slots=True)
class _Never:
    """What no custom role may hold, by permission."""

    takes: RuledOut

    def first(self, rights: Iterable[Right]) -> tuple[Right, GrantEntry] | None:
        """The first of *rights* that is ruled out, and what rules it out."""
        for right in rights:
            for take, entry in self.takes.get(right.path, ()):
                if take.hits(right):
                    return right, entry
        return None


def check_holders(bindings: tuple[Binding, ...], catalog: Catalog, domains: Domains, report: Report) -> None:
    """Report what other lines give to holders of custom roles although no custom role may hold it.

    A line of grants for them, or for a team they are in, is an error. A default role is a warning, since
    somebody may well have it on purpose.
    """
    never = _Never(ruled_out(catalog, report))
    customs = _customs(bindings, domains) if never.takes else {}
    seen: dict[RoleKey | None, tuple[tuple[Right, GrantEntry] | None, Rights]] = {}
    for line in bindings if customs else ():
        key = None if line.role is None or line.limited else line.role.key
        if key is None or key not in seen:
            own = _rights(line)
            what = "a line of bindings"
            report.steps(4 * len(own), what, line.span)
            hidden = close(dict(own), catalog, report, what, line.span)
            whole = {**own, **hidden}
            seen[key] = never.first(whole), whole
        found, rights = seen[key]
        if found is None:
            continue
        (right, entry) = found
        # A warning may be accepted, so each user has one; the first is enough for an error.
        beside = _beside(line, customs, domains, report)
        for user, custom in beside if line.role is not None else islice(beside, 1):
            assert custom.role is not None  # noqa: S101 - a line that gives a custom role
            name = custom.role.name
            places = [
                RelatedSpan(custom.span, f"`{name}` is bound here"),
                RelatedSpan(entry.span, f"`{entry.text}` is ruled out here"),
            ]
            if line.role is not None:
                binding_problems.role_beside_custom(report, line, line.role.name, right, user, name, places)
            else:
                span = rights[right].written
                binding_problems.grant_beside_custom(report, span, right, user, name, places)


def _customs(bindings: tuple[Binding, ...], domains: Domains) -> Customs:
    customs: Customs = {}
    for line in bindings:
        if line.role is not None and line.role.domain is not None:
            for user in _users(line.subject, domains):
                for domain in _where(line, domains):
                    customs.setdefault(user, {}).setdefault(domain, line)
    return customs


def _beside(
    line: Binding, customs: Customs, domains: Domains, report: Report
) -> Iterator[tuple[str | None, Binding]]:
    """Each user of *line* who holds a custom role where the line holds as well; None is everyone."""
    where = _where(line, domains)
    for user in _users(line.subject, domains):
        # A user holds what everyone does, and everyone is each of the users.
        for one in customs if user is None else (user,):
            for holder in (one, None) if user is not None else (one,):
                held = customs.get(holder, {})
                report.steps(len(where) // 4 if held else 0, "the domains of a line", line.span)
                custom = next((held[domain] for domain in where if domain in held), None) if held else None
                if custom is not None:
                    yield one, custom
                    break


def _users(subject: BindingSubject, domains: Domains) -> Iterator[str | None]:
    if subject.kind == "everyone":
        yield None
    elif subject.kind == "user":
        yield subject.name
    elif subject.kind == "team" and subject.domain is not None:
        yield from (str(user) for user in domains[subject.domain].teams[subject.name])


def _where(line: Binding, domains: Domains) -> tuple[str, ...]:
    """The domains in which *line* holds."""
    return (line.domain,) if line.limited else domains.inside(line.domain)


def _rights(line: Binding) -> Rights:
    if line.rights is not None:
        return line.rights
    if line.role is None or line.role.domain is not None:  # what a custom role holds is reported of the role
        return {}
    if line.limited:
        return {right: origin for copy in line.copies for right, origin in copy.rights.items()}
    return line.role.rights
