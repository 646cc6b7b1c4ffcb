"""A role of a tenant while somebody edits it, from the draft that a form shows to the save."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from rolegate.giving.may_give import Refusal
from rolegate.review.access_diff import AccessDiff
from rolegate.store.made_change import MadeChange
from rolegate.tree.draft import Draft

if TYPE_CHECKING:
    from rolegate.store.admin import StoreAdmin


@dataclass(frozen=True, slots=True)
class EditedRole:
    """A draft of a role, who saves it, and the revision of the role that it was made of.

    It never changes: a tick gives a new one.
    """

    admin: StoreAdmin
    draft: Draft
    revision: int

    def tick(self, box: str) -> Self:
        """With *box* ticked; see `Draft.tick`."""
        return replace(self, draft=self.draft.tick(box))

    def untick(self, box: str) -> Self:
        """Without *box*; see `Draft.untick`."""
        return replace(self, draft=self.draft.untick(box))

    def may(self) -> tuple[Refusal, ...]:
        """Why the save would be refused now; nothing where it would be made."""
        return self.admin.may(self.admin.edited(self.draft))

    def preview(self) -> AccessDiff:
        """Who would gain and lose what; see `StoreAdmin.preview`."""
        return self.admin.preview(self.admin.edited(self.draft))

    def save(self, *, reason: str = "") -> MadeChange:
        """Make the role what the draft says, unless somebody else changed it meanwhile.

        Raises:
            ConflictError: when somebody else was first.
            RefusedChangeError: when the actor may not make the change.
        """
        return self.admin.save(self.draft, self.revision, reason=reason)
