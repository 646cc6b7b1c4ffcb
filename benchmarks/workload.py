"""The policy every contender answers from, in the words of each, and the questions that are asked of it.

A domain has ten roles of a hundred permissions each, which no other role has, and ten users, one per role:
a thousand policy lines. Roles are either custom, written again in each domain, or default, written once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from rolegate.compiled.lines import NOTHING
from rolegate.compiled.names import FULL, role_name, user_name
from rolegate.compiled.read_lines import ReadLines, read_rows
from rolegate.encoding import encode

ROLES, ITEMS, ACTIONS = 10, 25, ("create", "delete", "edit", "view")
LINES_PER_DOMAIN = ROLES * ITEMS * len(ACTIONS)

CASBIN_MODEL = """
[request_definition]
r = sub, dom, obj, act
[policy_definition]
p = sub, dom, obj, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act
"""
"""RBAC with domains as Casbin documents it."""

CASBIN_SHARED_MODEL = CASBIN_MODEL.replace("r.dom == p.dom", '(p.dom == "*" || r.dom == p.dom)')


class Request(NamedTuple):
    """May *user* do this in *domain*? `permission` is `obj` and `act` in one word."""

    user: str
    domain: str
    obj: str
    act: str
    permission: str


@dataclass(frozen=True)
class Workload:
    """*domains* organizations; with *shared* they all use the same ten default roles.

    Custom roles of one number have the same permissions in each domain, as if all were made from one
    template; without *alike* no two domains give their roles the same.
    """

    domains: int
    shared: bool = False
    alike: bool = True

    @property
    def lines(self) -> int:
        return LINES_PER_DOMAIN * (1 if self.shared else self.domains)

    @cached_property
    def permissions(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Object and action of each permission, by role."""
        return tuple(
            tuple((f"area{role}.item{item:02}", act) for item in range(ITEMS) for act in ACTIONS)
            for role in range(ROLES)
        )

    def permissions_in(self, domain: int) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Object and action of each permission, by role, in the domain of that number."""
        if self.alike:
            return self.permissions
        flat = [permission for role in self.permissions for permission in role]
        start, count = domain % len(flat), len(self.permissions[0])
        turned = (flat * 2)[start : start + len(flat)]
        return tuple(tuple(turned[first : first + count]) for first in range(0, len(flat), count))

    @cached_property
    def domain_names(self) -> tuple[str, ...]:
        return tuple(f"org{number:05}" for number in range(self.domains))

    def user(self, domain: str, role: int) -> str:
        return f"user{role}-of-{domain}"

    # -- the lines ------------------------------------------------------------------------------------------

    def casbin_rules(self) -> Iterator[tuple[str, ...]]:
        """Section and values, as a Casbin user would write them."""
        for number, domain in enumerate(("*",) if self.shared else self.domain_names):
            for role, permissions in enumerate(self.permissions_in(number)):
                for obj, act in permissions:
                    yield ("p", f"role{role}", domain, obj, act)
        for domain in self.domain_names:
            for role in range(ROLES):
                yield ("g", self.user(domain, role), f"role{role}", domain)

    def compiled_rows(self) -> Iterator[tuple[str, ...]]:
        """Section and values, as rolegate's compiler writes them."""
        yield ("p", *NOTHING)
        for number, domain in enumerate((None,) if self.shared else self.domain_names):
            dom = "*" if domain is None else encode(domain)
            for role, permissions in enumerate(self.permissions_in(number)):
                sub = role_name(f"role{role}", domain)
                for obj, act in permissions:
                    yield ("p", dom, sub, "-", f"{obj}.{act}", "-", "allow")
        for domain in self.domain_names:
            dom = encode(domain)
            for role in range(ROLES):
                held = role_name(f"role{role}", None if self.shared else domain)
                yield ("g", user_name(self.user(domain, role)), held, dom)
        for domain in self.domain_names:
            yield ("g2", encode(domain), "*")
        yield ("g2", FULL, "*")

    def compiled(self) -> ReadLines:
        """The compiled policy."""
        return read_rows(self.compiled_rows())

    # -- the questions --------------------------------------------------------------------------------------

    def requests(self, count: int, *, allowed: bool, seed: int = 1) -> list[Request]:
        """*count* questions, all allowed or all denied, spread evenly over the policy, in random order.

        No two are alike while the policy has as many to ask, and no text is the object that the policy has:
        an application reads its texts from somewhere else as well.
        """
        draw = random.Random(seed)  # noqa: S311  # the same questions each time
        per_domain = ROLES * len(self.permissions[0])
        total = self.domains * per_domain
        found = []
        for number in range(count):
            position = (number * total // count + draw.randrange(max(1, total // count))) % total
            domain, rest = divmod(position, per_domain)
            role, place = divmod(rest, len(self.permissions[0]))
            owner = role if allowed else (role + 1 + draw.randrange(ROLES - 1)) % ROLES
            obj, act = self.permissions_in(domain)[owner][place]
            name = self.domain_names[domain]
            found.append(
                Request(self.user(name, role), _fresh(name), _fresh(obj), _fresh(act), f"{obj}.{act}")
            )
        draw.shuffle(found)
        return found


def write_yaml(workload: Workload, folder: Path) -> None:
    """The policy set of *workload* in the files an application has."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "roles").mkdir(exist_ok=True)
    catalog = ["catalog: benchmark", "permissions:"]
    if not workload.shared:
        catalog.insert(1, "custom_roles: {manage: area0.item00.edit}")
    for role in range(ROLES):
        catalog += [f"  area{role}:", "    permissions:"]
        for item in range(ITEMS):
            catalog += [f"      item{item:02}:", "        permissions:"]
            catalog += [f"          {act}: {{title: {act.title()}}}" for act in ACTIONS]
    roles, bindings = ["roles:"], ["bindings:"]
    if workload.shared:
        roles += [f"  role{role}: {{grants: [area{role}.*]}}" for role in range(ROLES)]
    (folder / "catalog.yaml").write_text("\n".join(catalog) + "\n", encoding="utf-8")
    (folder / "domains.yaml").write_text(
        "\n".join(["domains:", *(f"  {name}: {{title: {name}}}" for name in workload.domain_names)]) + "\n",
        encoding="utf-8",
    )
    for name in workload.domain_names:
        if not workload.shared:
            custom = [f"  role{role}: {{domain: {name}, grants: [area{role}.*]}}" for role in range(ROLES)]
            text = "\n".join(["roles:", *custom]) + "\n"
            (folder / "roles" / f"{name}.yaml").write_text(text, encoding="utf-8")
        bindings += [
            f"  - {{user: {workload.user(name, role)}, role: role{role}, domain: {name}}}"
            for role in range(ROLES)
        ]
    if workload.shared:
        (folder / "roles" / "default.yaml").write_text("\n".join(roles) + "\n", encoding="utf-8")
    (folder / "bindings.yaml").write_text("\n".join(bindings) + "\n", encoding="utf-8")


def _fresh(text: str) -> str:
    """An equal text that is another object."""
    return "".join(list(text))
