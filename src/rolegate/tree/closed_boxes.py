"""Why a box cannot be ticked, or unticked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rolegate.catalog.model import Catalog
from rolegate.grants.rights import Need, Right, implied, need, shown
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

    @property
    def catalog(self) -> Catalog:
        return self.rules.catalog

    def to_tick(self, right: Right) -> ClosedReason | None:
        """Why *right* cannot be held: it, or something that has to come with it, is ruled out."""
        if right not in self._known:
            self._known[right] = None  # a circle ends here
            self._known[right] = self._to_tick(right)
        return self._known[right]

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
            if self.held.meets(wanted):
                continue
            chosen = self.chosen(wanted)
            if isinstance(chosen, ClosedReason):
                return chosen
            reason = self.to_tick(chosen)
            if reason is not None:
                return _about(reason, chosen)
        return None

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
