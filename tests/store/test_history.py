"""The history in a database: chains of entries, people who are forgotten, and what is left of the deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from rolegate.store.databases import reading, writing
from rolegate.store.history import (
    append_entries,
    delete_history,
    entries_of,
    forget_person,
    heads_of,
    names_person,
    verify_history,
)
from rolegate.store.history_chain import HistoryCheck, HistoryHead
from rolegate.store.history_lines import verify_lines, write_lines
from rolegate.store.item import Document, canonical
from store_places import TriedPlace, changed


def write(place: TriedPlace, *contents: tuple[str, Document]) -> None:
    """Write the history of one change."""
    with writing(place.engine) as connection:
        changed(connection, place.tables, *(domain for domain, _ in contents))
        append_entries(connection, place.tables, contents)


def check(place: TriedPlace, *kept: HistoryHead) -> HistoryCheck:
    with reading(place.engine) as connection:
        return verify_history(connection, place.tables, kept=kept)


def gave(user: str, **others: str) -> Document:
    """What is said of a change that gave *user* a role."""
    return {"actor": "olga", "kind": "binding", "after": {"user": user, "role": "lead"}, **others}


def test_entries_follow_each_other(place: TriedPlace) -> None:
    """Each domain has a chain of its own, with the revisions of the domain and the time of the database."""
    before = datetime.now(UTC) - timedelta(seconds=5)
    write(place, ("acme", gave("ana")), ("beta", gave("bo")), ("acme", gave("cy")))
    write(place, ("acme", {"actor": "ана 🙂", "reason": 'a "quote",\n\0 and more'}))
    with reading(place.engine) as connection:
        entries = list(entries_of(connection, place.tables))
        assert entries[1:3] == list(entries_of(connection, place.tables, "acme", after=1))
        heads = heads_of(connection, place.tables)
    assert [(entry.domain, entry.number, entry.revision) for entry in entries] == [
        ("acme", 1, 1),
        ("acme", 2, 1),
        ("acme", 3, 2),
        ("beta", 1, 1),
    ]
    assert canonical(gave("ana")) == entries[0].content
    assert before < entries[0].at < before + timedelta(minutes=5)
    assert len({entry.salt for entry in entries}) == 4
    assert [HistoryHead("acme", 3, entries[2].link), HistoryHead("beta", 1, entries[3].link)] == heads
    assert check(place, *heads) == HistoryCheck(4, 0, (), tuple(heads), ())
    assert verify_lines(write_lines(entries), kept=heads).ok


def test_only_a_changed_domain_gets_entries(place: TriedPlace) -> None:
    """Without the mark, nobody has locked the chain, and the entry would have no number of the store."""
    write(place, ("acme", gave("ana")))
    with pytest.raises(sa.exc.NoResultFound), writing(place.engine) as connection:
        append_entries(connection, place.tables, [("acme", gave("bo"))])
    assert check(place).entries == 1


CHANGES = [
    "update {changes} set content = replace(content, 'ana', 'eve') where number = 1",
    "update {changes} set salt = replace(salt, substr(salt, 1, 1), 'x') where number = 1",
    "update {changes} set revision = 7 where number = 2",
    "update {changes} set at = '2020-01-01 00:00:00+00:00' where number = 2",
    "update {changes} set content = null where number = 1",
    "update {changes} set domain = 'gamma' where domain = 'beta'",
    "update {changes} set number = 9 where number = 3",
    "delete from {changes} where number = 2",
    "delete from {changes} where domain = 'acme' and number = 3",
    "delete from {changes} where domain = 'beta'",
    "delete from {domains} where name = 'beta'",
    "update {domains} set entries = 2, head = "
    "(select link from {changes} where domain = 'acme' and number = 2) where name = 'acme'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_what_is_changed_in_the_tables_is_found(place: TriedPlace, statement: str) -> None:
    """Entries that are edited, moved, or taken out, and heads."""
    write(place, ("acme", gave("ana")), ("beta", gave("bo")), ("acme", gave("cy")))
    write(place, ("acme", gave("di")))
    assert check(place).ok
    preparer = place.engine.dialect.identifier_preparer
    named = {name: preparer.format_table(getattr(place.tables, name)) for name in ("changes", "domains")}
    with place.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(**named))
    assert not check(place).ok


def test_a_cut_end_is_found_with_a_head_kept_elsewhere(place: TriedPlace) -> None:
    """Whoever cuts off the end and writes the head to match is found by what he could not reach."""
    write(place, ("acme", gave("ana")))
    write(place, ("acme", gave("bo")))
    kept = check(place).heads
    changes, domains = place.tables.changes, place.tables.domains
    with place.engine.begin() as connection:
        connection.execute(changes.delete().where(changes.c.number == 2))
        first = connection.scalar(sa.select(changes.c.link))
        connection.execute(domains.update().values(entries=1, head=first))
    assert check(place).ok
    assert ["the entry of a kept head is missing"] == [found.reason for found in check(place, *kept).broken]
    write(place, ("acme", gave("eve")))
    assert check(place).ok
    assert ["a kept head has another link"] == [found.reason for found in check(place, *kept).broken]


def test_a_person_is_forgotten_and_the_chain_holds(place: TriedPlace) -> None:
    """Entries that name them lose what they say; nobody can guess it from the digest."""
    other = {"actor": "olga", "reason": "as anabel asked"}
    write(place, ("acme", gave("ana")), ("beta", gave("bo", reason="ana asked for it")), ("acme", other))
    write(place, ("beta", {"actor": "ana"}), ("beta", gave("bo")))
    kept = check(place).heads
    with writing(place.engine) as connection:
        assert forget_person(connection, place.tables, "ana") == 3
        assert forget_person(connection, place.tables, "ana") == 0
    found = check(place, *kept)
    assert (found.entries, found.forgotten, found.ok) == (5, 3, True)
    with reading(place.engine) as connection:
        said = [(entry.salt is None, entry.content) for entry in entries_of(connection, place.tables)]
    assert [text for _, text in said] == [None, canonical(other), None, None, canonical(gave("bo"))]
    assert [gone for gone, _ in said] == [True, False, True, True, False]


@pytest.mark.parametrize(
    ("person", "content", "named"),
    [
        ("ana", {"after": {"members": ["bo", "ana"]}}, True),
        ("ana", {"reason": "for ana."}, True),
        ("ana", {"reason": "anatomy"}, False),
        ("ana", {"after": {"title": "ana and bo"}}, False),
        ("binding", {"kind": "binding", "actor": "olga"}, False),
        ("actor", {"actor": "olga"}, False),
        ("ana%", {"after": {"user": "ana%"}}, True),
        ("ana@shop.example", {"after": {"user": "ana%40shop.example"}}, True),
        ('"quoted"\n', {"actor": '"quoted"\n'}, True),
        ("_", {"actor": "x"}, False),
    ],
)
def test_who_is_named(place: TriedPlace, person: str, content: Document, named: bool) -> None:
    """A person is named by a value, or by a word of a reason; the database finds the same entries."""
    assert names_person(canonical(content), person) is named
    write(place, ("acme", content))
    with writing(place.engine) as connection:
        assert forget_person(connection, place.tables, person) == named


def test_a_deleted_history_leaves_one_entry(place: TriedPlace) -> None:
    """It says how many entries there were and the last link; a domain that is called so later goes on."""
    write(place, ("acme", gave("ana")), ("acme", gave("bo")), ("beta", gave("cy")))
    early = check(place).heads
    write(place, ("acme", gave("cy")))
    (kept, _) = check(place).heads
    with writing(place.engine) as connection:
        changed(connection, place.tables, "acme")
        left = delete_history(connection, place.tables, "acme")
    assert (left.number, left.content) == (
        4,
        canonical({"entries": 3, "head": kept.link, "history": "deleted"}),
    )
    assert check(place, kept, *early).ok
    assert check(place).deleted == ("acme",)
    other = HistoryHead("acme", 3, early[0].link)
    assert ["a kept head has another link"] == [found.reason for found in check(place, other).broken]
    write(place, ("acme", gave("di")))
    with writing(place.engine) as connection:
        forget_person(connection, place.tables, "deleted")
        entries = list(entries_of(connection, place.tables))
    assert [(entry.domain, entry.number) for entry in entries] == [("acme", 4), ("acme", 5), ("beta", 1)]
    assert check(place).ok
    assert verify_lines(write_lines(entries)).ok
    with place.engine.begin() as connection:
        connection.execute(place.tables.changes.delete().where(place.tables.changes.c.number == 4))
    assert not check(place).ok
