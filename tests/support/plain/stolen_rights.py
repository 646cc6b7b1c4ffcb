"""What a step gave to somebody that whoever made it did not hold, by a plain reading of the documents."""

from __future__ import annotations

from collections.abc import Iterator

from administered_walks import Step
from plain.held_documents import Atom, Held
from plain.managed_documents import MOMENTS, read, subjects


def stolen(step: Step) -> Iterator[str]:
    """What somebody, or a role, gained by a change that whoever made it did not hold."""
    old, new = (read(one.documents) for one in (step.before, step.after))
    known = old[MOMENTS[0], False].domains()
    for moment in MOMENTS:
        before, after = old[moment, True], new[moment, True]
        for domain in (name for name in after.domains() if name in known):
            held = before.of(step.actor.name, domain)
            for who in subjects(step.after.documents):
                beyond = after.of(who, domain) - before.of(who, domain) - held
                if beyond:
                    yield f"{who} in {domain} from {moment}: {sorted(beyond)}"
            yield from stolen_by_roles(step, domain, before, after, held)


def stolen_by_roles(
    step: Step, domain: str, before: Held, after: Held, held: frozenset[Atom]
) -> Iterator[str]:
    """What a role of the domain, which somebody may assign or edit, holds there by that.

    Inside it, whoever gives the role gives what it holds there.
    """
    for name, new in step.after.documents.by_name.items():
        old = step.before.documents.by_name.get(name)
        if name.kind == "role" and name.domain == domain and old != new:
            was = frozenset[Atom]()
            for one in (name.name, *new.get("renamed_from", ()), new.get("replaces")):
                found = before.meant(one, name.domain) if one else None
                was |= before.of_role(found, domain) if found is not None else frozenset()
            beyond = after.of_role(new, domain) - was - held
            if beyond:
                yield f"role {name.name} in {domain}: {sorted(beyond)}"
