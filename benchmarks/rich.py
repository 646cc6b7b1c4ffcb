"""Questions in a policy that uses the whole language: teams, scopes, everyone, kinds of domains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.findings import Figure, Section, duration, number
from benchmarks.plan import Plan
from benchmarks.rivals import EmptyMethod
from benchmarks.timing import Loop, Turn, interleaved
from rolegate.gate.gate import Gate

DOMAINS = 10
TEAMS, MEMBERS, INBOXES, ITEMS = 5, 4, 20, 20

CATALOG = """
catalog: rich
domain_kinds: {organization: Organization, workspace: Workspace}
addons: [bots, voice, fax]
custom_roles: {manage: roles.manage}
restrictions: {no_calls: {restrict: [calls.*]}}
scopes: {reach: {all: {title: All}, team: {within: all, title: Team}, my: {within: team, title: My}}}
resources: {inbox: Inbox}
permissions:
  roles: {permissions: {manage: {title: Manage}}}
  bills: {title: Bills, domain_kinds: [organization]}
  lobby:
    permissions:
      look: {title: Look, implies: lobby.enter}
      walk: {title: Walk about, implies: [lobby.enter, lobby.sit]}
      wave: {title: Wave, implies: lobby.sit}
      enter: {hidden: true}
      sit: {hidden: true}
  calls: {addons: [{any_of: [bots, voice]}], permissions: {make: {title: Call}}}
  duty: {title: Be on duty, by_name: true}
  inboxes:
    per: inbox
    permissions:
