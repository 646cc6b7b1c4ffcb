"""A plan is worked out part by part: each has some domains, and only what changes in it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff
from rolegate.review.gains import gains_of, without_times
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.joined_verdicts import JoinedVerdict
from rolegate.review.owned_names import owned_name
from rolegate.review.permission_meanings import PermissionMeanings
from rolegate.store import plan_refusals
from rolegate.store.alike_users import AlikeUsers
from rolegate.store.awaited import in_a_thread
from rolegate.store.held_names import HeldName
from rolegate.store.in_force import InForce
from rolegate.store.item import Identity, Item
from rolegate.store.item_words import item_words, place_words
from rolegate.store.plan import PlanRefusal
from rolegate.store.store_state import NextState
from rolegate.store.stored_states import StoredState


@dataclass(slots=True)
class JoinedParts:
    """What a plan says of the parts that were added; a first part without domains has what all share.

    `theirs` is what run time owns of what is named, and `held` the names that files and run time have.
    Of lines, which nobody misses in the files, `taken` has those as well.
    """

    asleep: dict[object, StoredState] = field(default_factory=dict)
    waking: dict[object, StoredState] = field(default_factory=dict)
    moved: dict[object, StoredState] = field(default_factory=dict)
    theirs: dict[Identity, Item] = field(default_factory=dict)
    held: dict[object, HeldName] = field(default_factory=dict)
    taken: set[Identity] = field(default_factory=set)
    conflicts: set[str] = field(default_factory=set)
    verdict: GateVerdict | None = None
    gains: frozenset[str] = frozenset()
    _sides: tuple[Policy | None, Policy] | None = None
    _unmanaged: set[str] = field(default_factory=set)
    _judged: JoinedVerdict = field(default_factory=JoinedVerdict)

    @property
    def policy(self) -> Policy:
        """What all parts will have in common, or the whole set where that is one part."""
        assert self._sides is not None  # noqa: S101 - there is always a part
        return self._sides[1]

    @property
    def renames_roles(self) -> bool:
        """Whether a role of a catalog has become another one: then lines that name it are read otherwise."""
        sides = self._sides or ()
        return self._sides is None or any(
            one is not None and one.catalog.former.gone("role") for one in sides
        )

    @in_a_thread
    def add(
        self,
        before: InForce | None,
        after: NextState,
        theirs: Iterable[Item],
        alike: AlikeUsers,
    ) -> None:
        """Compare what is in force of a part with what will be; run time owns *theirs* there.

        Of users *alike*, what happens to the first happens to all.
        """
        known = {} if before is None else before.asleep
        now = after.read.asleep
        asleep = [state for about, state in now.items() if about not in known]
        waking = [state for about, state in known.items() if about not in now]
        moved = list(_moved(before, after.read))
        owned = {item.identity: item for item in theirs}
        self.conflicts |= set(_conflicts((*asleep, *after.read.states), owned))
        for kept, found in ((self.asleep, asleep), (self.waking, waking), (self.moved, moved)):
            kept |= {state.about: state for state in found}
            about = {state.identity for state in found}
            self.theirs |= {identity: owned[identity] for identity in about if identity in owned}
        self.held |= {name.about: name for name in after.held}
        new = Policy(resolved=after.read.resolved)
        old = None if before is None else Policy(resolved=before.resolved)
        if old is not None:
            diff = self._judged.add(old, new, alike.by_name)
            self._unmanaged |= plan_refusals.losing_managers(diff, old, new)
        if self._sides is None:
            self._sides = (old, new)

    @in_a_thread
    def finish(self) -> None:
        """Judge all of it together."""
        assert self._sides is not None  # noqa: S101 - there is always a part
        old, new = self._sides
        if old is not None:
            self.verdict = self._judged.verdict()
            self.gains = frozenset(gain_lines(self.verdict.diff, old, new))

    def refusals(self, *, older: bool) -> Iterator[PlanRefusal]:
        """What is refused of what changes; if the set is *older* on purpose, run time may know more."""
        assert self._sides is not None  # noqa: S101 - there is always a part
        old, new = self._sides
        if not older:
            yield from plan_refusals.undeclared(in_order(self.asleep), self.theirs, new.catalog)
        if old is not None and self.verdict is not None:
            yield from plan_refusals.unapproved(self.verdict, old)
            yield from plan_refusals.unmanaged(self._unmanaged)


def in_order(states: Mapping[object, StoredState]) -> tuple[StoredState, ...]:
    """*states*, those of one item together."""
    return tuple(sorted(states.values(), key=lambda state: state.identity))


def _moved(before: InForce | None, after: InForce) -> Iterator[StoredState]:
    """What is read in other words than before, and gives something."""
    known = {} if before is None else {state.about: state.grant.now for state in before.states}
    for state in after.states:
        if not state.is_asleep and known.get(state.about) != state.grant.now:
            yield state


def _conflicts(states: Iterable[StoredState], theirs: Mapping[Identity, Item]) -> Iterator[str]:
    """What versions of default roles add or take away that cannot be so any more."""
    for state in states:
        item = theirs.get(state.identity)
        if item is not None and "replaces" in item.document and state.grant.because:
            what = "" if state.key is None else f" {state.key} `{state.grant.text}`"
            yield f"{item_words(item)}{place_words(item)}{what}: {state.grant.because}"


def gain_lines(diff: AccessDiff, old: Policy, new: Policy) -> Iterator[str]:
    """Who gains what, each in one line, whenever it begins."""
    for line, gain in gains_of(diff.subjects, PermissionMeanings(old.catalog, new.catalog)):
        whose = gain.whose
        where = "" if whose.domain is None else f" in {whose.domain}"
        who = f"{whose.kind} {owned_name(whose.kind, whose.name, whose.owner, line.domains)}".rstrip()
        for text in gain.texts:
            yield f"{who}{where} gains {without_times(text)[0]}"
    for known in diff.conditions:
        if known.gains:
            scope = "" if known.scope is None else f"@{known.scope}"
            yield f"more records of {known.permission}{scope}: {known.after}"
