"""Why access changes: the lines of one side only, what is in the way, and a question that shows it."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from desks import NOW, changed, policy
from drawing import examples
from git_desk import FILES
from plain import strategies
from plain.editing import edited
from plain.loading import sound
from plain.strategies import Files, policy_sets
from reading import write
from rolegate import AccessDiff, Policy, access_diff
from rolegate.review.diff_text import diff_lines


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("old"))


def why(diff: AccessDiff, number: int = 0) -> list[tuple[str, str, str]]:
    """The reasons of one group: the side or `in the way`, what is said, and the place in the set."""
    found = []
    for reason in diff.subjects[number].reasons:
        for where, lines in (("only", reason.lines), ("in the way", reason.blocked)):
            for line in lines:
                place = f"{'/'.join(Path(line.file).parts[-2:])}:{line.line}" if line.file else ""
                found.append((f"{where} {line.side}", line.text, place.split("0/")[-1]))
    return found


def test_a_gain_is_explained_by_the_line_that_only_the_new_side_has(desk: Policy, tmp_path: Path) -> None:
    """Memberships and roles that both sides have are not among the reasons."""
    diff = changed(desk, tmp_path, roles__agent=("tickets.*@team", "tickets.*@all"))
    expected = [("only new", "role `agent` grants `tickets.*@all`", "roles/agent.yaml:3")]
    assert [why(diff, number) for number in range(3)] == [expected] * 3


def test_a_loss_is_explained_by_the_line_that_only_the_old_side_has(desk: Policy, tmp_path: Path) -> None:
    """Who leaves a team loses by the membership, and not by the role."""
    diff = changed(desk, tmp_path, domains=("[bo, cy]", "[cy]"))
    ((side, text, place),) = why(diff)
    assert (side, text) == ("only old", "`bo` is in team `sales`")
    assert place.endswith("domains.yaml:2")


def test_where_the_chain_is_the_same_the_other_side_says_what_was_in_the_way(
    desk: Policy, tmp_path: Path
) -> None:
    """A restriction that is dropped, a plan that is lowered, and an exception."""
    dropped = ("  - {user: cy, restrict: ['inboxes.access[Complaints]'], domain: acme}\n", "")
    cases = {
        "in the way old: user `cy` is restricted: `inboxes.access[Complaints]`": {"bindings": dropped},
        "in the way new: `tickets.export` needs the plan `pro`, which domain `acme` does not have": {
            "domains": ("acme: {plan: pro", "acme: {plan: free")
        },
        "in the way new: role `agent` leaves out `tickets.edit`": {
            "roles__agent": ("extends: viewer\n", "extends: viewer\nexcept: [tickets.edit]\n")
        },
    }
    found = {}
    for number, (expected, edit) in enumerate(cases.items()):
        ((side, text, _),) = why(changed(desk, tmp_path / str(number), **edit))
        found[expected] = f"{side}: {text}"
    assert found == {expected: expected for expected in cases}


def test_a_move_into_a_star_says_that_the_catalog_moved_it(tmp_path: Path) -> None:
    """The line of the role is the same on both sides, and takes in what it did not: both are named."""
    refund = "      refund: {title: Refund, renamed_from: billing.refund}\n"
    moved = FILES["catalog.yaml"].replace(", refund: Refund", "")
    moved = moved.replace("      export:", f"{refund}      export:")
    star = ("tickets.*@team, ", "tickets.*, ")
    old = policy(tmp_path / "old", roles__agent=star)
    new = policy(tmp_path / "new", catalog=(FILES["catalog.yaml"], moved), roles__agent=star)
    (side, text, place), by = why(access_diff(old, new, at=NOW))
    assert (side, text) == ("only new", "permission `tickets.refund` was `billing.refund` before")
    assert place.endswith("catalog.yaml:11")
    assert by[:2] == ("only new", "role `agent` grants `tickets.*`, which takes it in")
    assert by[2].endswith("roles/agent.yaml:3")


@pytest.mark.parametrize("flag", ["deprecated", "by_name"])
def test_what_a_star_no_longer_takes_in_is_said_of_the_star(tmp_path: Path, flag: str) -> None:
    """Losing by a mark in the catalog is told of the line that brought it."""
    star = ("tickets.*@team, ", "tickets.*, ")
    old = policy(tmp_path / "old", roles__agent=star)
    marked = ("requires: [tickets.show]}", f"requires: [tickets.show], {flag}: true}}")
    new = policy(tmp_path / "new", catalog=marked, roles__agent=star)
    found = why(access_diff(old, new, at=NOW))
    assert [(side, text) for side, text, _ in found if "took" in text] == [
        ("only old", "role `agent` grants `tickets.*`, which took it in")
    ]


@pytest.mark.parametrize("hidden", ["", ", hidden: true"])
def test_an_entry_that_implies_less_is_named(tmp_path: Path, hidden: str) -> None:
    """The role and what it grants are the same on both sides, and so is the permission that implies."""
    edit = "requires: [tickets.show]}"
    sides = []
    for scope in ("team", "my"):
        log = f"log: {{title: Log, scopes: reach{hidden}}}"
        entry = f'requires: [tickets.show], implies: ["tickets.log@{scope}"]}}\n      {log}'
        agent = ("tickets.*@team", "tickets.show@team, tickets.edit@team")
        sides.append(policy(tmp_path / scope, catalog=(edit, entry), roles__agent=agent))
    found = why(access_diff(*sides, at=NOW))
    said = "`tickets.edit` implies `tickets.log@my`; before, `tickets.log@team`"
    assert [("only new", said)] == [(side, text) for side, text, _ in found]


def test_an_end_names_the_line_of_both_sides_and_asks_at_that_time(desk: Policy, tmp_path: Path) -> None:
    """The question has another answer from the end on."""
    ends = ("role: viewer, domain: beta", "role: viewer, domain: beta, until: 2027-01-01")
    diff = changed(desk, tmp_path, bindings=ends)
    assert [(side, text) for side, text, _ in why(diff)] == [
        ("only old", "user `dan` has role `viewer`"),
        ("in the way new", "user `dan` had role `viewer` until 2027-01-01"),
    ]
    ((reason,),) = [subjects.reasons for subjects in diff.subjects]
    asked = "tickets.show --user dan --domain beta --scope my --at 2027-01-01"
    assert reason.question.to_dict() == {
        "user": "dan",
        "domain": "beta",
        "permission": "tickets.show",
        "scope": "my",
        "at": "2027-01-01T00:00:00+00:00",
        "was": True,
        "is": False,
        "command": f"rolegate check {tmp_path} {asked}",
    }


@pytest.mark.parametrize("time", ["from: 2027-01-01", "until: 2020-01-01"])
def test_a_line_that_both_sides_have_is_not_in_the_way(time: str, tmp_path: Path) -> None:
    """It bounds the gain, or is over, and has nothing to do with it."""
    line = "  - {user: dan, role: viewer, domain: beta}\n"
    lines = (line, f"{line}  - {{user: dan, role: agent, domain: beta, {time}}}\n")
    old = policy(tmp_path / "old", bindings=lines)
    new = policy(tmp_path / "new", bindings=lines, roles__viewer=("tickets.show@my", "tickets.show@team"))
    diff = access_diff(old, new, at=NOW)
    (number,) = (number for number, found in enumerate(diff.subjects) if "dan" in str(found.names))
    said = [(side, text) for side, text, _ in why(diff, number)]
    assert [("only new", "role `viewer` grants `tickets.show@team`")] == said


def test_a_domain_that_moves_is_why(tmp_path: Path) -> None:
    """The line that gave the role is still there: what changed is where its domain lies."""
    files = {
        "catalog.yaml": "catalog: x\npermissions: {open: Open}\n",
        "bindings.yaml": "bindings:\n  - {user: ana, grants: open, domain: aurora}\n",
    }
    domains = "domains:\n  aurora: {}\n  fjord: {}\n  oslo: {within: %s}\n  spa: {within: oslo}\n"
    old, new = (
        rolegate.load(write(tmp_path / name, {**files, "domains.yaml": domains % name}))
        for name in ("aurora", "fjord")
    )
    was, now = "domain `oslo` lies within `aurora`", "domain `oslo` lies within `fjord`"
    lost = [(side, text) for side, text, _ in why(access_diff(old, new))]
    assert lost[:1] + lost[-1:] == [("only old", was), ("in the way new", now)]
    gained = [(side, text) for side, text, _ in why(access_diff(new, old))]
    assert gained[:1] + gained[-1:] == [("only new", was), ("in the way old", now)]


def test_text_says_the_reasons_once_for_those_who_share_them(desk: Policy, tmp_path: Path) -> None:
    """Below the changes, with a command to try."""
    diff = changed(desk, tmp_path, roles__agent=("tickets.*@team", "tickets.*@all"))
    lines = [line.replace(str(tmp_path), "set") for line in diff_lines(diff)]
    assert lines == [
        "role agent",
        "team sales in acme, emea",
        "2 users: bo, cy in acme, emea",
        "  ↑ tickets.{show, edit}  @team → @all",
        "    now: role `agent` grants `tickets.*@all`  set/roles/agent.yaml:3",
        "    try: rolegate check set tickets.show --role agent --at 2026-06-15T12:00Z  no → yes",
    ]


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_every_change_has_a_question_that_both_sides_answer_so(files: Files, seed: int) -> None:
    """One for what a group gains, and one for what it loses."""
    other = edited(files, random.Random(seed))
    with TemporaryDirectory() as folder:
        old, new = (sound(some, Path(folder) / str(side)) for side, some in enumerate((files, other)))
    for subjects in access_diff(old, new, at=strategies.NOW).subjects:
        kinds = [*([True] if subjects.gains else []), *([False] if subjects.loses else [])]
        assert [reason.gain for reason in subjects.reasons] == kinds
        assert [reason for reason in subjects.reasons if not (reason.lines or reason.blocked)] == []
        for reason in subjects.reasons:
            question = reason.question
            at = question.at
            assert old.decide(question.before, at).allowed is question.was is not reason.gain
            assert new.decide(question.question, at).allowed is question.now is reason.gain
