"""The changes by which somebody comes to hold what an invariant says nobody comes to hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rolegate.catalog.role_kind import RoleKind
from rolegate.compiled.names import is_role
from rolegate.review.cells import Cell
from rolegate.review.differences import PolicySide
from rolegate.review.reach import ReachGiver, RoleGain
from rolegate.review.reach_places import ReachPlace
from rolegate.review.witness import Witness, granted_text, question_of, where_granted, who_is


class ReachStep(NamedTuple):
    """Somebody comes to hold a cell; nobody yet where a role of a kind is made."""

    sub: str | None
    cell: Cell
    giver: ReachGiver
    gain: RoleGain | None = None
    kind: RoleKind | None = None


def reach_witness(
    step: ReachStep, place: ReachPlace, places: Mapping[str, ReachPlace], side: PolicySide
) -> Witness:
    """Who gives what to whom, in the order of the changes, with questions about the first of them."""
    given = place if step.gain is None else places[step.gain.home]
    here, manage = given.here, step.giver.manage
    manage_cell, _ = given.whole(manage)
    giver = who_is(step.giver.sub, here, side.resolved)
    what = granted_text(step.cell, here)
    both = what if what == f"`{manage}`" else f"`{manage}` and {what}"
    last = _last(step, place, side, what)
    if step.giver.maker is None:
        steps = (f"{giver} holds {both}", f"they {last}")
        says = f"{steps[0]}, and can {last}"
    else:
        maker = who_is(step.giver.maker, here, side.resolved)
        also = who_is(step.giver.sub, here, side.resolved, alone=True)
        steps = (f"{maker} gives `{manage}` to {also}, who holds {what}", f"{also} can then {last}")
        says = f"{maker} holds `{manage}` and can give it to {also}, who holds {what} and can then {last}"
    first = step.giver.maker or step.giver.sub
    asked = ((manage_cell, first), (step.cell, step.giver.sub))
    found = dict.fromkeys(question_of(cell, sub, here, side.resolved) for cell, sub in asked)
    questions = [(question, True) for question in found]
    if step.sub is not None and (place.here.domain is not None or is_role(step.sub)):
        questions.append((question_of(step.cell, step.sub, place.here, side.resolved), False))
    because = tuple(where_granted(step.giver.sub, here, ((step.cell, True),), side))
    return Witness(giver, tuple(questions), because, says=says, steps=steps)


def _last(step: ReachStep, place: ReachPlace, side: PolicySide, what: str) -> str:
    if step.sub is None:
        return f"make a {(step.kind or side.resolved.catalog.custom_roles).one} that holds {what}"
    receiver = who_is(step.sub, place.here, side.resolved, alone=True)
    if step.gain is not None:
        return _edit(step, step.gain, place, side, what)
    bit = place.here.cells.bit_of(step.cell)
    lift = f"lift what restricts {receiver} and " if place.denied(step.sub) & bit else ""
    return f"{lift}give {what} to {receiver}"


def _edit(step: ReachStep, gain: RoleGain, place: ReachPlace, side: PolicySide, what: str) -> str:
    """The role that is edited, and who else holds something by that, in another domain as well."""
    edited = who_is(gain.edited, place.here, side.resolved, alone=True)
    receiver = who_is(str(step.sub), place.here, side.resolved, alone=gain.home == place.name)
    if receiver == edited:
        return f"edit {edited} so that it holds {what}"
    return f"edit {edited} so that {receiver} holds {what}"
