"""Compares the difference of two policies with what each of them answers to every question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from plain.asking import Stock
from plain.evaluator import Ask, Evaluator
from plain.strategies import NOW, Files
from rolegate import Policy
from rolegate.compiled.names import FULL, STRANGER, parse_subject
from rolegate.encoding import decode
from rolegate.engine.question import Question, UnknownQuestionError
from rolegate.engine.translation import translate
from rolegate.review.cells import UNNAMED, Cell
from rolegate.review.differences import PolicySide, SubjectDifference, compared, differences
from rolegate.review.paired_permissions import paired_permissions

SOMEBODY = "nobody, *"
"""A user whom no file names, and an instance that none names."""

Opinion = Callable[[Ask], bool]


def stock_answer(files: Files, policy: Policy, place: Path, at: datetime = NOW) -> Opinion:
    """What a stock enforcer answers with what *policy*, that of *files*, is compiled to."""
    made = policy.compile(at=at)
    return Stock(made.model_text, made.policy_text, place, Evaluator(files, at)).answer


def asked(sub: str, dom: str, cell: Cell, side: int) -> Ask | None:
    """The question of a cell, put to one side; None where it cannot be asked there."""
    permission = cell.permission.side(side)
    if permission is None:
        return None
    on = tuple(SOMEBODY if id == UNNAMED else decode(id) for id in cell.on)
    kind, name = ("user", SOMEBODY) if sub == STRANGER else parse_subject(sub)[:2]
    domain = None if dom == FULL else decode(dom)
    scope = cell.permission.scope_on(side, cell.scope) if permission.ladder is not None else None
    return Ask(kind, name, domain, permission.path, on[: _asked_of(cell, side)], scope)


def _asked_of(cell: Cell, side: int) -> int:
    """How many instances of the path are of kinds that a side has for the permission."""
    pair = cell.permission
    if pair.old is None or pair.new is None:
        return pair.depth
    before, after = pair.old.chain, pair.new.chain
    longest = min(len(before), len(after))
    same = next((at for at in range(longest) if before[at] != after[at]), longest)
    return len((before, after)[side]) if same == longest or pair.kinds_of == side else same


def meant(ask: Ask, sub: str, policy: Policy) -> bool:
    """Whether the name in *ask* means *sub* in its domain: another team or role may have the name there."""
    names: Any = {ask.kind: ask.name}
    question = Question(ask.permission, domain=ask.domain, **names)
    try:
        return translate(question, policy.resolved).sub == sub
    except UnknownQuestionError:
        return False


def wrong_cells(
    policies: Sequence[Policy],
    opinions: Sequence[Opinion],
    at: datetime,
    chosen: Callable[[Sequence[Cell]], Sequence[int]] = lambda cells: range(len(cells)),
) -> Iterator[str]:
    """Each of the *chosen* cells of which the difference says otherwise than the opinions of both sides."""
    old, new = (PolicySide.at(policy.resolved, at) for policy in policies)
    pairs = paired_permissions(old.resolved.catalog, new.resolved.catalog)
    found: dict[tuple[str, str], SubjectDifference] = {
        (difference.sub, difference.dom): difference for difference in differences(old, new, pairs)
    }
    for sub, dom, cells in compared(old, new, pairs):
        difference = found.pop((sub, dom), None)
        for position in chosen(cells.all):
            answers = _answers(sub, dom, cells.all[position], policies, opinions)
            if answers is None:
                continue
            if difference is None:
                wrong = answers[0] is not answers[1]
            else:
                held = [bool(mask >> position & 1) for mask in (difference.before, difference.after)]
                wrong = answers != held
            if wrong:
                yield f"{sub} in {dom}: {cells.all[position]}: {answers}"
    yield from (f"{sub} in {dom} is not compared" for sub, dom in found)


def _answers(
    sub: str, dom: str, cell: Cell, policies: Sequence[Policy], opinions: Sequence[Opinion]
) -> list[bool] | None:
    """What both sides answer; None where the name means somebody else on one of them."""
    answers = []
    for side, policy in enumerate(policies):
        ask = asked(sub, dom, cell, side)
        if ask is not None and ask.kind != "user" and not meant(ask, sub, policy):
            return None
        answers.append(ask is not None and opinions[side](ask))
    return answers
