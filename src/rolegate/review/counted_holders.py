"""How many people hold something in a domain: what `at_least` and `max_holders` count."""

from __future__ import annotations

from rolegate.compiled.names import STRANGER, user_of
from rolegate.diagnostics import quoted
from rolegate.engine.question import Question
from rolegate.grants.resolve import Resolved
from rolegate.review.held_access import HeldAccess
from rolegate.review.invariant_checks import InvariantCheck
from rolegate.review.witness import Witness

_FEW = 5


def count_witness(check: InvariantCheck, here: HeldAccess, resolved: Resolved) -> Witness | None:
    """The holders in a domain, if they are too few or too many; users whom no line names count as very many.

    Too few are not told where the domain offers nothing of it, nor in a set that names no user at all: then
    the application brings them.
    """
    invariant = check.invariant
    if here.domain is None:
        return None
    users = check.suspects(here.users)
    names = [user_of(sub) for sub in users if sub != STRANGER]
    everybody = STRANGER in users
    if invariant.rule == "max_holders":
        if not everybody and len(names) <= invariant.count:
            return None
    elif everybody or len(names) >= invariant.count or not _counts(check, here, resolved):
        return None
    path = invariant.regions[0][0].permission.path
    says = _said(names, everybody, f"in {quoted(here.domain)}", ", ".join(invariant_texts(check)))
    return Witness("", (), says=says, listed=Question(path, user="*", domain=here.domain, any=True))


def _said(names: list[str], everybody: bool, where: str, what: str) -> str:
    if everybody or not names:
        return f"{'everybody' if everybody else 'nobody'} {where} holds {what}"
    listed = ", ".join(quoted(name) for name in names[:_FEW]) + (", …" if len(names) > _FEW else "")
    who = f"1 user {where} holds" if len(names) == 1 else f"{len(names)} users {where} hold"
    return f"{who} {what}: {listed}"


def invariant_texts(check: InvariantCheck) -> list[str]:
    """What is counted, each permission once."""
    return list(dict.fromkeys(f"`{part.permission.path}`" for part in check.invariant.regions[0]))[:_FEW]


def _counts(check: InvariantCheck, here: HeldAccess, resolved: Resolved) -> bool:
    if here.domain is None:
        return False
    domain = resolved.domains[here.domain]
    offered = any(domain.offers(part.permission.availability) for part in check.invariant.regions[0])
    return offered and names_users(resolved)


def names_users(resolved: Resolved) -> bool:
    """Whether the files of a set name some user; otherwise an application brings the people."""
    lines = any(
        binding.subject.kind == "user" and binding.subject.domain is None for binding in resolved.bindings
    )
    return lines or any(users for other in resolved.domains for users in other.teams.values())
