"""Who manages by the documents of a step, read plainly: who is left, and who is kept out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from administered_desk import SUMMER, WINTER
from administered_walks import PEOPLE, STRANGER, Step
from plain.held_documents import Atom, Held
from rolegate.administration.tenant_documents import TenantDocuments

MOMENTS = ("2027-01-01", SUMMER, WINTER)
MANAGE, GUESTS = Atom("access.manage", "-", "-"), Atom("access.guests", "-", "-")
NEW_USER = "somebody"

ReadAt = dict[tuple[str, bool], Held]
_read: list[tuple[TenantDocuments, ReadAt]] = []


def read(documents: TenantDocuments) -> ReadAt:
    """The documents at each moment, as the plans of domains are, and as if each domain had all of them."""
    known = next((found for one, found in _read if one is documents), None)
    if known is None:
        known = {key: Held(documents.by_name, *key) for key in product(MOMENTS, (False, True))}
        _read[4:] = []
        _read.insert(0, (documents, known))
    return known


def subjects(documents: TenantDocuments) -> list[str]:
    """Everybody, somebody whom no line names, and teams, whose members an application may know."""
    teams = [f"team:{one['domain']}/{one['team']}" for one in documents.of_kind("team")]
    return [*PEOPLE, STRANGER, NEW_USER, *teams]


def left_alone(step: Step) -> Iterator[str]:
    """Domains that somebody managed without end, and nobody does any more, in the same plan.

    By themselves, and together with those around them.
    """
    old, new = (read(one.documents) for one in (step.before, step.after))
    now, then = old[MOMENTS[0], False], new[MOMENTS[0], False]
    for domain in (name for name in now.domains() if name in then.domains()):
        chain = now.around(domain)
        if any(
            now.documents["domain", one, one] != then.documents.get(("domain", one, one)) for one in chain
        ):
            continue
        for size, any_plan in product(range(1, len(chain) + 1), (False, True)):
            if managed(old, chain[:size], any_plan) and not managed(new, chain[:size], any_plan):
                yield " and ".join(chain[:size])


def managed(read_at: ReadAt, domains: Sequence[str], any_plan: bool = False) -> bool:
    """Whether the same user manages in all of these domains now and later."""
    held = [read_at[moment, any_plan] for moment in MOMENTS]
    everybody = (*PEOPLE, STRANGER, NEW_USER)
    return any(all(MANAGE in one.of(who, domain) for one in held for domain in domains) for who in everybody)


def kept_out(step: Step) -> Iterator[str]:
    """Who manages around a domain still, and not in it, by somebody who does not manage around it."""
    old, new = (read(one.documents) for one in (step.before, step.after))
    now = old[MOMENTS[0], False]
    inner = [name for name in now.domains() if name in new[MOMENTS[0], False].domains()]
    for domain, key, manage in product(inner, old, (MANAGE, GUESTS)):
        for outer in now.around(domain)[1:]:
            if manage in now.of(step.actor.name, outer):
                continue
            for who in subjects(step.before.documents):
                kept = manage in old[key].of(who, outer) and manage in new[key].of(who, outer)
                if kept and manage in old[key].of(who, domain) and manage not in new[key].of(who, domain):
                    yield f"{who} is kept out of {domain} from {key[0]}"
