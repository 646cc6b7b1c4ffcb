"""What an application calls when people administer a tenant: roles, who has them, and the tenant itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Unpack

from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.domain_changes import (
    AddInstance,
    Appointed,
    CreateDomain,
    DeleteDomain,
    RemoveInstance,
    SetAddons,
    SetPlan,
)
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import (
    AddMember,
    Assign,
    CreateTeam,
    DeleteTeam,
    Lift,
    Prolong,
    RemoveMember,
    RemoveUser,
    Restrict,
    Revoke,
)
from rolegate.administration.managing import Managing
from rolegate.administration.plain_words import given_list
from rolegate.administration.role_changes import CloneRole, CreateRole, DeleteRole, EditRole, RenameRole
from rolegate.administration.role_words import RoleWords
from rolegate.encoding import encode
from rolegate.giving.may_give import Refusal
from rolegate.review.access_diff import AccessDiff
from rolegate.store.admin_history import AdminEntry, HistoryPage, admin_entries, check_number, undo_of
from rolegate.store.administered_changes import (
    asked_change,
    each_asked,
    edit_of,
    own_document,
    refuse_default_role,
    said_document,
    seen_roles,
)
from rolegate.store.awaited import computed
from rolegate.store.change_store import StoreChanger
from rolegate.store.databases import Bind, reading, writing
from rolegate.store.edited_role import EditedRole
from rolegate.store.history import delete_history, entries_of
from rolegate.store.history_lines import write_lines
from rolegate.store.item import NO_DOMAIN, Document
from rolegate.store.made_change import MadeChange
from rolegate.store.store import Store
from rolegate.store.try_each import try_each
from rolegate.tree.draft import Draft
from rolegate.tree.new_draft import DraftDetails


@dataclass(frozen=True, slots=True)
class StoreAdmin:
    """Changes of a tenant by one actor; each is judged, and made as a whole or not at all.

    *bind* is a session or a connection of the application, with which a change commits, and has a revision
    from then on; without it, each is a transaction of its own. Every method that changes something takes a
    `reason`, which the history keeps.

    >>> admin = store.admin(actor="ana", domain="acme")          # doctest: +SKIP
    >>> admin.create_role("night", grants=["tickets.show@team"])  # doctest: +SKIP
    """

    store: Store
    actor: Actor
    domain: str | None
    bind: Bind | None = None
    managing: Managing = field(default_factory=Managing)

    # -- any change -----------------------------------------------------------------------------------------

    def may(self, change: AdministrativeChange | Draft) -> tuple[Refusal, ...]:
        """Why *change* would be refused now, or why nobody can make it; nothing where it would be made."""
        return self.may_each([change])[0]

    def may_each(self, changes: Iterable[AdministrativeChange | Draft]) -> tuple[tuple[Refusal, ...], ...]:
        """For each of *changes* why it, by itself, would be refused now; so is what nobody can make."""
        asked = each_asked(changes, self.domain)
        with reading(self._bind) as connection:
            return try_each(self._changer, connection, asked)

    def preview(self, change: AdministrativeChange | Draft) -> AccessDiff:
        """Who would gain and lose what by *change*, now and later, whether it may be made or not.

        Raises:
            ChangeError: when it cannot be made, whoever makes it.
            RefusedChangeError: when the set would not be valid.
        """
        asked = asked_change(change, self.domain)
        with reading(self._bind) as connection:
            tried = self._changer.tried(connection, asked)
        return computed(tried.access_diff)

    def make(
        self, change: AdministrativeChange | Draft, *, reason: str = "", seen: Iterable[tuple[str, int]] = ()
    ) -> MadeChange:
        """Make *change*. Of roles that were *seen*, by name, the revision has to be the same still.

        Raises:
            ChangeError: when it cannot be made, whoever makes it.
            RefusedChangeError: when the actor may not make it; `refusals` says why.
            ConflictError: when somebody else was first.
        """
        asked = asked_change(change, self.domain)
        home = NO_DOMAIN if self.domain is None else encode(self.domain)
        expected = {(home, "role", encode(role)): number for role, number in seen_roles(seen).items()}
        with writing(self._bind) as connection:
            return self._changer.make(connection, asked, reason=reason, expected=expected)

    # -- roles ----------------------------------------------------------------------------------------------

    def create_role(self, /, role: str, *, reason: str = "", **keys: Any) -> MadeChange:
        """A new role with `grants`, `extends`, `title`, `labels` and whatever else a file of a role says."""
        return self.make(
            CreateRole({**own_document(keys, self.domain), "role": role}), reason=reason, seen=[(role, 0)]
        )

    def clone_role(self, role: str, name: str, *, reason: str = "", **words: Unpack[RoleWords]) -> MadeChange:
        """A new role that holds what *role* does today, with its own `title` and `labels`."""
        return self.make(CloneRole(role, self.domain, name, **words), reason=reason, seen=[(name, 0)])

    def draft(self, role: str, **details: Unpack[DraftDetails]) -> tuple[Draft, int]:
        """A draft of a role for a form, and the revision of the role, which `save` compares.

        A form that was sent back names its `grants`, or other details, in the place of what the role says.
        """
        with self.store.reading(bind=self.bind) as snapshot:
            policy = snapshot.policy(domains=None if self.domain is None else [self.domain])
            draft = computed(policy.draft, role, domain=self.domain, **details)
            items = snapshot.items(domains=[self.domain or ""], kinds=["role"])
        return draft, next((item.revision for item in items if item.key == encode(draft.name)), 0)

    def edit(self, role: str, **details: Unpack[DraftDetails]) -> EditedRole:
        """A role, to be ticked, previewed and saved; *details* as in `draft`."""
        draft, revision = self.draft(role, **details)
        refuse_default_role(draft.name, revision, self.domain)
        return EditedRole(self, draft, revision)

    def edited(self, draft: Draft) -> EditRole:
        """The change that *draft* is, to be previewed."""
        return edit_of(draft, self.domain)

    def save(self, draft: Draft, revision: int, *, reason: str = "") -> MadeChange:
        """Make a role what *draft* says, unless somebody else changed it since it had *revision*."""
        return self.make(self.edited(draft), reason=reason, seen=[(draft.name, revision)])

    def edit_role(self, /, role: str, *, reason: str = "", **keys: Any) -> MadeChange:
        """Some keys of a role say something else; None leaves one out."""
        return self.make(EditRole(role, self.domain, said_document(keys, self.domain)), reason=reason)

    def rename_role(self, role: str, name: str, *, reason: str = "") -> MadeChange:
        """A role is called something else; lines that say its former name go on meaning it."""
        return self.make(RenameRole(role, self.domain, name), reason=reason)

    def delete_role(self, role: str, *, holders: str | None = None, reason: str = "") -> MadeChange:
        """A role goes. Its holders get the role *holders* instead, or lose it."""
        return self.make(DeleteRole(role, self.domain, holders), reason=reason)

    # -- people ---------------------------------------------------------------------------------------------

    def assign(self, /, *, reason: str = "", **line: Any) -> MadeChange:
        """Give something: `user` or `team`, and `role` or `grants`; `until`, `only` as in bindings.yaml."""
        return self.make(Assign(own_document(line, self.domain)), reason=reason)

    def revoke(self, /, *, reason: str = "", **line: Any) -> MadeChange:
        """The line that says this goes."""
        return self.make(Revoke(own_document(line, self.domain)), reason=reason)

    def restrict(self, /, *, reason: str = "", **line: Any) -> MadeChange:
        """Take something away, whatever roles grant: `user`, `team` or `role`, and `restrict`."""
        return self.make(Restrict(own_document(line, self.domain)), reason=reason)

    def lift(self, /, *, reason: str = "", **line: Any) -> MadeChange:
        """The restriction that says this goes."""
        return self.make(Lift(own_document(line, self.domain)), reason=reason)

    def prolong(self, line: Document, until: str | None, *, reason: str = "") -> MadeChange:
        """A line ends at another time, or never."""
        return self.make(Prolong(own_document(line, self.domain), until), reason=reason)

    def create_team(self, team: str, members: Iterable[Any] = (), *, reason: str = "") -> MadeChange:
        return self.make(CreateTeam(team, self._named, given_list("members", members)), reason=reason)

    def delete_team(self, team: str, *, reason: str = "") -> MadeChange:
        return self.make(DeleteTeam(team, self._named), reason=reason)

    def add_member(self, team: str, member: Any, *, reason: str = "") -> MadeChange:
        """A user, or another team as `{"team": …}`, is in a team."""
        return self.make(AddMember(team, self._named, member), reason=reason)

    def remove_member(self, team: str, member: Any, *, reason: str = "") -> MadeChange:
        return self.make(RemoveMember(team, self._named, member), reason=reason)

    def remove_user(self, user: str, *, reason: str = "") -> MadeChange:
        """Nothing of the tenant, or of any for an administration without a domain, names *user* any more."""
        return self.make(RemoveUser(user, self.domain), reason=reason)

    # -- the tenant -----------------------------------------------------------------------------------------

    def create_domain(
        self, /, owner: str | None = None, *, role: str = "owner", reason: str = "", **keys: Any
    ) -> MadeChange:
        """The domain is made, with *owner* in *role*; `plan`, `within` and others as in domains.yaml."""
        document = {**said_document(keys, self.domain), "domain": self._named}
        return self.make(CreateDomain(document, owner, role), reason=reason)

    def set_plan(self, plan: str | None, *, reason: str = "", **who: Unpack[Appointed]) -> MadeChange:
        return self.make(SetPlan(self._named, plan, **who), reason=reason)

    def set_addons(self, addons: Iterable[str], *, reason: str = "", **who: Unpack[Appointed]) -> MadeChange:
        return self.make(SetAddons(self._named, given_list("addons", addons), **who), reason=reason)

    def add_instance(
        self, kind: str, path: str, *, title: str | None = None, revive: bool = False, reason: str = ""
    ) -> MadeChange:
        """Something exists in the domain. One that was removed comes back with `revive` alone."""
        return self.make(AddInstance(self._named, kind, path, title, revive), reason=reason)

    def remove_instance(self, kind: str, path: str, *, reason: str = "") -> MadeChange:
        return self.make(RemoveInstance(self._named, kind, path), reason=reason)

    def delete_domain(
        self, *, export: Callable[[Iterable[str]], object] | None = None, reason: str = ""
    ) -> MadeChange:
        """The domain goes with all that is of it. *export* gets its history, as JSON lines, before."""
        name = encode(self._named)
        with writing(self._bind) as connection:
            done = self._changer.make(connection, DeleteDomain(self._named), reason=reason)
            if export is not None:
                export(write_lines(entries_of(connection, self.store.tables, name)))
            delete_history(connection, self.store.tables, name)
            return done

    # -- the history ----------------------------------------------------------------------------------------

    def history(
        self, *, after: int = 0, before: int | None = None, newest: int | None = None
    ) -> tuple[AdminEntry, ...]:
        """Who changed what in the domain, the first change first; those above a number and below one.

        With *newest*, no more than so many, the last change first: for the next page say that those *before*
        the last entry of this one are wanted.
        """
        if isinstance(newest, int) and newest < 1:
            raise ValueError("`newest` is how many entries are wanted: at least 1")
        page: HistoryPage = {"after": after, "before": before, "newest": newest}
        with reading(self._bind) as connection:
            return tuple(admin_entries(connection, self.store.tables, self.domain, **page))

    def undo(self, number: int, *, reason: str = "") -> MadeChange:
        """Take back the change with this *number* in the history of the domain."""
        check_number("number", number)
        with reading(self._bind) as connection:
            page: HistoryPage = {"after": number - 1, "before": number + 1}
            found = admin_entries(connection, self.store.tables, self.domain, **page)
            change = undo_of(found, number)
        return self.make(change, reason=reason)

    @property
    def _bind(self) -> Bind:
        return self.store.engine if self.bind is None else self.bind

    @property
    def _named(self) -> str:
        if self.domain is None:
            raise TypeError("this is about one domain: write `store.admin(…, domain=…)`")
        return self.domain

    @property
    def _changer(self) -> StoreChanger:
        store = self.store
        return StoreChanger(store.tables, self.actor, self.managing, store.name, store.limits, store.known)
