"""Many changes are tried at once, as a form does that asks about each person and each role of a page.

A line about one user says nothing about others. So lines of different users are judged in one set in which
all of them are there, and each answer is the one that its change has by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from rolegate.administration.administration import AdministrativeChange, said_of
from rolegate.administration.judge import judge_each
from rolegate.administration.tenant_documents import DocumentChange
from rolegate.documents.file_kinds import INVARIANTS
from rolegate.errors import ChangeError
from rolegate.giving.may_give import Refusal
from rolegate.store.awaited import computed
from rolegate.store.change_problems import impossible
from rolegate.store.change_store import StoreChanger
from rolegate.store.domains_of_change import domains_of
from rolegate.store.stored_part import StoredPart

Numbered = tuple[int, AdministrativeChange]


def try_each(
    changer: StoreChanger, connection: Connection, changes: Sequence[AdministrativeChange | ChangeError]
) -> tuple[tuple[Refusal, ...], ...]:
    """Why each of *changes* by itself would be refused now; what is stored is read once for each domain."""
    found: dict[int, tuple[Refusal, ...]] = {}
    by_domain: dict[frozenset[str] | None, list[Numbered]] = {}
    for number, change in enumerate(changes):
        if isinstance(change, ChangeError):
            found[number] = (impossible(change),)
            continue
        by_domain.setdefault(domains_of(change), []).append((number, change))
    for those in by_domain.values():
        part = changer.part(connection, those[0][1])
        for some in _rounds(those) if _is_plain(changer, part) else ():
            found |= computed(_together, changer, part, some)
        for number, change in those:
            if number not in found:
                found[number] = computed(_alone, changer, part, change)
    return tuple(found[number] for number in range(len(changes)))


def _alone(changer: StoreChanger, part: StoredPart, change: AdministrativeChange) -> tuple[Refusal, ...]:
    try:
        return changer.tried_in(part, change).refusals
    except ChangeError as error:
        return (impossible(error),)


def _together(
    changer: StoreChanger, part: StoredPart, some: Mapping[str, Numbered]
) -> dict[int, tuple[Refusal, ...]]:
    """The answers about lines of these users; those are missing that have to be asked alone."""
    if len(some) < 2:
        return {}
    documents, made = part.documents, dict[str, tuple[DocumentChange, ...]]()
    for user, (_, change) in some.items():
        try:
            made[user] = documents.changes_to(change.made(documents))
        except ChangeError:
            continue  # it is told alone
    if len(made) < 2:
        return {}
    read = changer.reads(part, some[next(iter(made))][1])
    before = read(documents)
    after = read(documents.with_changes(one for done in made.values() for one in done))
    now = datetime.now(UTC)
    found = judge_each(changer.actor, before, after, tuple(made), now, changer.managing)
    answers: dict[int, tuple[Refusal, ...]] = {}
    for user, refused in zip(made, found, strict=True):
        if refused is not None:
            owned = (one for one in made[user] if one.name in part.stored)
            files = [Refusal("files", one.domain) for one in owned if part.stored[one.name].owner == "files"]
            answers[some[user][0]] = said_of(before, (*files, *refused))
    return answers


def _is_plain(changer: StoreChanger, part: StoredPart) -> bool:
    """Whether nothing sleeps, and no invariant looks at several people at once."""
    return (
        not changer.actor.system
        and part.is_read_as_written
        and not any(INVARIANTS.place in name for name in part.texts)
    )


def _rounds(changes: Sequence[Numbered]) -> Iterator[dict[str, Numbered]]:
    """Changes of lines about users, each user once in a round."""
    rounds: list[dict[str, Numbered]] = []
    for number, change in changes:
        line = getattr(change, "line", None)
        user = line.get("user") if isinstance(line, Mapping) else None
        if not isinstance(user, str):
            continue
        fitting = next((one for one in rounds if user not in one), None)
        if fitting is None:
            rounds.append(fitting := {})
        fitting[user] = (number, change)
    yield from rounds
