"""Random people change random tenants: nobody comes to hold what nobody gave them who held it.

What is held is told by a plain reading of the documents, which knows nothing of rights, lines and refusals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product

from administered_walks import DOMAINS, PEOPLE, STRANGER, Step, walked
from drawing import some
from plain.held_documents import EVERYTHING, Held
from plain.managed_documents import MANAGE, MOMENTS, NEW_USER, kept_out, left_alone, read, subjects
from plain.stolen_rights import stolen
from rolegate import Policy, Question


def not_managing(step: Step) -> Iterator[str]:
    """Where access changed by somebody who did not manage."""
    old, new = (read(one.documents) for one in (step.before, step.after))
    now = old[MOMENTS[0], False]
    for domain in (name for name in now.domains() if name in new[MOMENTS[0], False].domains()):
        if MANAGE in now.of(step.actor.name, domain):
            continue
        for key in product(MOMENTS, (False, True)):
            for who in subjects(step.before.documents):
                if old[key].of(who, domain) != new[key].of(who, domain):
                    yield f"{who} in {domain}"


def faults(step: Step) -> list[str]:
    """What is wrong with a change that may be made."""
    if step.refusals:
        return []
    found = [*left_alone(step)]
    if not step.actor.system:
        found += [*stolen(step), *not_managing(step), *kept_out(step)]
    return [f"{step.actor.name}: {step.change}: {fault}" for fault in found]


def test_nobody_comes_to_hold_what_they_were_not_given_by_somebody_who_held_it() -> None:
    """By lines, teams, roles, versions and clones, restrictions, ends, plans and undone changes."""
    steps, made = some(1200, 20), 0
    for step in walked(1, steps):
        assert faults(step) == []
        made += not step.refusals
    assert made > steps / 10


def test_the_plain_reading_says_what_the_policy_answers() -> None:
    """Of every user at each moment, so that the law is about what people may do."""
    for number, step in enumerate(walked(2, some(120, 15))):
        if step.after.resolved is None or step.after.errors or number % 3:
            continue
        domain, who = DOMAINS[number % 9 // 3], (*PEOPLE, STRANGER, NEW_USER)[number % 6]
        for moment in MOMENTS:
            held = Held(step.after.documents.by_name, moment)
            if domain not in held.domains():
                continue
            policy = Policy(resolved=step.after.resolved, at=datetime.fromisoformat(f"{moment}T00:00+00:00"))
            asked = {
                atom: Question(
                    atom.path,
                    user=who,
                    domain=domain,
                    on=None if atom.on == "-" else atom.on,
                    scope=None if atom.at == "-" else atom.at,
                )
                for atom in EVERYTHING
            }
            allowed = {atom for atom, question in asked.items() if policy.decide(question).allowed}
            assert held.of(who, domain) == allowed
