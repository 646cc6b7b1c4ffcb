"""The administration of a tenant from asyncio: what `StoreAdmin` does, awaited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self, Unpack

from rolegate.administration.judge import Actor
from rolegate.administration.managing import Managing
from rolegate.administration.role_changes import EditRole
from rolegate.store.admin import StoreAdmin
from rolegate.store.administered_changes import refuse_default_role
from rolegate.store.async_databases import AsyncBind, sync_bind_of
from rolegate.store.awaited import awaited
from rolegate.store.edited_role import EditedRole
from rolegate.tree.draft import Draft
from rolegate.tree.new_draft import DraftDetails

if TYPE_CHECKING:
    from rolegate.store.async_store import AsyncStore


@dataclass(frozen=True, slots=True)
class AsyncStoreAdmin:
    """Changes of a tenant by one actor, from asyncio; each method is that of `StoreAdmin`, awaited.

    *bind* is an `AsyncSession` or an `AsyncConnection` of the application, with which a change commits,
    and has a revision from then on.

    >>> admin = store.admin(actor="ana", domain="acme", bind=session)   # doctest: +SKIP
    >>> made = await admin.create_role("night", grants=["tickets.show@team"])  # doctest: +SKIP
    >>> await session.commit()                                          # doctest: +SKIP
    """

    store: AsyncStore
    actor: Actor
    domain: str | None
    bind: AsyncBind | None = None
    managing: Managing = field(default_factory=Managing)

    @property
    def sync(self) -> StoreAdmin:
        """The same administration for code in a `run_sync` of SQLAlchemy."""
        bind = None if self.bind is None else sync_bind_of(self.bind)
        return StoreAdmin(self.store.sync, self.actor, self.domain, bind, self.managing)

    may = awaited(StoreAdmin.may)
    may_each = awaited(StoreAdmin.may_each)
    preview = awaited(StoreAdmin.preview)
    make = awaited(StoreAdmin.make)

    create_role = awaited(StoreAdmin.create_role)
    clone_role = awaited(StoreAdmin.clone_role)
    draft = awaited(StoreAdmin.draft)
    save = awaited(StoreAdmin.save)
    edit_role = awaited(StoreAdmin.edit_role)
    rename_role = awaited(StoreAdmin.rename_role)
    delete_role = awaited(StoreAdmin.delete_role)

    assign = awaited(StoreAdmin.assign)
    revoke = awaited(StoreAdmin.revoke)
    restrict = awaited(StoreAdmin.restrict)
    lift = awaited(StoreAdmin.lift)
    prolong = awaited(StoreAdmin.prolong)
    create_team = awaited(StoreAdmin.create_team)
    delete_team = awaited(StoreAdmin.delete_team)
    add_member = awaited(StoreAdmin.add_member)
    remove_member = awaited(StoreAdmin.remove_member)
    remove_user = awaited(StoreAdmin.remove_user)

    create_domain = awaited(StoreAdmin.create_domain)
    set_plan = awaited(StoreAdmin.set_plan)
    set_addons = awaited(StoreAdmin.set_addons)
    add_instance = awaited(StoreAdmin.add_instance)
    remove_instance = awaited(StoreAdmin.remove_instance)
    delete_domain = awaited(StoreAdmin.delete_domain)

    history = awaited(StoreAdmin.history)
    undo = awaited(StoreAdmin.undo)

    async def edit(self, role: str, **details: Unpack[DraftDetails]) -> AsyncEditedRole:
        """A role, to be ticked, previewed and saved; see `StoreAdmin.edit`."""
        draft, revision = await self.draft(role, **details)
        refuse_default_role(draft.name, revision, self.domain)
        return AsyncEditedRole(self, draft, revision)

    def edited(self, draft: Draft) -> EditRole:
        """The change that *draft* is, to be previewed; nothing is read for it."""
        return self.sync.edited(draft)


@dataclass(frozen=True, slots=True)
class AsyncEditedRole:
    """A role while somebody edits it, from asyncio: boxes are ticked at once, the rest is awaited."""

    admin: AsyncStoreAdmin
    draft: Draft
    revision: int

    @property
    def sync(self) -> EditedRole:
        """The same for code in a `run_sync` of SQLAlchemy."""
        return EditedRole(self.admin.sync, self.draft, self.revision)

    def tick(self, box: str) -> Self:
        """With *box* ticked; see `Draft.tick`."""
        return replace(self, draft=self.draft.tick(box))

    def untick(self, box: str) -> Self:
        """Without *box*; see `Draft.untick`."""
        return replace(self, draft=self.draft.untick(box))

    may = awaited(EditedRole.may)
    preview = awaited(EditedRole.preview)
    save = awaited(EditedRole.save)
