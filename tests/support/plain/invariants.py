"""Searches for somebody who breaks an invariant, straight from plain data; and draws invariants.

An invariant is a mapping as it is in `invariants.yaml`, all of its values lists.
"""

import random
from collections.abc import Iterator
from datetime import datetime

from plain.catalog import NO_SCOPE, Data, Permission
from plain.evaluator import Atom, Evaluator, Subject, _takes
from plain.grammar import parse, prefix, write
from plain.strategies import Files

NOBODY = "nobody, *"
"""A user whom no file names."""

OUTSIDER = "outsider, *"
"""A user whom only invariants name."""

NEW = "new one"
"""An instance that only invariants name."""

Who = tuple[Subject, str | None]
"""Somebody in a domain, or a role without one."""


def knowing(files: Files, at: datetime) -> Evaluator:
    """The set at one time, asked on what invariants name as well."""
    policy = Evaluator(files, at)
    for ids in policy.ids.values():
        ids.add(NEW)
    return policy


def everybody(policy: Evaluator, invariant: Data, users: list[str]) -> Iterator[Who]:
    """Each subject in each domain, and the default roles without one."""
    roles = {role["role"] for role in policy.roles}
    named = [text.partition(":")[2] for text in invariant.get("for", ()) if text.startswith("user:")]
    inside = {name for name in policy.domains if set(policy.outward(name)) & set(invariant.get("in", [name]))}
    for domain in [*policy.domains, *([] if "in" in invariant else [None])]:
        if domain is not None and domain not in inside:
            continue
        for name in sorted(roles):
            index = policy.role(name, domain)
            if index is not None:
                role = policy.roles[index]
                yield ("role", role["role"], role.get("domain")), domain
        if domain is None:
            continue
        for home in policy.outward(domain):
            for name in policy.domains[home].get("teams", {}):
                yield ("team", name, home), domain
        yield from ((("user", name, None), domain) for name in {*users, *named, NOBODY})


def breaks(policy: Evaluator, invariant: Data, users: list[str]) -> bool:
    """Whether somebody breaks it."""
    if "of" in invariant:
        return any(_miscounted(policy, invariant, users, domain) for domain in policy.domains)
    return any(
        _breaks(policy, invariant, subject, domain)
        for subject, domain in everybody(policy, invariant, users)
        if _is_meant(policy, invariant, subject, domain)
    )


def _miscounted(policy: Evaluator, invariant: Data, users: list[str], domain: str) -> bool:
    """Whether too few or too many hold something of it in a domain; strangers are very many."""
    if not set(policy.outward(domain)) & set(invariant.get("in", [domain])):
        return False
    wanted = {atom for text in invariant["of"] for atom in _touched(policy, text)}
    holding = [name for name in {*users, NOBODY} if policy.usable(("user", name, None), domain) & wanted]
    number = 10**9 if NOBODY in holding else len(holding)
    if "max_holders" in invariant:
        return number > int(invariant["max_holders"])
    offered = any(policy.passes(policy.catalog.permissions[atom[0]], domain) for atom in wanted)
    return bool(users) and offered and number < int(invariant["at_least"])


def _breaks(policy: Evaluator, invariant: Data, subject: Subject, domain: str | None) -> bool:
    held = policy.usable(subject, domain)
    for rule in ("never", "only"):
        if rule in invariant:
            return any(_touched(policy, text) & held for text in invariant[rule])
    if "separate" in invariant:
        return sum(1 for text in invariant["separate"] if _touched(policy, text) & held) > 1
    if "with" not in invariant:
        wanted = {atom for text in invariant["includes"] for atom in _granted(policy, text)}
        return any(policy.passes(policy.catalog.permissions[a[0]], domain) for a in wanted - held)
    having = {atom for text in invariant["with"] for atom in _touched(policy, text)} & held
    return any(
        not policy.serving(policy.need(policy.catalog.permissions[path], _text(policy, text, row), on, scope))
        & held
        for path, on, scope in having
        for text in invariant["includes"]
        for row in _rows(policy, text)
    )


def _text(policy: Evaluator, text: str, row: Permission) -> str:
    """What *text* says of *row*."""
    return row.path + text.partition("*")[2] if parse(text).name.endswith("*") else text


def _is_meant(policy: Evaluator, invariant: Data, subject: Subject, domain: str | None) -> bool:
    wanted = invariant.get("for")
    if wanted is None:
        return True
    if "only" in invariant:
        return not any(_named(policy, text, one) for one in _has(policy, subject, domain) for text in wanted)
    return any(_named(policy, text, subject) for text in wanted)


