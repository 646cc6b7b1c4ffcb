"""Which records a scope has, where nobody in the files holds it: the next change may give it."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy, access_diff, judge_change
from rolegate.review.diff_text import diff_lines
from rolegate.review.verdict_text import verdict_lines

CATALOG = """\
catalog: desk
scopes: {reach: {all: All, my: {within: all, where: {owner: user.id}}}}
resources: {inbox: {title: Inbox, attribute: inbox_id}}
permissions:
  show: {title: Show, scopes: reach}
  note: Note
  inboxes: {per: inbox, permissions: {access: Access}}
"""
OPEN = "{any_of: [{owner: user.id}, {open: true}]}"


def desk(folder: Path, catalog: str = CATALOG, **files: str) -> Policy:
    """Nobody holds more than `note`."""
    texts = {f"{name}.yaml": text for name, text in files.items()}
    write(folder, {"catalog.yaml": catalog, "roles/all.yaml": "roles: {all: {grants: [note]}}\n", **texts})
    return rolegate.load(folder)


@pytest.mark.parametrize(
    ("was", "now", "text"),
    [
        ("{owner: user.id}", OPEN, f"records of show@my: {OPEN}"),
        ("{owner: user.id}", "{agent: user.id}", "records of show@my: {agent: user.id}"),
        ("Inbox, attribute: inbox_id", "Inbox", "records of inboxes.access: inbox: not said"),
    ],
)
def test_more_records_of_what_nobody_holds_need_an_approval(
    tmp_path: Path, was: str, now: str, text: str
) -> None:
    """Whoever gets it next gets it under the words of before. Without a gate, only access is told."""
    assert was in CATALOG
    wider = CATALOG.replace(was, now)
    old, new = desk(tmp_path / "old"), desk(tmp_path / "new", wider)
    assert not access_diff(old, new)
    verdict = judge_change(old, new)
    assert [(refusal.kind, refusal.what) for refusal in verdict.refusals] == [("records", (text,))]
    assert verdict.diff.gains
    assert "    for nobody in the files; users of the application may hold it" in diff_lines(verdict.diff)
    approvals = f"approvals: [{{rules: ['{text}'], reason: Agreed., until: 2999-01-01}}]\n"
    approved = judge_change(old, desk(tmp_path / "approved", wider, approvals=approvals))
    assert (bool(approved), approved.findings) == (True, ())
    assert list(verdict_lines(approved)) == ["allowed by the rules from before the change"]


def test_fewer_records_of_what_nobody_holds_are_not_told(tmp_path: Path) -> None:
    """Nobody gains by it, and nobody in the files loses."""
    wide = desk(tmp_path / "old", CATALOG.replace("{owner: user.id}", OPEN))
    verdict = judge_change(wide, desk(tmp_path / "new"))
    assert verdict
    assert not verdict.diff
