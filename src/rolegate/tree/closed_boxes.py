"""Why a box cannot be ticked, or unticked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rolegate.catalog.model import Catalog
from rolegate.grants.rights import Need, Right, down, implied, need, shown
from rolegate.tree.box_reasons import ClosedReason
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.held_rights import HeldRights
from rolegate.wording.phrases import Phrase, SaidName


@dataclass(slots=True)
class ClosedBoxes:
    """Says why rights cannot be added to those that are held, or taken from them.

    INVARIANT: a right may be added if and only if this gives no reason against it, so that a box shown as
    open can be ticked.
    """

    rules: DraftRules
    held: HeldRights
    _known: dict[Right, ClosedReason | None] = field(default_factory=dict)
    _asking: list[Right] = field(default_factory=list)
    """What is being judged, each because of the one before it: it would all be held together."""
    _leaning: set[Right] = field(default_factory=set)
    """What was judged together with something else, which it may not have when it is asked about alone."""

    @property
    def catalog(self) -> Catalog:
        return self.rules.catalog

    def to_tick(self, right: Right) -> ClosedReason | None:
        """Why *right* cannot be held: it, or something that has to come with it, is ruled out."""
        if right in self._known and not self._is_chosen(self._known[right]):
            if right in self._leaning:
                self._leaning.update(self._asking)
            return self._known[right]
        self._known[right] = None  # a circle ends here
        self._asking.append(right)
        reason = self._known[right] = self._to_tick(right)
        self._asking.pop()
        if not self._asking:
            for leaning in self._leaning - {right}:
                self._known.pop(leaning, None)
            self._leaning.clear()
        return reason

    def _is_chosen(self, reason: ClosedReason | None) -> bool:
        """Whether what is being judged may be the choice for which *reason* asks."""
        if reason is None or reason.code != "choose":
            return False
        return any(right.path in reason.names for right in self._asking)

    def _to_tick(self, right: Right) -> ClosedReason | None:
        permission = self.catalog.permission(right.path)
        reason = self.rules.ruled_out(right, permission.hidden)
        if reason is not None:
            return reason
        for entry in permission.implies:
            first = next(iter(implied(self.catalog, right, entry)), None)
            if first is not None and not self.held.covers(first):
                reason = self.to_tick(first)
                if reason is not None:
                    return _about(reason, first)
        for entry in permission.requires:
            wanted = need(self.catalog, right, entry)
            if self.held.meets(wanted) or self._comes_along(wanted):
                continue
            chosen = self.chosen(wanted)
            if isinstance(chosen, ClosedReason):
                return chosen
            reason = self.to_tick(chosen)
            if reason is not None:
                return _about(reason, chosen)
        return None

    def _comes_along(self, wanted: Need) -> bool:
        """Whether what is being judged meets *wanted*, of which any instance will do."""
        for number, right in enumerate(self._asking) if wanted.obj is None else ():
            if right.path == wanted.path and any(
                map(wanted.met_by, down(right, self.catalog.permission(right.path)))
            ):
                self._leaning.update(self._asking[number + 1 :])
                return True
        return False

    def chosen(self, wanted: Need) -> Right | ClosedReason:
        """The least right that meets what is *wanted*; a reason where somebody has to choose an instance."""
        target = self.catalog.permission(wanted.path)
        if wanted.obj is None and target.chain:
            grant, kind = SaidName("grant", shown(wanted)), SaidName("resource", target.chain[-1])
            return ClosedReason("choose", Phrase("choose_one", grant=grant, kind=kind), (wanted.path,))
        obj = wanted.obj or "-"
        scopes = target.scope_names if wanted.scope is None else (wanted.scope,)
        rights = [Right(wanted.path, obj, scope) for scope in reversed(scopes)]
        return next((right for right in rights if self.to_tick(right) is None), rights[0])


def _about(reason: ClosedReason, right: Right) -> ClosedReason:
    if reason.about or reason.code == "choose":
        return reason
    grant = SaidName("grant", shown(right))
    return replace(reason, about=grant.name, text=Phrase("it_brings", grant=grant, why=reason.text))
