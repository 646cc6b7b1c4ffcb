"""A history as lines: whatever is changed in the file is found, and forgetting is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolegate.store.history_chain import HistoryEntry, HistoryHead, link_after, new_entry, time_text
from rolegate.store.history_lines import verify_lines, write_lines
from rolegate.store.item import canonical

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def histories(draw: st.DrawFn) -> list[HistoryEntry]:
    """Chains of some domains, a part of their entries forgotten."""
    found: list[HistoryEntry] = []
    for domain in sorted(draw(st.sets(st.sampled_from(["", "acme", "beta", "%F0"]), min_size=1))):
        head = HistoryHead(domain, 0, "")
        for number in range(1, draw(st.integers(1, 4)) + 1):
            content = canonical({"actor": draw(texts), "reason": draw(texts)})
            entry = new_entry(head, number, NOON + timedelta(seconds=number), f"{number:x}" * 4, content)
            head = HistoryHead(domain, number, entry.link)
            found.append(forgotten(entry) if draw(st.integers(0, 3)) == 0 else entry)
    return found


def forgotten(entry: HistoryEntry) -> HistoryEntry:
    kept = (entry.domain, entry.number, entry.revision, entry.at)
    return HistoryEntry(*kept, None, None, entry.digest, entry.link)


@given(histories())
def test_what_is_written_is_verified(entries: list[HistoryEntry]) -> None:
    """Lines of whole histories are sound, with forgotten entries and with the ends of lines of a file."""
    found = verify_lines(line + "\n" for line in write_lines(entries))
    assert (found.broken, found.entries) == ((), len(entries))
    assert found.forgotten == sum(entry.content is None for entry in entries)
    assert verify_lines(write_lines(forgotten(entry) for entry in entries), kept=found.heads).ok


def drop(lines: list[str], draw: st.DrawFn) -> None:
    del lines[draw(st.integers(0, len(lines) - 1))]


def cut(lines: list[str], draw: st.DrawFn) -> None:
    del lines[draw(st.integers(0, len(lines) - 1)) :]


def repeat(lines: list[str], draw: st.DrawFn) -> None:
    lines.insert(draw(st.integers(0, len(lines))), lines[draw(st.integers(0, len(lines) - 1))])


def swap(lines: list[str], draw: st.DrawFn) -> None:
    one, other = draw(st.lists(st.integers(0, len(lines) - 1), min_size=2, max_size=2, unique=True))
    lines[one], lines[other] = lines[other], lines[one]


def edit(lines: list[str], draw: st.DrawFn) -> None:
    """Change one character, or leave one out."""
    at = draw(st.integers(0, len(lines) - 1))
    place = draw(st.integers(0, len(lines[at]) - 1))
    other = draw(st.sampled_from(["", " ", "0", "1", '"', "a", "é"]).filter(lambda c: c != lines[at][place]))
    lines[at] = lines[at][:place] + other + lines[at][place + 1 :]


def of_another_domain(lines: list[str], draw: st.DrawFn) -> None:
    change_value(lines, draw, "domain", "gamma")


def of_another_time(lines: list[str], draw: st.DrawFn) -> None:
    change_value(lines, draw, "at", time_text(NOON))


def of_another_revision(lines: list[str], draw: st.DrawFn) -> None:
    change_value(lines, draw, "revision", 99)


def without_salt(lines: list[str], draw: st.DrawFn) -> None:
    change_value(lines, draw, "salt", draw(st.sampled_from(["", "0"])))


def with_other_content(lines: list[str], draw: st.DrawFn) -> None:
    change_value(lines, draw, "content", canonical({"actor": "eve", "reason": "none that was"}))


def change_value(lines: list[str], draw: st.DrawFn, key: str, value: Any) -> None:
    at = draw(st.integers(1, len(lines) - 2))
    lines[at] = canonical({**json.loads(lines[at]), key: value})


@pytest.mark.parametrize(
    "change",
    [
        drop,
        cut,
        repeat,
        swap,
        edit,
        of_another_domain,
        of_another_time,
        of_another_revision,
        without_salt,
        with_other_content,
    ],
)
def test_what_is_changed_is_found(change: Callable[[list[str], st.DrawFn], None]) -> None:
    """Nothing can be edited, left out, repeated, reordered or moved to another domain unseen."""

    @given(histories(), st.data())
    def found(entries: list[HistoryEntry], data: st.DataObject) -> None:
        lines = list(write_lines(entries))
        change(lines, data.draw)  # type: ignore[arg-type]
        assert not verify_lines(lines).ok

    found()


@given(histories(), st.data())
def test_chains_are_not_exchanged(entries: list[HistoryEntry], data: st.DataObject) -> None:
    """The chain of one domain, written anew as that of another with numbers and heads, is not sound there."""
    domain = data.draw(st.sampled_from([entry.domain for entry in entries]))
    moved = [
        HistoryEntry("gamma", entry.number, entry.revision, entry.at, None, None, entry.digest, entry.link)
        for entry in entries
        if entry.domain == domain
    ]
    assert not verify_lines(write_lines(moved)).ok


@given(histories(), st.data())
def test_a_chain_written_anew_is_found_by_a_kept_head(
    entries: list[HistoryEntry], data: st.DataObject
) -> None:
    """Whoever makes all links anew is found, where one of the heads was written down elsewhere."""
    domain = data.draw(st.sampled_from([entry.domain for entry in entries]))
    old = [entry for entry in entries if entry.domain == domain]
    head, anew = HistoryHead(domain, 0, ""), []
    for entry in old[: data.draw(st.integers(1, len(old)))]:
        anew.append(new_entry(head, entry.revision, entry.at, "00", '{"actor":"eve"}'))
        head = HistoryHead(domain, entry.number, anew[-1].link)
    kept = data.draw(st.sampled_from(old))
    assert verify_lines(write_lines(anew)).ok
    assert not verify_lines(write_lines(anew), kept=[HistoryHead(domain, kept.number, kept.link)]).ok


@given(*(st.lists(texts, min_size=2, max_size=2) for _ in range(2)))
def test_no_two_lists_of_parts_have_one_link(one: list[str], other: list[str]) -> None:
    """What is moved from one part into the next makes another link."""
    same = link_after(one[0], one[1], 1, 1, NOON, "") == link_after(other[0], other[1], 1, 1, NOON, "")
    assert same == (one == other)
    if one[1]:
        moved = [one[0] + one[1][0], one[1][1:]]
        assert link_after(*one, 1, 1, NOON, "") != link_after(*moved, 1, 1, NOON, "")  # type: ignore[call-arg,arg-type]


def test_one_moment_has_one_text() -> None:
    """SQLite gives moments without a zone, PostgreSQL in the zone of the session."""
    text = "2026-11-29T12:00:00.000000+00:00"
    zone = timezone(timedelta(hours=5, minutes=45))
    assert [text] * 3 == [time_text(at) for at in (NOON, NOON.replace(tzinfo=None), NOON.astimezone(zone))]


@pytest.mark.parametrize(
    "line",
    ["", "[]", "[" * 100_000, "nonsense", '{"sequence":1}', '{"sequence":1,"entries":0,"heads":[[1]]}'],
)
def test_other_files_are_no_history(line: str) -> None:
    """What is no line of a history is broken, and stops nothing."""
    first, *_ = write_lines([])
    assert not verify_lines([first, line]).ok
    assert not verify_lines([line]).ok
    assert not verify_lines([]).ok
    assert verify_lines(write_lines([])).ok
