"""The gallery of changes: each edit of a policy set gives the comment that the page shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from repository import ROOT
from rolegate import judge_change
from rolegate.documents.capture import Files, read_files
from rolegate.loading.load import policy_of
from rolegate.review.diff_markdown import diff_markdown
from rolegate.review.verdict_text import verdict_markdown

PAGE = ROOT / "docs" / "explanation" / "gallery-of-changes.md"
NOW = datetime(2026, 12, 1, tzinfo=UTC)


class Shown(NamedTuple):
    """One pull request of the page."""

    title: str
    folder: str
    edit: str
    comment: str


def gallery() -> list[Shown]:
    """Each section of the page, with its edit and the quoted comment."""
    found = []
    for section in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        folder = re.search(r"`(policies/[\w-]+)`", section)
        edit = re.search(r"```diff\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
        assert folder is not None
        assert edit is not None
        quoted = [line for line in section.splitlines() if line.startswith(">")]
        comment = "".join(f"{line[2:]}\n" for line in quoted)
        found.append(Shown(section.partition("\n")[0], folder[1], edit[1], comment))
    return found


def edited(files: Files, edit: str) -> Files:
    """*files* with each part of *edit* applied: a text that is once in a file becomes another."""
    contents = dict(files.contents)
    for part in edit.split("--- ")[1:]:
        name, _, text = part.partition("\n")
        lines = text.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        known = contents.get(name, b"")
        assert isinstance(known, bytes)
        assert known.decode().count(before) == 1 or not known
        contents[name] = known.decode().replace(before, after).encode() if known else after.encode()
    return Files(files.folder, contents)


def comment(shown: Shown) -> str:
    """What is written on the pull request."""
    files = read_files(Path(shown.folder))
    old, new = policy_of(files, NOW), policy_of(edited(files, shown.edit), NOW)
    verdict = judge_change(old, new, at=NOW)
    return diff_markdown(verdict.diff, verdict_markdown(verdict))


GALLERY = gallery()


@pytest.mark.parametrize("shown", GALLERY, ids=[shown.title for shown in GALLERY])
def test_a_change_gives_the_comment_that_the_page_shows(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    """Word by word; the people who gain and lose are those whom a reader of the files finds."""
    monkeypatch.chdir(ROOT)
    made = comment(shown)
    if update_golden and made != shown.comment:
        text = PAGE.read_text("utf-8")
        start = text.index(f"## {shown.title}\n")
        at = text.index("\n>", start) + 1
        end = re.search(r"(?:^>.*\n?)+", text[at:], re.MULTILINE)
        assert end is not None
        quoted = "".join(f"> {line}".rstrip() + "\n" for line in made.splitlines())
        PAGE.write_text(text[:at] + quoted + text[at + end.end() :], "utf-8")
    else:
        assert made == shown.comment


def test_the_gallery_is_complete() -> None:
    """Each kind of change that looks harmless is in it, on all four sets between them."""
    assert len(GALLERY) == 11
    names = ("responso", "respond-io", "livechat", "responsive")
    assert {f"policies/{name}" for name in names} == {shown.folder for shown in GALLERY}
