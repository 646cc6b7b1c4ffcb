"""One domain of the index: the bits that each user acts for, and what these bits may do there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rolegate.compiled.names import EVERYONE, is_user, user_name, user_of
from rolegate.encoding import MAX_USER, SHORT_ID
from rolegate.engine.question import sound_user
from rolegate.engine.views import View
from rolegate.engine.vocabulary import Reaches, Views, Vocabulary


class Granted:
    """The views that all domains with the same lines share, and what follows from them."""

    __slots__ = ("_reaches", "_vocabulary", "views")

    def __init__(self, views: Views, vocabulary: Vocabulary | None) -> None:
        self.views = views
        self._vocabulary = vocabulary
        self._reaches: Reaches | None = None

    @property
    def reaches(self) -> Reaches:
        """Who may use which permission at all; worked out once, when it is first needed."""
        if self._reaches is None:
            self._reaches = self._vocabulary.reaches(self.views) if self._vocabulary else ((), frozenset())
        return self._reaches


_SHORT_USER = MAX_USER // 3
"""An ASCII text of at most this length can be the id of a user, whatever has to be encoded in it."""


class UsersWithEveryone(dict[str, int]):
    """The bits that each user acts for where everyone acts for some: strangers have those of everyone.

    A text that cannot be the id of a user raises KeyError. Strangers are not stored.
    """

    __slots__ = ("everyone",)

    def __init__(self, users: Mapping[str, int], everyone: int) -> None:
        super().__init__(users)
        self.everyone = everyone

    def __missing__(self, user: str) -> int:
        everyone = self.everyone
        if everyone:
            if type(user) is str and user.isascii() and 0 < len(user) <= _SHORT_USER:  # most, without a call
                return everyone
            if isinstance(user, str) and sound_user(user):
                return everyone
        raise KeyError(user)


class Masks(UsersWithEveryone):
    """The bits that each user acts for, worked out when they are asked for: used after a change to a team.

    A user whom the table does not know is not stored.
    """

    __slots__ = ("_table",)

    def __init__(self, table: DomainTable) -> None:
        super().__init__({}, table.everyone)
        self._table = table

    def __missing__(self, user: str) -> int:
        sub = user_name(user)
        if sub not in self._table.links and sub not in self._table.bits:
            return super().__missing__(user)
        # A change of a link stores the new mask after the link: a mask that is here by now is never older.
        return self.setdefault(user, self._table.mask(sub))


class DomainTable:
    """One domain: the mask of each user there, and the views that are asked with it.

    `bits` has the subjects of lines for this domain alone, `shared` those of lines for several domains.
    """

    __slots__ = ("bits", "everyone", "granted", "links", "shared", "users", "views")

    def __init__(
        self,
        granted: Granted,
        bits: Mapping[str, int],
        links: dict[str, tuple[str, ...]],
        shared: Mapping[str, int],
    ) -> None:
        self.granted = granted
        self.views = granted.views
        self.bits = bits
        self.links = links
        self.shared = shared
        self.everyone = self._own_mask(EVERYONE)
        named = [sub for sub in dict.fromkeys((*links, *bits)) if is_user(sub)]
        users = {user_of(sub): self.mask(sub) for sub in named}
        self.users: dict[str, int] = UsersWithEveryone(users, self.everyone) if self.everyone else users

    def answer(self, mask: int, permission: Any, on: Any, scope: Any) -> bool | None:
        """The answer to a simple question of an application; None when it takes a closer look.

        Simple are a permission that is in the tables, no instance or the id of one, and a scope it has.
        """
        try:
            view = self.views[scope]
            if on is None:
                return not view.deny.get(permission, 0) & mask if view.allow[permission] & mask else False
            at = view.at[permission]
        except (KeyError, TypeError):
            return None
        if type(on) is not str:
            return None
        allowed = at.allow_all
        by_id = at.one.get(on)
        if by_id is not None:  # lines name this id, so it can be one
            allowed |= by_id
        elif not on.isascii() or not 0 < len(on) <= SHORT_ID:
            return None
        return not (at.deny_all | at.deny_one.get(on, 0)) & mask if allowed & mask else False

    def view(self, permission: Any, scope: Any) -> View | None:
        """The view that answers about *permission* at *scope*; None when no line can be about them."""
        try:
            view = self.views[scope]
            return view if permission in view.allow else None
        except (KeyError, TypeError):
            return None

    def subjects(self, sub: str) -> list[str]:
        """*sub*, and the teams and roles it has here; for a user, everyone and theirs come last."""
        found = self._reached(sub)
        if is_user(sub):
            found += [subject for subject in self._reached(EVERYONE) if subject not in found]
        return found

    def _reached(self, sub: str) -> list[str]:
        found = [sub]
        for member in found:
            found += [role for role in self.links.get(member, ()) if role not in found]
        return found

    def user_mask(self, user: str) -> int:
        """The bits that *user* acts for; those of everyone for a user whom no line names."""
        try:
            return self.users[user]
        except KeyError:
            return self.everyone

    def refresh(self, sub: str) -> None:
        """Work out the mask of *sub* again, or, when they are asked for, those of a team's members."""
        if is_user(sub):
            self.users[user_of(sub)] = self.mask(sub)
        else:
            self.everyone = self._own_mask(EVERYONE)
            self.users = Masks(self)

    def mask(self, sub: str) -> int:
        """The bits that *sub*, in the words of the compiled policy, acts for; a user acts for everyone's."""
        mask = self._own_mask(sub)
        everyone = self.everyone if is_user(sub) else 0
        return mask | everyone if mask and everyone else mask or everyone

    def _own_mask(self, sub: str) -> int:
        """The bits of *sub* and of all its teams and roles."""
        mask, bits, shared, links = 0, self.bits, self.shared, self.links
        found = [sub]
        for member in found:
            # One bit stays the object it is, which all domains share.
            if member in bits:
                mask = mask | bits[member] if mask else bits[member]
            if member in shared:
                mask = mask | shared[member] if mask else shared[member]
            if member in links:
                found += [role for role in links[member] if role not in found]
        return mask
