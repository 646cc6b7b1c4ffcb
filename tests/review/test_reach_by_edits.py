"""What roles and their holders come to hold when a role is edited is what the edited files say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from reading import write

Roles = dict[str, dict[str, Any]]
Gains = set[tuple[str, str, str]]
"""A kind of subject, its name and a domain, where the subject comes to hold `pay`."""

DOMAINS = ("acme", "shop")
USERS = ("bo", "cy")
CATALOG = "catalog: till\npermissions: {staff: Staff, floor: Floor, pay: Pay, show: Show}\n"


def drawn(pick: random.Random) -> dict[str, Any]:
    """Default roles, and roles of `acme` and of `shop` inside it, that extend each other."""
    kinds: dict[str, Any] = {"role_kinds": {"guest": {"title": "Guest", "manage": "floor"}}}
    if pick.random() < 0.4:
        kinds["role_kinds"]["guest"]["may"] = [pick.choice(["pay", "show"]), "floor"]
    if pick.random() < 0.7:
        kinds["custom_roles"] = {"manage": "staff"}
    if pick.random() < 0.2:
        kinds["custom_roles"] = {**kinds.get("custom_roles", {}), "never": ["pay"]}
    names: list[str] = []
    roles: Roles = {}
    for name in ("agent", "lead", "par", "kid", "night"):
        role: dict[str, Any] = {"grants": pick.sample(["show", "pay"], pick.choice([0, 1, 1]))}
        if name in ("par", "kid", "night"):
            role["domain"] = pick.choice(DOMAINS)
        if names and pick.random() < 0.6:
            role["extends"] = [pick.choice(names)]
            if pick.random() < 0.2:
                role["except"] = ["pay"]
        if pick.random() < 0.3:
            role["locked"] = True
        if pick.random() < 0.3:
            role["kind"] = "guest"
        if name == "night" and pick.random() < 0.5:
            role["replaces"] = pick.choice(["agent", "lead"])
            role.pop("kind", None)
        roles[name] = role
        names.append(name)
    # A version is bound by the name of its default role; where it is bound by its own, more is said.
    names[-1] = roles["night"].get("replaces", "night")
    lines: list[dict[str, Any]] = [
        {"user": user, "role": pick.choice(names), "domain": pick.choice(DOMAINS)} for user in USERS
    ]
    if pick.random() < 0.2:
        lines.append({"user": "bo", "restrict": ["pay"], "domain": pick.choice(DOMAINS)})
    held = pick.sample(["staff", "floor", "pay", "pay"], 3)
    lines.append({"user": "ana", "grants": list(dict.fromkeys(held)), "domain": pick.choice(DOMAINS)})
    return {"kinds": kinds, "roles": roles, "lines": lines}


def loaded(folder: Path, drawing: dict[str, Any], roles: Roles) -> rolegate.Policy | None:
    """The set with these roles; None where it has errors."""
    files = {
        "catalog.yaml": CATALOG + yaml.safe_dump(drawing["kinds"]),
        "roles/all.yaml": yaml.safe_dump({"roles": roles}),
        "domains.yaml": "domains: {acme: {}, shop: {within: acme}}\n",
        "bindings.yaml": yaml.safe_dump({"bindings": drawing["lines"]}),
    }
    write(folder, files)
    return rolegate.load(folder) if rolegate.validate([folder]).ok else None


def edits(policy: rolegate.Policy, drawing: dict[str, Any]) -> Iterator[Roles]:
    """The roles as each single edit leaves them by which ana, who holds `pay`, gives it to one role."""
    kinds = drawing["kinds"]
    managing = {None: kinds.get("custom_roles", {}).get("manage"), "guest": "floor"}
    for domain in DOMAINS:
        if not policy.check("ana", "pay", domain=domain):
            continue
        for name, role in drawing["roles"].items():
            roles = deepcopy(drawing["roles"])
            if role.get("domain") == domain:
                manage = policy.managed_by(name, domain=domain)
                roles[name]["grants"] = [*role["grants"], "pay"]
                roles[name].pop("except", None)
            elif "domain" in role or role.get("locked"):
                continue
            else:
                manage = managing[role.get("kind")]
                version = {"domain": domain, "replaces": name, "extends": [name], "grants": ["pay"]}
                roles["another"] = version | ({"kind": role["kind"]} if "kind" in role else {})
            if manage is not None and policy.check("ana", manage, domain=domain):
                yield roles


def subjects(policy: rolegate.Policy) -> Gains:
    """The users and the roles, by the names that they have in each domain."""
    users = {("user", user, domain) for user in USERS for domain in DOMAINS}
    return users | {("role", role, domain) for domain in DOMAINS for role in policy.roles_of(domain)}


def holding(policy: rolegate.Policy, asked: Gains) -> Gains:
    """Those of *asked* who hold `pay`."""
    return {
        (kind, name, domain)
        for kind, name, domain in asked
        if policy.decide(rolegate.Question("pay", **{kind: name}, domain=domain))  # type: ignore[arg-type]
    }


def said(policy: rolegate.Policy, kind: str, name: str, domain: str) -> bool:
    """Whether somebody can come to hold it in a domain, or inside it, by what ana does."""
    return not rolegate.prove(policy, f"reach pay for {kind}:{name} by user:ana in {domain}")


SET = {
    "catalog.yaml": f"{CATALOG}custom_roles: {{manage: staff}}\n",
    "roles/all.yaml": "roles:\n"
    "  lead: {grants: [staff, pay]}\n"
    "  agent: {grants: [show]}\n"
    "  clerk: {domain: acme, grants: [show]}\n"
    "  fixed: {domain: acme, extends: clerk, locked: true}\n"
    "  apart: {domain: acme, extends: clerk, except: [pay], locked: true}\n"
    "  hired: {domain: acme, extends: agent, locked: true}\n",
    "domains.yaml": "domains: {acme: {}, shop: {within: acme}}\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: lead, domain: acme}\n",
}
ANA = "user `ana` in `acme` holds `staff` and `pay`, and can edit"


def witness(folder: Path, sentence: str, **files: str) -> str:
    """Who shows that a sentence does not hold; `holds` if it does."""
    broken = rolegate.prove(rolegate.load(write(folder, {**SET, **files})), sentence).broken
    return "holds" if broken is None else str(broken.witness)


def test_a_locked_role_gains_with_those_that_it_extends(tmp_path: Path) -> None:
    """Unless it excepts that; a version of a default role is one of those as well."""
    assert witness(tmp_path, "reach pay for role:fixed") == (
        f"{ANA} role `clerk` so that role `fixed` holds `pay`"
    )
    assert witness(tmp_path, "reach pay for role:hired in acme") == (
        f"{ANA} role `agent` so that role `hired` holds `pay`"
    )
    assert witness(tmp_path, "reach pay for role:apart") == "holds"


def test_a_role_is_edited_outside_and_holds_inside(tmp_path: Path) -> None:
    """The witness names both domains."""
    assert witness(tmp_path, "reach pay for role:clerk in shop") == (
        f"{ANA} role `clerk` so that role `clerk` in `shop` holds `pay`"
    )


def test_whoever_edits_roles_of_a_kind_changes_what_their_holders_hold(tmp_path: Path) -> None:
    """Though nobody gives and takes access otherwise, and not where a restriction denies it."""
    files = {
        "catalog.yaml": f"{CATALOG}role_kinds: {{guest: {{title: Guest, manage: staff}}}}\n",
        "roles/all.yaml": "roles:\n  lead: {grants: [staff, pay]}\n"
        "  visitor: {kind: guest, domain: acme, grants: [show]}\n",
        "bindings.yaml": SET["bindings.yaml"] + "  - {user: bo, role: visitor, domain: acme}\n",
    }
    assert witness(tmp_path, "reach pay for user:bo", **files) == (
        f"{ANA} role `visitor` so that user `bo` holds `pay`"
    )
    assert witness(tmp_path, "reach pay for user:cy", **files) == "holds"
    files["bindings.yaml"] += "  - {user: bo, restrict: [pay], domain: acme}\n"
    assert witness(tmp_path, "reach pay for user:bo", **files) == "holds"


@examples(150)
@given(seed=st.integers(0, 2**32))
def test_reach_is_what_edited_files_say(seed: int) -> None:
    """Of roles, locked ones that extend an edited one included, and of whoever has them."""
    drawing = drawn(random.Random(seed))
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "before", drawing, drawing["roles"])
        assume(policy is not None)
        assert policy is not None
        asked = subjects(policy)
        after = [
            loaded(Path(folder) / str(number), drawing, roles)
            for number, roles in enumerate(edits(policy, drawing))
        ]
    found: Gains = set().union(*(holding(one, asked) for one in after if one is not None))
    found -= holding(policy, asked)
    refused = None in after
    general = "manage" in drawing["kinds"].get("custom_roles", {})
    for kind, name, domain in found:
        assert said(policy, kind, name, domain), (drawing, kind, name, domain)
    for domain in DOMAINS if not refused else ():
        inside = DOMAINS[DOMAINS.index(domain) :]
        for name in policy.roles_of(domain):
            if not {("role", name, inner) for inner in inside} & found:
                assert not said(policy, "role", name, domain), (drawing, name, domain)
        for user in USERS if not general else ():
            if not {("user", user, inner) for inner in inside} & found:
                assert not said(policy, "user", user, domain), (drawing, user, domain)