"""


class Asked(NamedTuple):
    """A question with the answer that is right."""

    user: str
    permission: str
    domain: str
    on: str | None
    scope: str | None
    allowed: bool


def write(folder: Path) -> None:
    """A policy set with the whole language in each of its domains."""
    (folder / "roles").mkdir(parents=True)
    catalog = [CATALOG.rstrip()]
    catalog += [f"      act{item:02}: {{title: Act {item}}}" for item in range(ITEMS)]
    catalog += ["  tickets:", "    permissions:"]
    catalog += [f"      act{item:02}: {{title: Act {item}, scopes: reach}}" for item in range(ITEMS)]
    catalog += ["  tools:", "    permissions:"]
    catalog += [f"      act{item:02}: {{title: Act {item}}}" for item in range(ITEMS)]
    roles = ["roles:"]
    roles += ["  agent: {grants: [tools.*, 'tickets.*@team', 'inboxes.*[*]', calls.*, duty, bills]}"]
    roles += ["  guest: {grants: [lobby.*]}"]
    domains, bindings = ["domains:"], ["bindings:"]
    inboxes = ", ".join(f"inbox-{number}" for number in range(INBOXES))
    for domain in map(domain_name, range(DOMAINS)):
        teams = "; ".join(f"team{team}" for team in range(TEAMS)).split("; ")
        members = ", ".join(
            f"{team}: [{', '.join(f'{team}-{member}' for member in range(MEMBERS))}]" for team in teams
        )
        domains.append(
            f"  {domain}: {{kind: organization, addons: [voice], zone: Europe/Paris,"
            f" teams: {{{members}, both: [{{team: team1}}, {{team: team2}}]}},"
            f" instances: {{inbox: [{inboxes}]}}, removed: {{inbox: [inbox-gone]}}}}"
        )
        domains.append(f"  {domain}-work: {{kind: workspace, within: {domain}}}")
        grants = ", ".join(f"'inboxes.*[inbox-{number}]'" for number in range(0, INBOXES, 2))
        roles.append(f"  {domain}_reader: {{domain: {domain}, grants: [{grants}]}}")
        bindings += [f"  - {{team: {team}, role: agent, domain: {domain}}}" for team in ("team0", "both")]
        bindings += [f"  - {{team: {team}, role: {domain}_reader, domain: {domain}}}" for team in teams[3:]]
        bindings += [
            f"  - {{team: team0, restrict: ['inboxes.act00[inbox-3]', tools.act01], domain: {domain}}}",
            f"  - {{user: team1-0, restrict: ['inboxes.*[inbox-5]'], domain: {domain}}}",
            f"  - {{user: team1-0, restrict: ['tickets.act02@team'], domain: {domain}}}",
            f"  - {{everyone: true, role: guest, domain: {domain}, from: 2020-01-01}}",
            f"  - {{everyone: true, restrict: [lobby.wave], domain: {domain}}}",
            f"  - {{role: agent, restrict: [tools.act04], domain: {domain}}}",
            f"  - {{user: team2-0, restrictions: [no_calls], domain: {domain}}}",
        ]
    for name, lines in (
        ("catalog", catalog),
        ("roles/all", roles),
        ("domains", domains),
        ("bindings", bindings),
    ):
        (folder / f"{name}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def domain_name(number: int) -> str:
    return f"org{number:02}"


class _Kinds(dict[str, list[Asked]]):
    """Questions by kind, each asked in every domain."""

    def ask(
        self, kind: str, user: str, permission: str, on: str | None, scope: str | None, allowed: bool
    ) -> None:
        self.setdefault(kind, []).extend(
            Asked(user, permission, domain_name(number), on, scope, allowed) for number in range(DOMAINS)
        )


def questions() -> dict[str, list[Asked]]:
    """Questions by kind."""
    kinds = _Kinds()
    _ask_of_roles(kinds.ask)
    _ask_of_the_rest(kinds.ask)
    kinds["plain, another kind of domain, deny"] = [
        Asked("team1-0", "bills", f"{domain_name(number)}-work", None, None, allowed=False)
        for number in range(DOMAINS)
    ]
    return kinds


def _ask_of_roles(ask: Callable[..., None]) -> None:
    for member in range(MEMBERS):
        for item in (3, 9):
            ask("plain, through a team, allow", f"team1-{member}", f"tools.act{item:02}", None, None, True)
            ask("plain, deny", f"team3-{member}", f"tools.act{item:02}", None, None, False)
            ask("at a scope, allow", f"team1-{member}", f"tickets.act{item:02}", None, "my", True)
            ask("at a scope, deny", f"team1-{member}", f"tickets.act{item:02}", None, "all", False)
            ask(
                "on an instance, by star, allow",
                f"team2-{member}",
                f"inboxes.act{item:02}",
                f"inbox-{item}",
                None,
                True,
            )
            ask(
                "on an instance, by name, allow",
                f"team3-{member}",
                f"inboxes.act{item:02}",
                f"inbox-{item - 1}",
                None,
                True,
            )
            ask(
                "on an instance, deny",
                f"team4-{member}",
                f"inboxes.act{item:02}",
                f"inbox-{item}",
                None,
                False,
            )


def _ask_of_the_rest(ask: Callable[..., None]) -> None:
    for member in range(MEMBERS):
        ask("plain, restricted, deny", f"team0-{member}", "tools.act01", None, None, False)
        ask("on an instance, restricted, deny", f"team0-{member}", "inboxes.act00", "inbox-3", None, False)
        ask("plain, a role restricted, deny", f"team2-{member}", "tools.act04", None, None, False)
        ask("plain, everyone, allow", f"visitor-{member}", "lobby.look", None, None, True)
        ask("plain, everyone restricted, deny", f"team1-{member}", "lobby.wave", None, None, False)
        ask("plain, hidden, allow", f"team1-{member}", "lobby.enter", None, None, True)
        ask("plain, hidden, one implier restricted, allow", f"team1-{member}", "lobby.sit", None, None, True)
        ask("plain, one of two add-ons, allow", f"team1-{member}", "calls.make", None, None, True)
        ask("plain, by name only, allow", f"team1-{member}", "duty", None, None, True)
        ask("on an instance, removed, deny", f"team1-{member}", "inboxes.act03", "inbox-gone", None, False)
    ask("at a scope, restricted, deny", "team1-0", "tickets.act02", None, "team", False)
    ask("plain, a named restriction, deny", "team2-0", "calls.make", None, None, False)


def asked_of(check: Callable[..., bool], asked: Sequence[Asked]) -> tuple[Loop, Loop]:
    """Asks *check* as an application would: with the keywords that the kind of question has."""
    rows: list[tuple[Any, ...]]
    if asked[0].on is not None:
        rows = [(question.user, question.permission, question.domain, question.on) for question in asked]

        def ask() -> None:
            for user, permission, domain, on in rows:
                check(user, permission, domain=domain, on=on)

        def nothing() -> None:
            for _user, _permission, _domain, _on in rows:
                pass

    elif asked[0].scope is not None:
        rows = [(question.user, question.permission, question.domain, question.scope) for question in asked]

        def ask() -> None:
            for user, permission, domain, scope in rows:
                check(user, permission, domain=domain, scope=scope)

        def nothing() -> None:
            for _user, _permission, _domain, _scope in rows:
                pass

    else:
        rows = [(question.user, question.permission, question.domain) for question in asked]

        def ask() -> None:
            for user, permission, domain in rows:
                check(user, permission, domain=domain)

        def nothing() -> None:
            for _user, _permission, _domain in rows:
                pass

    return ask, nothing


def measure(plan: Plan) -> list[Section]:
    folder = plan.room("rich")
    write(folder)
    gate, empty = Gate.from_path(folder), EmptyMethod()
    lines = len(gate.policy.compile().p)
    section = Section(
        "The whole language",
        ("question", "rolegate", "empty method", "ratio"),
        notes=[
            f"""{DOMAINS} domains with teams (two of them in a third), scopes, instances, stars, hidden
        permissions, kinds, add-ons, everyone, and restrictions on users, teams, roles and everyone;
        {lines:,} policy lines, hot. The empty method is called with the same keywords."""
        ],
    )
    ratios: dict[str, float] = {}
    for kind, asked in questions().items():
        for question in asked:
            answer = gate.check(
                question.user,
                question.permission,
                domain=question.domain,
                on=question.on,
                scope=question.scope,
            )
            if answer is not question.allowed:
                raise AssertionError(f"wrong about {question}")
        times = interleaved(
            {
                "ours": [Turn(*asked_of(gate.check, asked), len(asked), 50)],
                "empty": [Turn(*asked_of(empty.check, asked), len(asked), 50)],
            },
            plan.rounds * 2,
            "empty",
        )
        ratios[kind] = times.ratio["ours"]
        ours, nothing = (duration(times.nanoseconds[name] / 1e9) for name in ("ours", "empty"))
        section.rows.append((kind, ours, nothing, f"{number(ratios[kind])}x"))
    worst = max(ratios, key=ratios.__getitem__)
    name = "against an empty method, with restrictions, wildcards, teams and instances present"
    section.figures.append(Figure(name, 10, ratios[worst], at_least=False, note=f"most: {worst}"))
    return [section]
