"""What an account has of roles, as the pages show it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from helpdesk.access import store
from helpdesk.boxes import Titles
from helpdesk.pages import Visit
from helpdesk.told import refused, who
from rolegate import Policy
from rolegate.changes import AdministrativeChange, Revoke
from rolegate.store.item import Document, Item


@dataclass(frozen=True)
class Holder:
    """Somebody who has a role by a line; `reason` says why it cannot be taken from them."""

    name: str
    key: str
    line: Document
    reason: str = ""


@dataclass(frozen=True)
class Shown:
    """A role in the list."""

    name: str
    title: str
    own: bool
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class Roles:
    """The roles of an account at one moment, those that all accounts have included."""

    policy: Policy
    items: tuple[Item, ...]
    visit: Visit

    @classmethod
    def of(cls, visit: Visit) -> Roles:
        with store.reading() as snapshot:
            items = snapshot.items(domains=["", visit.account], kinds=["role", "binding"])
            return cls(snapshot.policy(domains=[visit.account]), items, visit)

    def titles(self) -> Titles:
        tree = self.policy.draft(domain=self.visit.account).tree(self.visit.words.language)
        return Titles(tree, self.visit.words, {role.name: role.title for role in self.shown()})

    def shown(self) -> list[Shown]:
        """Those of the account, then those that come with the help desk."""
        found = [self._shown(item) for item in self.items if item.kind == "role"]
        return sorted(found, key=lambda role: (not role.own, role.title.casefold()))

    def role(self, name: str) -> Shown | None:
        return next((role for role in self.shown() if role.name == name), None)

    def _shown(self, item: Item) -> Shown:
        name = str(item.document["role"])
        draft = self.policy.draft(name, domain=self.visit.account)
        title = draft.titles.get(self.visit.words.language) or draft.title or name
        holders = tuple(
            Holder(who(line.document, self.visit), line.key, line.document)
            for line in self.items
            if line.kind == "binding" and line.document.get("role") in names_of(item.document)
        )
        return Shown(name, title, bool(item.domain), holders)

    def free_name(self, title: str) -> str:
        """A name for a new role: people see the title alone."""
        stem = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40]
        stem = stem if stem[:1].isalpha() else f"role_{stem}".strip("_")
        taken = {str(item.document["role"]) for item in self.items if item.kind == "role"}
        names = (stem if number == 1 else f"{stem}_{number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)


def names_of(role: Document) -> list[str]:
    """What lines may call a role: its name, and those that it had before."""
    former = role.get("renamed_from") or []
    return [str(role["role"]), *([former] if isinstance(former, str) else former)]


def why_not(visit: Visit, change: AdministrativeChange) -> str:
    """Why a button is greyed out; nothing where it works."""
    return " ".join(refused(visit.admin.may(change), visit))


def with_reasons(holders: Iterable[Holder], visit: Visit) -> list[Holder]:
    """*holders*, each with why the role cannot be taken from them."""
    listed = list(holders)
    each = visit.admin.may_each(Revoke(one.line) for one in listed)
    reasons = (" ".join(refused(found, visit)) for found in each)
    return [replace(one, reason=reason) for one, reason in zip(listed, reasons, strict=True)]
