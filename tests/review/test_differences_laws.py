"""The difference of two policies is what one finds by asking both of them every question."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.editing import edited
from plain.evaluator import Ask, Evaluator
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from rolegate import Policy
from rolegate.compiled.names import FULL, STRANGER, parse_subject
from rolegate.encoding import decode
from rolegate.engine.question import Question, UnknownQuestionError
from rolegate.engine.translation import translate
from rolegate.review.cells import UNNAMED, Cell
from rolegate.review.differences import PolicySide, SubjectDifference, compared, differences
from rolegate.review.paired_permissions import paired_permissions

ASKED = 120
"""So many cells of each subject are asked about."""

SOMEBODY = "nobody, *"
"""A user whom no file names, and an instance that none names."""


def asked(sub: str, dom: str, cell: Cell, side: int, policy: Policy) -> Ask | None:
    """The question of a cell, put to one side; None where it cannot be asked there."""
    permission = cell.permission.side(side)
    if permission is None:
        return None
    on = tuple(SOMEBODY if id == UNNAMED else decode(id) for id in cell.on)
    kind, name = ("user", SOMEBODY) if sub == STRANGER else parse_subject(sub)[:2]
    domain = None if dom == FULL else decode(dom)
    scope = cell.permission.scope_on(side, cell.scope) if permission.ladder is not None else None
    return Ask(kind, name, domain, permission.path, on[: len(permission.chain)], scope)


def meant(ask: Ask, sub: str, policy: Policy) -> bool:
    """Whether the name in *ask* means *sub* in its domain: another team or role may have the name there."""
    names: Any = {ask.kind: ask.name}
    question = Question(ask.permission, domain=ask.domain, **names)
    try:
        return translate(question, policy.resolved).sub == sub
    except UnknownQuestionError:
        return False


@examples(450)
@given(files=policy_sets(), other=st.none() | policy_sets(), seed=st.integers(0, 2**32))
def test_differences_are_all_questions_with_another_answer(
    files: Files, other: Files | None, seed: int
) -> None:
    """For an edited set, and for any other one; what nobody's difference has is answered alike."""
    draw = random.Random(seed)
    sets = (files, other if other is not None else edited(files, draw))
    with TemporaryDirectory() as folder:
        policies = [sound(some, Path(folder) / str(side)) for side, some in enumerate(sets)]
    plain = [Evaluator(some, NOW) for some in sets]
    old, new = (PolicySide.at(policy.resolved, NOW) for policy in policies)
    pairs = paired_permissions(old.resolved.catalog, new.resolved.catalog)
    found: dict[tuple[str, str], SubjectDifference] = {
        (difference.sub, difference.dom): difference for difference in differences(old, new, pairs)
    }
    for sub, dom, cells in compared(old, new, pairs):
        difference = found.pop((sub, dom), None)
        positions = range(len(cells.all))
        for position in draw.sample(positions, min(ASKED, len(positions))):
            cell = cells.all[position]
            answers = []
            for side, policy in enumerate(policies):
                ask = asked(sub, dom, cell, side, policy)
                if ask is not None and ask.kind != "user" and not meant(ask, sub, policy):
                    break
                answers.append(ask is not None and plain[side].answer(ask))
            else:
                if difference is None:
                    assert answers[0] is answers[1], (sub, dom, cell)
                else:
                    held = [bool(mask >> position & 1) for mask in (difference.before, difference.after)]
                    assert answers == held, (sub, dom, cell)
    assert not found
