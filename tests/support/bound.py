"""Sets of which an application says a part: lines of bindings, and members of teams."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

from plain.strategies import Files
from rolegate import DomainBindings


class Tables:
    """What an application has, by domain; it counts what it is asked for, and fails when it is told to."""

    def __init__(self, said: Mapping[str, DomainBindings] | None = None) -> None:
        self.said = dict(said or {})
        self.reads: Counter[str] = Counter()
        self.looks: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.error: Exception | None = None

    def say(self, domain: str, *lines: Mapping[str, Any], **teams: list[str]) -> None:
        """Replace what is said of *domain*."""
        self.said[domain] = DomainBindings(lines, teams)
        self.numbers[domain] += 1

    def look(self, domain: str) -> object:
        self.looks[domain] += 1
        if self.error is not None:
            raise self.error
        return self.numbers[domain]

    def read(self, domain: str) -> DomainBindings:
        self.reads[domain] += 1
        if self.error is not None:
            raise self.error
        return self.said.get(domain, DomainBindings())


class AsyncTables:
    """The same, asynchronous."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def look(self, domain: str) -> object:
        return self.tables.look(domain)

    async def read(self, domain: str) -> DomainBindings:
        return self.tables.read(domain)


def parted(files: Files, draw: random.Random) -> tuple[Files, Tables]:
    """*files* without some of their lines and members of teams, and the application that says these."""
    declared = "domains.yaml" in files
    said: dict[str, tuple[list[Any], dict[str, list[str]]]] = {}
    kept = []
    for line in files["bindings.yaml"]["bindings"]:
        if draw.random() < 0.6:
            row = {key: True if key == "everyone" else value for key, value in line.items()}
            said.setdefault(str(line.get("domain", "default")), ([], {}))[0].append(row)
        else:
            kept.append(line)
    rest = {**files, "bindings.yaml": {"bindings": kept}}
    if declared:
        domains: dict[str, Any] = {}
        for name, domain in files["domains.yaml"]["domains"].items():
            teams = {}
            for team, members in domain.get("teams", {}).items():
                away = [user for user in members if isinstance(user, str) and draw.random() < 0.5]
                teams[team] = [user for user in members if user not in away]
                said.setdefault(name, ([], {}))[1][team] = away
            domains[name] = {**domain, "teams": teams} if teams else domain
        rest["domains.yaml"] = {"domains": domains}
    return rest, Tables({name: DomainBindings(lines, teams) for name, (lines, teams) in said.items()})
