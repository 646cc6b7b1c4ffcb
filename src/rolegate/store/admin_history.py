"""The history of a domain as people read it: who changed which documents, when and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection

from rolegate.administration.domain_changes import Undo
from rolegate.administration.judge import Actor
from rolegate.administration.tenant_documents import DocumentChange
from rolegate.encoding import encode
from rolegate.errors import ChangeError, wrong_argument
from rolegate.store.apply_history import AppliedFiles, change_of
from rolegate.store.history import entries_of
from rolegate.store.item import NO_DOMAIN
from rolegate.store.tables import StoreTables
from rolegate.wording.phrases import Phrase


@dataclass(frozen=True, slots=True)
class AdminEntry:
    """One change in a domain. What is forgotten has no actor and no documents.

    What files changed is in `applied`, and nothing that run time could undo.
    """

    number: int
    at: datetime
    actor: Actor | None
    reason: str
    documents: tuple[DocumentChange, ...]
    applied: AppliedFiles | None = None


class HistoryPage(TypedDict, total=False):
    """Which entries are wanted: those above and below a number, or the newest of these, last one first."""

    after: int
    before: int | None
    newest: int | None


def admin_entries(
    connection: Connection, tables: StoreTables, domain: str | None, **page: Unpack[HistoryPage]
) -> Iterator[AdminEntry]:
    """The entries of a domain, all or some of them; numbers that no entry can have are none.

    Raises:
        TypeError: for what is no number.
    """
    for name, number in page.items():
        if number is not None or name == "after":
            check_number(name, number)
    own = NO_DOMAIN if domain is None else encode(domain)
    for entry in entries_of(connection, tables, own, **page):
        said = {} if entry.content is None else json.loads(entry.content)
        who = said.get("actor") or {}
        actor = next((Actor(name, system=kind == "system") for kind, name in who.items()), None)
        applied = AppliedFiles.of(said)
        written = said.get("changes", ()) if applied is None else ()
        changes = tuple(change_of(one["kind"], one["before"], one["after"]) for one in written)
        yield AdminEntry(entry.number, entry.at, actor, said.get("reason", ""), changes, applied)


def check_number(name: str, number: object) -> None:
    """Refuse what is no number of entries, or of one.

    Raises:
        TypeError: for a text, a truth value and the like.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise wrong_argument(name, number, "the number of an entry", "read it with `int(…)`")


def undo_of(entries: Iterable[AdminEntry], number: int) -> Undo:
    """The change that takes back the entry with a *number*.

    Raises:
        ChangeError: when there is none, it is forgotten, or files made it.
    """
    found = next((entry for entry in entries if entry.number == number), None)
    if found is not None and found.applied is not None:
        raise ChangeError(Phrase("made_by_files", which=str(number)), "RG922")
    if found is None or not found.documents:
        raise ChangeError(Phrase("no_such_change", which=str(number)))
    return Undo(found.documents)
