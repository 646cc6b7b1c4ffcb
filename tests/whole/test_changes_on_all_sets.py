"""The changes of the gallery, on each policy set that has the thing: those they are about are named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from repository import ROOT
from rolegate import Policy, judge_change
from rolegate.documents.capture import Files, read_files
from rolegate.loading.load import policy_of
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.diff_markdown import diff_markdown
from rolegate.review.diff_text import diff_lines
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.verdict_text import verdict_markdown

TABLES = Path(__file__).parent / "changes"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SETS = ("livechat", "respond-io", "responsive", "responso")
LACKING = {
    "a plan changed": {"respond-io", "responso"},  # neither has plans or add-ons
    "an instance removed": {"livechat", "responsive"},  # neither has instances
}
Named = tuple[str, str, str]
"""`user ana`, the domain or nothing, and ` from … until …` or nothing."""


class Row(NamedTuple):
    """One change of one set, and whom it is about."""

    folder: str
    title: str
    edit: Mapping[str, Mapping[str, str]]
    gains: frozenset[Named]
    loses: frozenset[Named]
    rules: int


def rows() -> Iterator[Row]:
    for folder in SETS:
        table = yaml.load((TABLES / f"{folder}.yaml").read_text("utf-8"), yaml.CSafeLoader)
        for title, row in table.items():
            gains, loses = (frozenset(written(row.get(key, {}))) for key in ("gains", "loses"))
            yield Row(folder, title, row["edit"], gains, loses, row.get("rules", 0))


def written(told: Mapping[str, list[str]]) -> Iterator[Named]:
    """What is said for each place and time, one by one."""
    for place, names in told.items():
        domains, time = split_time(place)
        for domain in [""] if domains == "everywhere" else domains.split(", "):
            yield from ((name, domain, time) for name in names)


def split_time(text: str) -> tuple[str, str]:
    at = re.search(r"( from [\d-]+)?( until [\d-]+)?$", text)
    assert at is not None
    return text[: at.start()], at[0]


@cache
def as_it_is(folder: str) -> tuple[Files, Policy]:
    """One of our sets, which each change begins with."""
    files = read_files(ROOT / "policies" / folder)
    return files, policy_of(files, NOW)


def verdict_on(row: Row) -> GateVerdict:
    """The change, as the gate judges it."""
    files, old = as_it_is(row.folder)
    contents: dict[str, Any] = dict(files.contents)
    for name, parts in row.edit.items():
        text = contents.get(name, b"").decode()
        for before, after in parts.items():
            assert text.count(before) == 1 or not text
            text = text.replace(before, after)
        contents[name] = text.encode()
    return judge_change(old, policy_of(Files(files.folder, contents), NOW), at=NOW)


def one_by_one(subjects: ChangedSubjects) -> Iterator[Named]:
    time = "".join(
        f" {word} {moment:%Y-%m-%d}"
        for word, moment in (("from", subjects.since), ("until", subjects.until))
        if moment is not None
    )
    for name in subjects.names:
        yield from ((f"{subjects.kind} {name}", domain, time) for domain in subjects.domains or [""])


def named_in(comment: str) -> Iterator[Named]:
    """Everybody whom the headings of a comment name, or those of a report."""
    shown = re.sub(r"```.*?```|<details><summary>What.*?</details>", "", comment, flags=re.DOTALL)
    shown = unescape(re.sub(r"</?(?:code|b)>|[`\\*]", "", shown))
    heading = r"^(?:- |<details><summary>)?(?:\d+ )?(role|team|user)s?:? ([^:]+?)(?: and \d+ more)?(?:: .*)?$"
    for kind, told in re.findall(heading, shown, re.MULTILINE):
        place, time = split_time(told)
        names, _, domains = place.partition(" in ")
        if " gain" in told:
            continue  # a line of the gate
        for domain in domains.split(", "):
            yield from ((f"{kind} {name}", domain, time) for name in names.split(", "))


ROWS = tuple(rows())


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.folder}: {row.title}" for row in ROWS])
def test_a_change_names_whom_a_reader_of_the_files_finds(row: Row) -> None:
    """Who gains, who loses, where and when; the comment names them all, and the gate those who gain."""
    verdict = verdict_on(row)
    subjects = verdict.diff.subjects
    assert {named for known in subjects if known.gains for named in one_by_one(known)} == row.gains
    assert {named for known in subjects if known.loses for named in one_by_one(known)} == row.loses
    comment = diff_markdown(verdict.diff, verdict_markdown(verdict))
    for shown in (comment, "\n".join(diff_lines(verdict.diff))):
        assert set(named_in(shown)) == row.gains | row.loses
    refused = [known.subjects for known in verdict.refusals if known.subjects is not None]
    told = {(name, domain) for known in refused for name, domain, _ in one_by_one(known)}
    assert told == {(name, domain) for name, domain, _ in row.gains}
    assert sum(known.kind == "rule" for known in verdict.refusals) == row.rules


def test_each_change_is_made_on_each_set_that_has_the_thing() -> None:
    """Ten changes and one of the gate, on four sets."""
    titles = {row.title for row in ROWS}
    lacking = {(title, folder) for title, folders in LACKING.items() for folder in folders}
    expected = {(title, folder) for title in titles for folder in SETS} - lacking
    assert {(row.title, row.folder) for row in ROWS} == expected
    assert len(titles) == 11
