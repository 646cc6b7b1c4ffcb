"""A plan: what applying a policy set to a store does to its items and to people's access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.encoding import decode
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.gate_verdict import GateVerdict
from rolegate.store.item import Identity, Item
from rolegate.store.item_words import item_words
from rolegate.store.stored_set import StoredSet
from rolegate.store.stored_states import StoredState
from rolegate.store.write_items import ItemChanges


@dataclass(frozen=True, slots=True)
class PlanRefusal:
    """Why a plan cannot be applied, and what to do about it; `code` has a page that says more."""

    code: str
    what: str
    help: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form."""
        return {"code": self.code, "what": self.what, "help": self.help}

    def __str__(self) -> str:
        return f"{self.code}: {self.what}"


@dataclass(frozen=True, slots=True)
class StorePlan:
    """What happens if the set `wanted` is applied to a store; it is true if something does.

    It was made at `revision` of the store, whose files were those of `files_revision`. `items` are those that
    files own; of what run time owns, entries fall asleep, wake, or are read in other words. `drift` is the
    number of rules that no document gives, or that are missing. `verdict` has the access that changes; None
    for a store without a set, in which nobody had any.
    """

    store: str
    revision: int
    files_revision: int
    catalog: str
    source: str | None
    wanted: StoredSet = field(repr=False)
    items: ItemChanges = field(repr=False)
    texts: tuple[str, ...] = ()
    asleep: tuple[StoredState, ...] = ()
    waking: tuple[StoredState, ...] = ()
    moved: tuple[StoredState, ...] = ()
    drift: int = 0
    verdict: GateVerdict | None = None
    refusals: tuple[PlanRefusal, ...] = ()
    gains: frozenset[str] = frozenset()
    """Who gains what, each in one line: what a plan that was read by people was accepted for."""
    conflicts: frozenset[str] = frozenset()
    """What tenants added to a default role, or took away, that does not fit what that is now."""
    older: bool = False
    theirs: Mapping[Identity, Item] = field(default_factory=dict, repr=False)
    """What run time owns of what is named here, by what it is."""

    def __bool__(self) -> bool:
        changes = (*self.items, self.texts, self.asleep, self.waking, self.moved)
        return any(changes) or self.drift > 0 or bool(self.diff)

    @property
    def diff(self) -> AccessDiff:
        """The access that changes."""
        return AccessDiff(()) if self.verdict is None else self.verdict.diff

    @property
    def is_first(self) -> bool:
        """Whether the store has no set yet."""
        return self.verdict is None

    @property
    def counts(self) -> dict[str, int]:
        """How much of what happens."""
        added, changed, removed = self.items
        return {
            "added": len(added),
            "changed": len(changed),
            "removed": len(removed),
            "asleep": len(self.asleep),
            "waking": len(self.waking),
            "gaining": self._subjects(line for line in self.diff.subjects if line.gains),
            "losing": self._subjects(line for line in self.diff.subjects if line.loses),
            "refused": len(self.refusals),
        }

    @staticmethod
    def _subjects(lines: Iterable[ChangedSubjects]) -> int:
        """How many roles, teams and users some lines are about."""
        return len({(line.kind, *pair) for line in lines for pair in line.owned or (("", ""),)})

    def beyond(self, accepted: StorePlan | AcceptedPlan) -> Iterator[str]:
        """What is gained, in conflict or refused that is not so in the plan *accepted*, line by line."""
        yield from sorted(self.gains - accepted.gains)
        yield from sorted(self.conflicts - accepted.conflicts)
        known = {str(refusal) for refusal in accepted.refusals}
        yield from (str(refusal) for refusal in self.refusals if str(refusal) not in known)

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form."""
        added, changed, removed = self.items
        marks = (("+", added), ("~", changed), ("-", removed))
        return {
            "store": self.store,
            "revision": self.revision,
            "files_revision": self.files_revision,
            "catalog": self.catalog,
            "source": self.source,
            "older": self.older,
            "changed": bool(self),
            "allowed": not self.refusals,
            "counts": self.counts,
            "items": [
                {"mark": mark, "kind": item.kind, "domain": decode(item.domain), "what": item_words(item)}
                for mark, items in marks
                for item in items
            ],
            "files": list(self.texts),
            "asleep": [self.state_to_dict(state) for state in self.asleep],
            "waking": [self.state_to_dict(state) for state in self.waking],
            "moved": [self.state_to_dict(state) for state in self.moved],
            "drift": self.drift,
            "access": self.diff.to_dict(),
            "refused": [refusal.to_dict() for refusal in self.refusals],
            "gains": sorted(self.gains),
            "conflicts": sorted(self.conflicts),
        }

    def state_to_dict(self, state: StoredState) -> dict[str, Any]:
        """One entry that run time stored, as JSON."""
        domain, kind, _ = state.identity
        item = self.theirs.get(state.identity)
        return {
            "kind": kind,
            "domain": decode(domain),
            "item": state.identity[2] if item is None else item_words(item),
            "key": state.key,
            "text": state.grant.text,
            "now": list(state.grant.now),
            "reason": state.grant.reason,
            "because": state.grant.because,
        }


@dataclass(frozen=True, slots=True)
class AcceptedPlan:
    """A plan that was saved, and is now to be applied: the set, and what people saw that it would do."""

    wanted: StoredSet = field(repr=False)
    revision: int
    files_revision: int
    catalog: str
    source: str | None
    gains: frozenset[str]
    conflicts: frozenset[str]
    refusals: tuple[PlanRefusal, ...]
    older: bool = False

    @classmethod
    def of(cls, plan: StorePlan) -> AcceptedPlan:
        """What is kept of *plan*."""
        return cls(
            plan.wanted,
            plan.revision,
            plan.files_revision,
            plan.catalog,
            plan.source,
            plan.gains,
            plan.conflicts,
            plan.refusals,
            plan.older,
        )