def _has(policy: Evaluator, subject: Subject, domain: str | None) -> Iterator[Subject]:
    """*subject*, the teams that it is in, and the roles that it has."""
    yield subject
    if subject[0] == "role":
        return
    for line in policy.live(domain):
        if not policy.taken_by(line) and policy.reaches(line, subject, domain) and "role" in line:
            index = policy.role(line["role"], domain)
            assert index is not None
            yield "role", policy.roles[index]["role"], policy.roles[index].get("domain")
    for home in policy.outward(domain):
        for name in policy.domains[home].get("teams", {}):
            if subject in policy.within(("team", name, home)):
                yield "team", name, home


def _named(policy: Evaluator, text: str, subject: Subject) -> bool:
    kind, name, home = subject
    if text == "custom_roles":
        return kind == "role" and home is not None
    if text.endswith("s") and text in ("roles", "teams", "users"):
        return kind == text[:-1]
    wanted, _, called = text.partition(":")
    replaced = [
        role.get("replaces") for role in policy.roles if (role["role"], role.get("domain")) == (name, home)
    ]
    return kind == wanted and (called == name or (kind == "role" and called in replaced))


def _rows(policy: Evaluator, text: str) -> list[Permission]:
    """What `includes` means by *text*."""
    entry = parse(text)
    if entry.name in policy.catalog.named:
        return [policy.catalog.named[entry.name]]
    return [row for row, _, _ in policy.touched(text, taking=True)]


def _touched(policy: Evaluator, text: str) -> set[Atom]:
    """Each part of what *text* names, at the scopes that are at least as broad; hidden ones below a star."""
    entry = parse(text)
    rows = [policy.catalog.named[entry.name]] if entry.name in policy.catalog.named else None
    if rows is None:
        rows = [
            row
            for row in policy.catalog.below(entry.name)
            if (entry.scope is None or entry.scope in policy.catalog.scopes(row))
            and (entry.instance is None or _takes(row, entry.instance, taking=True))
        ]
    on = prefix(entry.instance or ())
    return {atom for row in rows for atom in policy.upward(row, on, entry.scope, above=False)}


def _granted(policy: Evaluator, text: str) -> set[Atom]:
    """What whoever is granted *text* holds by that alone."""
    return {
        atom
        for row, on, scope in policy.touched(text, taking=False)
        for atom in policy.downward(row, on, scope or policy.catalog.broadest(row))
    }


def drawn(policy: Evaluator, users: list[str], pick: random.Random) -> Data:
    """One invariant; whether it can be read is not known."""
    rule = pick.choice(["never", "only", "includes", "with", "separate", "of"])
    found: Data = {rule: [_text_of(policy, pick) for _ in range(pick.choice([1, 1, 2]))]}
    if rule == "of":
        found[pick.choice(["at_least", "max_holders"])] = str(pick.randint(1, 4))
    if rule == "with":
        found["includes"] = [_text_of(policy, pick)]
    if rule == "separate":
        found[rule] = list(dict.fromkeys([*found[rule], _text_of(policy, pick), _text_of(policy, pick)]))
    whom = ["roles", "custom_roles", "teams", "users", *(f"role:{role['role']}" for role in policy.roles)]
    whom += [f"team:{team}" for node in policy.domains.values() for team in node.get("teams", {})]
    whom += [f"user:{name}" for name in [*users, OUTSIDER]]
    if rule in ("only", "includes") or (rule != "of" and pick.random() < 0.4):
        found["for"] = pick.sample(whom, min(len(whom), pick.choice([1, 1, 2, 4])))
        if pick.random() < 0.3:
            found["for"] = [f"user:{pick.choice([*users, OUTSIDER, OUTSIDER])}"]
    if pick.random() < 0.2:
        found["in"] = [pick.choice(sorted(policy.domains))]
    return found


def _text_of(policy: Evaluator, pick: random.Random) -> str:
    row = pick.choice(policy.catalog.rows)
    if pick.random() < 0.15:
        return pick.choice(["*", f"{row.path.rpartition('.')[0]}.*"])
    if pick.random() < 0.4:
        return row.path
    scope = NO_SCOPE if pick.random() < 0.4 else pick.choice(policy.catalog.scopes(row))
    levels = row.chain[: pick.randint(0, len(row.chain))]
    on = tuple(pick.choice(sorted(policy.ids[kind])) for kind in levels)
    return write(row.path, on, len(row.chain), scope)
