"""Users to whom an application gives roles and teams, and the files in which lines say the same."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from plain.asking import UNKNOWN, Questions, questions
from plain.catalog import Data
from plain.evaluator import Evaluator
from plain.strategies import NOW, Files, names_in
from rolegate import Gate, Policy, Subject


class GivenUser(NamedTuple):
    """A user in a domain, with roles and teams by the names they have there."""

    user: str
    domain: str
    roles: list[str]
    teams: list[str]

    def of(self, gate: Gate) -> Subject:
        return gate.subject(self.user, self.domain, roles=self.roles, teams=self.teams)


def some_user(files: Mapping[str, Data], draw: random.Random, strange: str = UNKNOWN) -> GivenUser:
    """A user whom the files name, or a strange one, with some of the roles and teams of a domain."""
    plain = Evaluator(files)
    user = draw.choice([*sorted(names_in(files)["user"]), strange])
    domain = draw.choice(sorted(plain.domains))
    roles = [name for name in sorted(names_in(files)["role"]) if plain.role(name, domain) is not None]
    teams = sorted({team for at in plain.outward(domain) for team in plain.domains[at].get("teams", {})})
    return GivenUser(
        user,
        domain,
        draw.sample(roles, min(len(roles), draw.choice((0, 1, 1, 2, 3)))),
        draw.sample(teams, min(len(teams), draw.choice((0, 1, 1, 2)))),
    )


def with_lines(files: Files, given: GivenUser) -> Files:
    """*files* in which lines say what the application does."""
    plain = Evaluator(files)
    named: Any = {} if files.get("domains.yaml") is None else {"domain": given.domain}
    lines = [{"user": given.user, "role": role, **named} for role in given.roles]
    made = {**files, "bindings.yaml": {"bindings": [*files["bindings.yaml"]["bindings"], *lines]}}
    if given.teams:
        domains = dict(files["domains.yaml"]["domains"])
        for team in given.teams:
            owner = next(
                at for at in plain.outward(given.domain) if team in plain.domains[at].get("teams", {})
            )
            members = list(domains[owner]["teams"][team])
            if given.user not in members:
                teams = {**domains[owner]["teams"], team: [*members, given.user]}
                domains[owner] = {**domains[owner], "teams": teams}
        made["domains.yaml"] = {"domains": domains}
    return made


def gate_at_now(policy: Policy) -> Gate:
    """A gate for the time of drawn sets."""
    return Gate(replace(policy, at=NOW))


def questions_of(files: Files, given: GivenUser) -> Questions:
    """Every question without `any` about the user in the domain, in files that name the user."""
    who = ("user", given.user, given.domain)
    return questions(files, Evaluator(files, NOW), some=(False,), about=who.__eq__)
