"""Every set of a repository is compared, between two revisions or with the files as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate.errors import InvalidPolicyError, PolicyNotFoundError
from rolegate.review.sets_diff import SetsDiff, sets_diff
from rolegate.review.sets_html import sets_html
from rolegate.review.sets_text import sets_lines, sets_markdown

WIDER = FILES["roles/agent.yaml"].replace("@team", "@all")
SMALL = "catalog: small\npermissions: {open: Open}\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a commit, from whose top one asks."""
    made = repository(tmp_path / "work")
    monkeypatch.chdir(made.top)
    return made


def told(diff: SetsDiff) -> list[tuple[str, str, bool]]:
    return [(known.folder, known.state, bool(known)) for known in diff.sets]


def small(desk: Repository, folder: str, text: str = SMALL) -> Path:
    path = desk.top / folder
    path.mkdir(parents=True)
    (path / "catalog.yaml").write_text(text, encoding="utf-8")
    return path


def test_a_set_that_changed_is_compared_and_the_others_are_counted(desk: Repository) -> None:
    """Between commits, with the files as they are, and in one folder."""
    small(desk, "policies/small")
    desk.commit("Small")
    desk.write(roles__agent=WIDER)
    on_disk = sets_diff("HEAD", None)
    desk.commit("Wider")
    expected = [("policies/desk", "compared", True), ("policies/small", "compared", False)]
    assert told(on_disk) == told(sets_diff("HEAD~1", "HEAD")) == expected
    assert told(sets_diff("HEAD~1", None, "policies/desk")) == expected[:1]
    lines = list(sets_lines(on_disk))
    assert lines[:3] == ["policies/desk:", "  role agent", "    ↑ tickets.{show, edit}  @team → @all"]
    assert on_disk.gains
    assert list(sets_lines(sets_diff("HEAD", "HEAD"))) == ["nobody's access changes in 2 policy sets"]


def test_a_set_on_one_side_only_is_compared_with_nothing(desk: Repository) -> None:
    """A new one counts as a gain; one that has errors is no other's successor."""
    small(desk, "policies/small")
    diff = sets_diff("HEAD", None)
    assert told(diff) == [("policies/desk", "compared", False), ("policies/small", "new", True)]
    assert (diff.gains, diff.severity) == (True, "gain")
    assert list(sets_lines(diff)) == [
        "policies/small:",
        "  the policy set is new: it is compared with nothing, and all that it gives is given anew",
    ]
    desk.commit("Small")
    desk.git("rm", "-r", "-q", "policies/small")
    small(desk, "policies/other", SMALL.replace("Open", "["))
    gone = sets_diff("HEAD", None)
    assert told(gone)[1:] == [("policies/other", "new", True), ("policies/small", "gone", True)]
    assert "### `policies/small`" in sets_markdown(gone)


def test_a_set_that_moved_is_compared_with_where_it_was(desk: Repository) -> None:
    """It is known by the name of its catalog."""
    desk.git("mv", "policies/desk", "policies/front")
    (desk.top / "policies/front/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    diff = sets_diff("HEAD", None)
    assert told(diff) == [("policies/front", "compared", True)]
    assert next(sets_lines(diff)) == "policies/desk → policies/front:"
    assert diff.sets[0].to_dict()["was"] == "policies/desk"


def test_a_file_that_git_does_not_know_is_a_change(desk: Repository) -> None:
    """As is one that is ignored, since a set is read with it."""
    desk.write(roles__extra="role: extra\ngrants: [billing.pay]\n")
    (desk.top / ".gitignore").write_text("extra.yaml\n", encoding="utf-8")
    assert [known for _, _, known in told(sets_diff("HEAD", None))] == [True]


def test_a_set_that_changed_and_has_errors_gives_no_answer(desk: Repository) -> None:
    """Not even for the others."""
    desk.write(roles__agent="role: agent\ngrants: [nothing]\n")
    with pytest.raises(InvalidPolicyError):
        sets_diff("HEAD", None)
    with pytest.raises(PolicyNotFoundError, match="neither side has a policy set"):
        sets_diff("HEAD", "HEAD", "policies/none")


def test_the_gate_judges_every_set(desk: Repository) -> None:
    """Each by the rules that it had; what one of them refuses is refused, and one without a change is not."""
    small(desk, "policies/small")
    desk.commit("Small")
    desk.write(roles__agent=WIDER)
    diff = sets_diff("HEAD", None, gate=True)
    assert not diff.allowed
    verdicts = [(known.folder, known.verdict is not None and not known.verdict) for known in diff.sets]
    assert verdicts == [("policies/desk", True), ("policies/small", False)]
    assert "  refused: role agent gains tickets.show@all, tickets.edit@all" in list(sets_lines(diff))
    assert diff.to_dict()["allowed"] is False
    assert [known.get("allowed") for known in diff.to_dict()["sets"]] == [False, None]
    assert sets_diff("HEAD", None).allowed
    assert "Refused: 3 lines" in sets_markdown(diff)
    page = sets_html(diff)
    assert page.count("<h2>Refused: 3 lines</h2>") == 1
    assert page.count("policies/desk</bdi></h2>") == 1
    assert "policies/small" not in page


def test_a_new_set_is_refused_until_its_approvals_say_that_it_is_new(desk: Repository) -> None:
    """No older side has rules for it; a folder that moves under another name does not escape its rules."""
    folder = small(desk, "policies/small")
    diff = sets_diff("HEAD", None, gate=True)
    assert not diff.allowed
    rule = 'policy set "small": new'
    assert f"  refused: a rule for reviews changes: {rule}" in list(sets_lines(diff))
    entry = f"approvals: [{{rules: '{rule}', reason: Agreed., until: 2999-01-01}}]\n"
    (folder / "approvals.yaml").write_text(entry, encoding="utf-8")
    assert sets_diff("HEAD", None, gate=True).allowed
    (folder / "approvals.yaml").write_text(entry.replace("2999", "2020"), encoding="utf-8")
    assert not sets_diff("HEAD", None, gate=True).allowed
    (folder / "approvals.yaml").write_text("approvals: [", encoding="utf-8")
    assert not sets_diff("HEAD", None, gate=True).allowed
