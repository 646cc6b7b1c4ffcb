"""A link that is new shows sets that nobody who reads a folder has read before: these are new."""

from __future__ import annotations

import json
import shutil

import pytest

from git_desk import FILES, Repository
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.sets_diff import SetsDiff, sets_diff

SMALL = "catalog: small\npermissions: {open: Open}\n"


def put(desk: Repository, place: str, text: str = SMALL) -> None:
    path = desk.top / place / "catalog.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def link(desk: Repository, place: str, target: str) -> None:
    (desk.top / place).parent.mkdir(parents=True, exist_ok=True)
    (desk.top / place).symlink_to(target)


def rules(diff: SetsDiff) -> list[str]:
    """What is refused of whole sets."""
    verdicts = [known.verdict for known in diff.sets if known.verdict is not None]
    return [what for verdict in verdicts for refusal in verdict.refusals for what in refusal.what]


LED = [
    (".hid/evil", "policies/evil", "../.hid/evil"),
    ("policies/.hid/evil", "policies/evil", ".hid/evil"),
    ("shelf/evil", "policies/evil", "../shelf/evil"),
    ("shelf/deep/evil", "policies/shelf", "../shelf"),
    ("policies/node_modules/evil", "policies/far/evil", "../node_modules/evil"),
]
"""Where a set is that no search finds without a link, that link, and what it leads to."""


@pytest.mark.parametrize("order", ["both", "link first", "set first"])
@pytest.mark.parametrize(("real", "seen", "target"), LED)
def test_a_set_that_a_new_link_shows_is_new(
    desk: Repository, real: str, seen: str, target: str, order: str
) -> None:
    """Whether the set was there before, or a link to nothing was."""
    if order == "link first":
        link(desk, seen, target)
        desk.commit("A link to nothing")
    if order == "set first":
        put(desk, real)
        desk.commit("A set that nobody reads")
    before = desk.git("rev-parse", "HEAD").strip()
    if order != "link first":
        link(desk, seen, target)
    if order != "set first":
        put(desk, real)
    desk.commit("Both")
    assert rules(sets_diff(before, "HEAD", "policies", gate=True)) == [f'policy set "small": new in "{real}"']
    assert rules(sets_diff("HEAD", "HEAD", "policies", gate=True)) == []
    assert rules(sets_diff(before, None, "policies", gate=True)) == [f'policy set "small": new in "{real}"']
    assert rules(sets_diff("HEAD", None, "policies", gate=True)) == []


def test_a_set_around_the_folder_hides_no_link_in_it(desk: Repository) -> None:
    """Whoever reads the folder reads what is in it, though it is a part of a set for those who read that."""
    put(desk, "", "catalog: around\npermissions: {open: Open}\n")
    put(desk, ".hid/evil")
    link(desk, "policies/evil", "../.hid/evil")
    desk.commit("A set around")
    assert rules(sets_diff("HEAD~1", "HEAD", "policies", gate=True)) == [
        'policy set "small": new in ".hid/evil"'
    ]


def test_another_link_to_a_set_that_was_read_makes_nothing_new(desk: Repository) -> None:
    """The set is compared once, in its own place."""
    put(desk, ".real/small")
    link(desk, "policies/small", "../.real/small")
    desk.commit("A link")
    link(desk, "policies/other", "../.real/small")
    put(desk, ".real/small", SMALL.replace("open: Open", "open: Open, shut: Shut"))
    desk.commit("Another")
    diff = sets_diff("HEAD~1", "HEAD", "policies", gate=True)
    assert [(known.folder, known.state) for known in diff.sets] == [
        (".real/small", "compared"),
        ("policies/desk", "compared"),
    ]
    assert diff.allowed


def test_an_approval_of_a_new_set_is_none_of_its_copy(desk: Repository) -> None:
    """A copy comes with the same approvals; they name the folder of the one that was approved."""
    approval = "approvals: [{{rules: '{0}', reason: Agreed., until: 2999-01-01}}]\n"
    desk.write(approvals=approval.format('policy set "desk": new in "policies/desk"'))
    desk.commit("Approved")
    shutil.copytree(desk.top / "policies/desk", desk.top / "policies/desk2")
    wider = FILES["roles/agent.yaml"].replace("@team", "@all")
    (desk.top / "policies/desk2/roles/agent.yaml").write_text(wider, encoding="utf-8")
    desk.commit("A copy")
    assert rules(sets_diff("HEAD~1", "HEAD", gate=True)) == ['policy set "desk": new in "policies/desk2"']


def test_approvals_in_a_file_of_another_name_approve_nothing(desk: Repository) -> None:
    """Its owners would not be asked when that file changes; by its own name it is read through a link."""
    desk.write(roles__agent=FILES["roles/agent.yaml"].replace("@team", "@all"))
    entries = [refusal.approval for refusal in verdict_of(desk).refusals]
    found = [{**(entry or {}), "reason": "Read.", "until": "2999-01-01"} for entry in entries]
    for name in ("notes", "approvals"):
        kept = desk.folder / f".kept/{name}.yaml"
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps({"approvals": found}), encoding="utf-8")
    (desk.folder / ".current").symlink_to(".kept/approvals.yaml")
    (desk.folder / ".data").symlink_to(".kept")
    for way in (".kept/notes.yaml", ".current", ".data/approvals.yaml"):
        (desk.folder / "approvals.yaml").symlink_to(way)
        refusals = verdict_of(desk).refusals
        assert refusals[0].kind == "unread" and "RG715" in refusals[0].what[0]
        assert [refusal.kind for refusal in refusals[1:]] == ["gain"] * len(found)
        (desk.folder / "approvals.yaml").unlink()
    (desk.folder / "approvals.yaml").symlink_to(".kept/approvals.yaml")
    assert verdict_of(desk).refusals == ()


def verdict_of(desk: Repository) -> GateVerdict:
    """What the gate says of the files as they are, which say the same once they are committed."""
    (known,) = sets_diff("HEAD", None, gate=True).sets
    desk.commit("Files")
    (committed,) = sets_diff("HEAD~1", "HEAD", gate=True).sets
    desk.git("reset", "--quiet", "--soft", "HEAD~1")
    assert known.verdict is not None and committed.verdict is not None
    assert [refusal.kind for refusal in known.verdict.refusals] == [
        refusal.kind for refusal in committed.verdict.refusals
    ]
    return known.verdict
