"""The teams that a user is in, by the names that a domain has for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rolegate.compiled.names import is_team, parse_subject
from rolegate.grants.domains import DEFAULT, Domains


def teams_among(
    subjects: Iterable[str], domain: str | None, domains: Callable[[], Domains]
) -> tuple[str, ...]:
    """The teams among *subjects*, whom a user acts for in a domain.

    A team of an outer domain is left out where a nearer one declares another team of its name: only for such
    teams it is asked what the *domains* declare.
    """
    here = DEFAULT if domain is None else domain
    teams = [parse_subject(sub) for sub in subjects if is_team(sub)]
    return tuple(
        team.name
        for team in teams
        if team.domain == here or domains().team_owner(team.name, here) == team.domain
    )
