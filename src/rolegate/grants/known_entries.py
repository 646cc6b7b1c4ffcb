"""What the entries of roles say, worked out once for each text: many roles grant the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants.entries import STAR, Verb, given, read_entry, rights_of
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right
from rolegate.grants.roles import Brought, Origin, bring

_FEW = 1000
"""What brings more rights is not kept: they are counted while they are made."""

_NARROW = 8
"""Of a longer ladder, what is held already need not be looked at scope by scope."""

_new = tuple.__new__
"""Half the price of a call of the class, for as many entries as there are."""

Known = tuple[list[Permission], tuple[Right, ...], int]
"""The permissions that an entry touches, the rights that it brings, and how many permissions it looks at."""


class KnownEntries:
    """Remembers entries of which nothing has to be reported. INVARIANT: they are read as if they were new."""

    def __init__(self, catalog: Catalog, shared: KnownEntries | None = None) -> None:
        self._catalog = catalog
        self._shared = shared
        self._read: dict[Verb, dict[str, tuple[Grant, str]]] = {"brings": {}, "takes away": {}}
        self._kept: dict[int, Grant] = {}
        self._brought: dict[int, Known | None] = {}

    def beside(self) -> KnownEntries:
        """What is known here; what names an instance is of one domain, and kept apart from that.

        Entries without instances are remembered here: a catalog has only so many.
        """
        return KnownEntries(self._catalog, self)

    def _keeper(self, grant: Grant) -> KnownEntries:
        """Who remembers *grant*."""
        shared = self._shared
        return self if shared is None or grant.instance not in (None, "*") else shared

    def read(self, texts: Sequence[Text], report: Report, verb: Verb = "brings") -> tuple[GrantEntry, ...]:
        """The entries in *texts*, without those that are not valid."""
        found = []
        read = self._read[verb]
        shared = read if self._shared is None else self._shared._read[verb]
        for text in texts:
            known = read.get(text) or shared.get(text)
            if known is not None:
                found.append(_new(GrantEntry, (*known, text.span, None)))
                continue
            entry = read_entry(text, self._catalog, report, verb)
            if entry is None:
                continue
            if _as_it_is(text, entry.grant):
                keeper = self._keeper(entry.grant)
                keeper._kept[id(entry.grant)] = entry.grant
                keeper._read[verb][entry.text] = entry.grant, entry.text
            found.append(entry)
        return tuple(found)

    def bring(
        self, entries: Iterable[GrantEntry], rights: dict[Right, Origin], report: Report, role: str
    ) -> Brought:
        """Add what *entries*, written in *role*, grant to *rights*."""
        brought: Brought = []
        for entry in entries:
            known = self.known(entry.grant)
            if known is None:
                brought += bring([entry], rights, self._catalog, report, role)
                continue
            touched, whole, looked_at = known
            if looked_at:
                report.steps(STAR * looked_at, f"`{entry.text}`", entry.span)
            brought.append((entry, touched))
            origin, before = Origin(entry.text, entry.span, role), len(rights)
            # Whoever holds a right holds it at each scope within, so each right is new or held by itself.
            if rights.keys().isdisjoint(whole):
                rights.update(dict.fromkeys(whole, origin))
            else:
                for right in whole:
                    rights.setdefault(right, origin)
            report.lines(len(rights) - before, f"role `{role}`", entry.span)
        return brought

    def keeps(self, grant: Grant) -> bool:
        """Whether *grant* is the same object for whoever says it."""
        return id(grant) in self._keeper(grant)._kept

    def known(self, grant: Grant) -> Known | None:
        """What *grant* brings; None where it has to be worked out each time."""
        brought = self._keeper(grant)._brought
        if id(grant) not in brought:
            if not self.keeps(grant):
                return None
            brought[id(grant)] = self.worked_out(grant)
        return brought[id(grant)]

    def worked_out(self, grant: Grant) -> Known | None:
        """The same, not remembered."""
        if not self.keeps(grant):
            return None
        below = self._catalog.below(grant.path) if grant.star else (self._catalog.permission(grant.path),)
        if not grant.star and below[0].deprecated:
            return None  # which is reported each time
        touched = given(GrantEntry(grant, "", Span("")), self._catalog, Report())
        widths = [permission.width for permission in touched]
        if not touched or max(widths) > _NARROW or sum(widths) > _FEW:
            return None
        whole = dict.fromkeys(right for permission in touched for right in rights_of(grant, permission))
        return touched, tuple(whole), len(below) if grant.star else 0


def _as_it_is(text: str, grant: Grant) -> bool:
    """Whether *text* names the path and the scope of *grant* itself, not an alias or a former name."""
    if grant.scope is not None and not text.endswith(f"@{grant.scope}"):
        return False
    if grant.star:
        return not grant.path or text.startswith(f"{grant.path}.*")
    return text == grant.path or text.startswith((f"{grant.path}[", f"{grant.path}@"))
