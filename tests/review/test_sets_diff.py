"""Every set of a repository is compared, between two revisions or with the files as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from counting import executed
from git_desk import FILES, Repository, repository
from rolegate.documents.git_checkout import changed_on_disk
from rolegate.documents.git_revision import tree_id
from rolegate.documents.git_sets import revision_sets
from rolegate.errors import InvalidPolicyError, PolicyNotFoundError
from rolegate.review.sets_diff import SetsDiff, sets_diff
from rolegate.review.sets_html import sets_html
from rolegate.review.sets_text import sets_lines, sets_markdown

WIDER = FILES["roles/agent.yaml"].replace("@team", "@all")
SMALL = "catalog: small\npermissions: {open: Open}\n"


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
    who = ["  role agent", "  team sales in acme, emea", "  2 users: bo, cy in acme, emea"]
    assert lines[:5] == ["policies/desk:", *who, "    ↑ tickets.{show, edit}  @team → @all"]
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
        "  the policy set is new: it is compared with nothing, and whatever it gives is a gain; "
        "`rolegate report` shows it",
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
    rule = 'policy set "small": new in "policies/small"'
    assert f"  refused: this needs an approval: {rule}" in list(sets_lines(diff))
    entry = f"approvals: [{{rules: '{rule}', reason: Agreed., until: 2999-01-01}}]\n"
    (folder / "approvals.yaml").write_text(entry, encoding="utf-8")
    allowed = sets_diff("HEAD", None, gate=True)
    assert allowed.allowed
    assert "  allowed by the approvals of the new set" in list(sets_lines(allowed))
    assert "**✅ Allowed by the approvals of the new set.**" in sets_markdown(allowed)
    (folder / "approvals.yaml").write_text(entry.replace("2999", "2020"), encoding="utf-8")
    assert not sets_diff("HEAD", None, gate=True).allowed
    (folder / "approvals.yaml").write_text("approvals: [", encoding="utf-8")
    assert not sets_diff("HEAD", None, gate=True).allowed


RULE = "approvals: [{{rules: '{0}', reason: Agreed., until: 2999-01-01}}]\n"


def test_approvals_of_a_set_that_did_not_change_are_told(desk: Repository) -> None:
    """Nothing needs them, whether git compares two commits or the files; what has ended as well."""
    kept = RULE.format("approve: sensitive")
    desk.write(approvals=kept)
    small(desk, "policies/small")
    desk.commit("An approval stays")
    small(desk, "policies/other", SMALL.replace("small", "other"))
    desk.commit("Another set")
    for new in ("HEAD", None):
        diff = sets_diff("HEAD~1", new, gate=True)
        (known,) = [known for known in diff.sets if known.folder == "policies/desk"]
        assert known.verdict is not None
        assert bool(known.verdict)
        assert ([found.code for found in known.verdict.findings], bool(known)) == (["RG713"], False)
        assert any("RG713" in line for line in sets_lines(diff))
    assert not any(known.verdict for known in sets_diff("HEAD~1", "HEAD").sets)
    desk.write(approvals=kept.replace("2999", "2020"))
    desk.commit("It has ended")
    (ended,) = [known for known in sets_diff("HEAD", None, gate=True).sets if known.folder == "policies/desk"]
    assert ended.verdict is not None
    assert [found.code for found in ended.verdict.findings] == ["RG714"]
    desk.write(catalog="catalog: [")
    desk.commit("Broken, and so it stays")
    assert sets_diff("HEAD", None, gate=True).allowed


def refused(diff: SetsDiff) -> list[str]:
    """What is refused of whole sets."""
    verdicts = [known.verdict for known in diff.sets if known.verdict is not None]
    return [what for verdict in verdicts for refusal in verdict.refusals for what in refusal.what]


def test_a_set_behind_a_link_is_not_simply_gone(desk: Repository) -> None:
    """The application goes on reading it in the former folder; a copy elsewhere does not stand for it."""
    desk.git("mv", "policies", ".real")
    (desk.top / "policies").symlink_to(".real")
    (desk.top / ".real" / "desk" / "roles" / "agent.yaml").write_text(WIDER, encoding="utf-8")
    desk.commit("Hidden")
    moved = 'policy set "desk": moved from "policies/desk" to ".real/desk"'
    for diff in (sets_diff("HEAD~1", "HEAD", gate=True), sets_diff("HEAD~1", None, gate=True)):
        assert (told(diff), diff.allowed) == ([(".real/desk", "compared", True)], False)
        assert "tickets.show@all" in refused(diff)
        assert moved in refused(diff)
    assert sets_diff("HEAD~1", "HEAD").allowed
    for name, text in FILES.items():
        path = desk.top / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    desk.commit("A copy")
    for diff in (sets_diff("HEAD~2", "HEAD", gate=True), sets_diff("HEAD~2", None, gate=True)):
        assert told(diff) == [(".real/desk", "compared", True), ("copy", "new", True)]
        assert {moved, 'policy set "desk": new in "copy"', "tickets.show@all"} <= {*refused(diff)}


def test_a_link_that_leads_to_another_set_changes_its_folder(desk: Repository) -> None:
    """Whoever reads the folder reads another set, though no set changed; links on the way are followed."""
    policies = desk.top / "policies"
    shutil.copytree(policies / "desk", policies / "far/wide")
    (policies / "far/wide/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    shutil.copytree(policies / "desk", policies / "wide")
    link, aside = policies / "current", policies / "aside"
    aside.symlink_to("far/wide")
    link.symlink_to("wide")
    desk.commit("Links")
    for target in ("far/wide", "aside/../wide", "aside"):
        link.unlink()
        link.symlink_to(target)
        on_disk = sets_diff("HEAD", None, gate=True)
        desk.commit(target)
        for diff in (on_disk, sets_diff("HEAD~1", "HEAD", gate=True)):
            (changed,) = [known for known in diff.sets if known]
            assert (changed.folder, changed.state) == ("policies/current", "compared")
            assert "tickets.show@all" in refused(diff)
        desk.git("revert", "--no-edit", "HEAD")
    link.unlink()
    desk.commit("Gone")
    gone = sets_diff("HEAD~1", "HEAD", gate=True)
    assert refused(gone) == ['policy set "desk": gone from "policies/current"']
    assert any("first merge this under `approvals:`" in line for line in sets_lines(gone))
    assert "Refused: 1 line" in sets_markdown(gone)


def test_a_set_in_a_hidden_folder_is_compared_where_a_link_shows_it(desk: Repository) -> None:
    """A search passes over the folder, and whoever reads the link does not."""
    desk.git("mv", "policies/desk", ".real")
    (desk.top / "policies").mkdir(exist_ok=True)
    (desk.top / "policies/desk").symlink_to("../.real")
    desk.commit("Hidden")
    (desk.top / ".real/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    on_disk = sets_diff("HEAD", None, gate=True)
    desk.commit("Wider")
    for diff in (on_disk, sets_diff("HEAD~1", "HEAD", gate=True)):
        assert told(diff) == [(".real", "compared", True)]
        assert "tickets.show@all" in refused(diff)


def test_a_set_goes_when_the_approvals_that_it_had_say_so(desk: Repository) -> None:
    """It may move when those that it has say so; an approval of the one is none of the other."""
    desk.write(approvals=RULE.format('policy set "desk": gone from "policies/desk"'))
    desk.commit("It may go")
    desk.git("mv", "policies", "rules")
    rule = 'policy set "desk": moved from "policies/desk" to "rules/desk"'
    assert refused(sets_diff("HEAD", None, gate=True)) == [rule]
    text = RULE.format(rule)
    (desk.top / "rules" / "desk" / "approvals.yaml").write_text(text, encoding="utf-8")
    assert sets_diff("HEAD", None, gate=True).allowed
    desk.git("rm", "-r", "-q", "-f", "rules")
    assert sets_diff("HEAD", None, gate=True).allowed
    assert not sets_diff("HEAD~1", "HEAD~1", gate=True).sets[0]
    assert not sets_diff("HEAD~1", None, gate=True).allowed


def test_an_approval_that_one_set_goes_is_none_of_its_copy(desk: Repository) -> None:
    """A copy comes with the same approvals, and so does a set that moved."""
    desk.write(approvals=RULE.format('policy set "desk": gone from "policies/desk"'))
    shutil.copytree(desk.folder, desk.top / "policies/copy")
    desk.commit("Two of one name")
    desk.git("rm", "-r", "-q", "policies/copy")
    assert refused(sets_diff("HEAD", None, gate=True)) == ['policy set "desk": gone from "policies/copy"']
    desk.git("reset", "--quiet", "--hard")
    desk.git("rm", "-r", "-q", "policies/desk")
    assert sets_diff("HEAD", None, gate=True).allowed


def many(folder: Path, number: int) -> Repository:
    """A repository with so many sets, and one more in one of them, which is a part of that."""
    made = repository(folder)
    names = [f"teams/t{place}/rules" for place in range(number)]
    for name in (*names, "teams/t7/rules/inner"):
        small(made, name)
    made.commit("Many")
    return made


def test_of_many_sets_those_that_changed_on_disk_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a changed file, a new one, and one in a set inside; twice as many take twice the steps."""
    steps = []
    for number in (80, 160):
        made = many(tmp_path / str(number), number)
        monkeypatch.chdir(made.top)
        for changed in ("t3/rules/catalog.yaml", "t7/rules/inner/catalog.yaml", "t70/rules/roles.yaml"):
            (made.top / "teams" / changed).write_text("roles: {}\n", encoding="utf-8")
        for place in range(number):
            (made.top / f"teams/t3/rules/note{place}.txt").touch()
        found: list[object] = []
        steps.append(executed(lambda: found.append(revision_sets("HEAD"))))  # noqa: B023
        assert len(found[0]) == number + 1  # type: ignore[arg-type]
        places, tree = revision_sets("HEAD"), tree_id("HEAD", Path())
        steps[-1] += executed(lambda: found.append(changed_on_disk(tree, places, Path())))  # noqa: B023
        assert found[1] == {f"teams/{name}/rules" for name in ("t3", "t7", "t70")}
    assert steps[1] < 2.2 * steps[0]
