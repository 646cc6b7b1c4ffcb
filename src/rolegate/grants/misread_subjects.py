"""Subjects that a reader may take for more than they are: users called like everyone or like a team."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains

_EVERYONE = frozenset({"*", "everyone", "everybody", "anyone", "anybody"})


def warn_of_misread_users(bindings: Collection[Binding], domains: Domains, report: Report) -> None:
    """Report users called like everyone, a list, several users, or a team that is known there."""
    spaced: list[Text] = []
    for name, domain in _named(bindings, domains):
        if name.casefold() in _EVERYONE:
            binding_problems.user_like_everyone(report, name)
        elif name.startswith("[") and name.endswith("]") and "," in name:
            binding_problems.user_like_list(report, name)
        elif domains.team_owner(name, domain) is not None:
            binding_problems.user_like_team(report, name, domain)
        elif " " in name:
            spaced.append(name)
    for declaring in domains:
        for users in declaring.teams.values():
            if len(users) == 1 and len(parts := _parts(users[0])) > 1:
                binding_problems.user_like_names(report, users[0], parts)
    known = {str(name) for name, _ in _named(bindings, domains)} if spaced else set[str]()
    for name in spaced:
        if len(parts := name.split()) > 1 and known.issuperset(parts):
            binding_problems.user_like_names(report, name, parts)


def _parts(name: str) -> list[str]:
    """The names of one word in *name* between commas; none in `Lovelace, Ada L.` and in `cn=ada,ou=x`."""
    parts = [part.strip() for part in name.split(",")]
    return parts if all(part and " " not in part and "=" not in part for part in parts) else []


def _named(bindings: Iterable[Binding], domains: Domains) -> Iterator[tuple[Text, str]]:
    """Each user that the files name, at the first place in each domain."""
    seen: set[tuple[str, str]] = set()
    lines = (
        (Text(line.subject.name, line.span), line.domain) for line in bindings if line.subject.kind == "user"
    )
    members = ((user, domain.name) for domain in domains for users in domain.teams.values() for user in users)
    for name, domain in (*lines, *members):
        if (name, domain) not in seen:
            seen.add((name, domain))
            yield name, domain
