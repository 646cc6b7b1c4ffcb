"""Compiled files answer as the set does that they were compiled from, or say that they cannot."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from command_line import rolegate as rolegate_command
from drawing import examples
from plain.asking import question, questions, sample
from plain.editing import edited
from plain.evaluator import Evaluator
from plain.loading import loaded, sound
from plain.strategies import NOW, Files, policy_sets
from reading import write
from repository import ROOT
from rolegate import InvalidQuestionError, Question, access_diff, judge_change
from rolegate.answers.build_matrix import shown_name
from rolegate.answers.matrix_rows import OFF
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Permission
from rolegate.errors import InvalidLinesError, UnknownNameError
from rolegate.loading.compiled_source import LinesPolicy
from rolegate.loading.load_compiled import load_compiled
from rolegate.review.compared_lines import in_same_words, without_hidden
from rolegate.review.differences import PolicySide, SubjectDifference, differences
from rolegate.review.paired_permissions import paired_permissions
from signed_lines import signed


def compiled(policy: rolegate.Policy, folder: Path) -> LinesPolicy:
    """The files that `rolegate compile` writes, read back."""
    made = policy.compile(at=NOW)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.conf").write_text(made.model_text, encoding="ascii")
    (folder / "policy.csv").write_text(made.policy_text, encoding="ascii")
    return load_compiled(folder)


@examples(60)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_answers_are_those_of_the_set(files: Files, seed: int) -> None:
    """For users, teams and roles, on every instance and scope; what depends on more is refused."""
    with TemporaryDirectory() as folder:
        lines = compiled(loaded(Path(folder, "set"), files), Path(folder, "compiled"))
        opinion = Evaluator(files, NOW)
        for ask in sample(questions(files, opinion), 150, seed):
            try:
                found = lines.decide(question(ask)).allowed
            except InvalidQuestionError:
                continue
            assert found is opinion.answer(ask), ask


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_whom_lines_allow_is_whom_the_set_allows(files: Files, seed: int) -> None:
    """The users of each answer, in each domain, for one instance, for some, and for all."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder, "set"), files)
        lines = compiled(policy, Path(folder, "compiled"))
        opinion = Evaluator(files, NOW)
        for ask in sample(questions(files, opinion), 40, seed):
            asked = question(ask)
            details: dict[str, Any] = {"domain": asked.domain, "on": asked.on, "scope": asked.scope}
            try:
                found = lines.who_can(asked.permission, any=asked.any, **details)
                known = policy.who_can(asked.permission, any=asked.any, at=NOW, **details)
            except (InvalidQuestionError, UnknownNameError):
                continue  # the lines do not say enough, or nobody holds it
            assert users(found) == users(known), ask


@examples(20)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_differences_are_those_of_the_sets(files: Files, seed: int) -> None:
    """Lines of the older side and the newer set, cell by cell, and the other way round."""
    with TemporaryDirectory() as folder:
        old = sound(files, Path(folder, "old"))
        new = sound(edited(files, random.Random(seed)), Path(folder, "new"))
        assume(old.resolved.roles.versions == new.resolved.roles.versions)
        hidden = {p.path for side in (old, new) for p in side.catalog.permissions if p.hidden}
        expected = told(old, new, hidden)
        assert told(*in_same_words(compiled(old, Path(folder, "a")), new), hidden) == expected
        assert told(*in_same_words(old, compiled(new, Path(folder, "b"))), hidden) == expected


def told(old: rolegate.Policy, new: rolegate.Policy, hidden: set[str]) -> set[tuple[object, ...]]:
    """Every cell of a permission that neither side hides, with who gains or loses it."""
    sides = (PolicySide.of(old.snapshot(NOW)), PolicySide.of(new.snapshot(NOW)))
    pairs = without_hidden(paired_permissions(old.catalog, new.catalog))
    return {cell for found in differences(*sides, pairs) for cell in _cells(found) if cell[3] not in hidden}


def _cells(found: SubjectDifference) -> Iterable[tuple[object, ...]]:
    for verb, mask in (("gained", found.gained), ("lost", found.lost)):
        for cell in found.cells.of(mask):
            yield (verb, found.sub, found.dom, cell.permission.path, cell.scope, cell.on)


@pytest.mark.parametrize("name", ["responso", "respond-io", "livechat", "responsive"])
def test_nothing_differs_from_the_set_itself(name: str, tmp_path: Path) -> None:
    """On either side, and what cannot be known is said once."""
    policy = rolegate.load(ROOT / "policies" / name)
    lines = compiled(policy, tmp_path)
    for sides in ((lines, policy), (policy, lines)):
        diff = access_diff(*sides, at=NOW)
        assert (bool(diff), [note.kind for note in diff.notes]) == (False, ["lines"])
    assert not access_diff(lines, lines)


@pytest.mark.parametrize("name", ["responso", "respond-io"])
def test_holders_are_those_of_the_set(name: str, tmp_path: Path) -> None:
    """Users and everyone, for each permission, scope and domain that lines name."""
    policy = rolegate.load(ROOT / "policies" / name)
    lines = compiled(policy, tmp_path)
    for path in ("tickets.show", "tickets.edit", "inboxes.access", "contacts.delete", "reports.view"):
        if path not in lines.catalog.nodes:
            continue
        permission = lines.catalog.permission(path)
        for scope in permission.ladder.scopes if permission.ladder is not None else [None]:
            found, known = (
                side.who_can(path, scope=scope, at=at) for side, at in ((lines, None), (policy, NOW))
            )
            assert users(found) == users(known)


def users(holders: Iterable[rolegate.PermissionHolder]) -> set[tuple[str, str, str, tuple[str, ...]]]:
    return {(h.kind, h.name, h.domain, h.but_not) for h in holders if h.kind in ("user", "everyone")}


DESK = {
    "catalog.yaml": "catalog: desk\nscopes: {reach: [all, team, my]}\n"
    "permissions: {show: {title: Show, scopes: reach}, pay: Pay}\n",
    "roles/agent.yaml": "role: agent\ngrants: [show@team]\n",
    "bindings.yaml": "bindings: [{user: ana, role: agent}, {user: bo, grants: pay, until: 2026-06-16}]\n",
}


def desk(folder: Path, grants: str = "[show@team]") -> LinesPolicy:
    files = {**DESK, "roles/agent.yaml": f"role: agent\ngrants: {grants}\n"}
    return compiled(rolegate.load(write(folder / "set", files)), folder / "compiled")


@pytest.mark.parametrize(
    "asked",
    [
        {"permission": "show"},
        {"permission": "show", "any": True, "scope": "all"},
        {"permission": "show", "any": True, "scope": "team"},
        {"permission": "*", "any": True, "scope": "all"},
    ],
)
def test_the_scopes_of_lines_are_not_those_of_the_ladder(tmp_path: Path, asked: dict[str, Any]) -> None:
    """Nobody holds `all`, so lines do not have it: a question that means it would be a yes at `team`."""
    lines = desk(tmp_path)
    with pytest.raises(InvalidQuestionError, match="which scope lies within which"):
        lines.decide(Question(user="ana", **asked))
    assert lines.check("ana", "show", scope="team").allowed
    assert not lines.check("ana", "show", scope="all").allowed
    assert lines.decide(Question("show", user="ana", any=True)).allowed


def test_two_compiled_files_are_compared(tmp_path: Path) -> None:
    """Scopes that only one side names are told as they are, in no order."""
    diff = access_diff(desk(tmp_path / "old"), desk(tmp_path / "new", "[show@all, pay]"), at=NOW)
    changes = [(s.kind, s.names, [f"{c.permission.path}{c.after}" for c in s.changes]) for s in diff.subjects]
    assert ("role", ("agent",), ["pay('',)", "show('@all', '@my', '@team')"]) in changes
    assert access_diff(desk(tmp_path / "a", "[show@all]"), desk(tmp_path / "b"), at=NOW).gains is False


def test_files_that_no_longer_hold_say_so(tmp_path: Path) -> None:
    """They are compared as they are, since somebody may still go by them."""
    lines = desk(tmp_path)
    policy = rolegate.load(tmp_path / "set")
    texts = [note.text for note in access_diff(lines, policy, at=NOW.replace(year=2027)).notes]
    assert texts[1].startswith("the files of OLD held until 2026-06-16T00:00:00Z: compile again")
    assert "they held until 2026-06-16T00:00:00Z: compile again" in lines.said


def test_a_renamed_role_and_a_renamed_permission_are_followed(tmp_path: Path) -> None:
    """The files say the former names, and the newer set what they are called now."""
    lines = desk(tmp_path)
    catalog = DESK["catalog.yaml"].replace("show: {", "see: {renamed_from: show, ")
    catalog = catalog.replace(
        "[all, team, my]", "{all: {}, group: {within: all, renamed_from: team}, my: {within: group}}"
    )
    renamed = {
        "catalog.yaml": catalog,
        "roles/agent.yaml": "role: helper\nrenamed_from: agent\ngrants: [see@group]\n",
        "bindings.yaml": DESK["bindings.yaml"].replace("agent", "helper"),
    }
    diff = access_diff(lines, rolegate.load(write(tmp_path / "new", renamed)), at=NOW)
    assert [(s.names, s.changes) for s in diff.subjects] == []


def test_a_gate_needs_rules(tmp_path: Path) -> None:
    """Compiled files have none, on whatever side they are."""
    lines, policy = desk(tmp_path), rolegate.load(tmp_path / "set")
    for sides in ((lines, policy), (policy, lines)):
        with pytest.raises(InvalidQuestionError, match="have no rules"):
            judge_change(*sides)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("policy.csv", "# rolegate policy 2\n", "", "did not write this file"),
        ("policy.csv", "rolegate policy 2", "rolegate policy 1", "RG504"),
        ("policy.csv", "# holds until", "# valid until", "does not say how long it holds"),
        ("policy.csv", ", allow\n", ", Allow\n", "no compiled policy has the line"),
        ("policy.csv", "role:agent", "role:a%zz", "no compiled policy has the line"),
        ("policy.csv", "g, user:ana, role:agent", "g, ana, role:agent", "no compiled policy has the line"),
        ("policy.csv", "g2, ", "g4, ", "no compiled policy has the line"),
        ("model.conf", "allow", "deny", "RG504"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    """Whatever Casbin would make of them: nothing is guessed, and nothing is skipped."""
    desk(tmp_path)
    path = tmp_path / "compiled" / file
    text = path.read_text("ascii")
    assert old in text
    path.write_text(text.replace(old, new, 1), "ascii")
    if file == "policy.csv":
        path.write_text(signed(path.read_text("ascii")), "ascii")
    with pytest.raises(InvalidLinesError, match=message):
        load_compiled(tmp_path / "compiled")


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    """At the end of any line: restrictions are among the last, and Casbin would allow what they deny."""
    desk(tmp_path)
    path = tmp_path / "compiled" / "policy.csv"
    lines = path.read_text("ascii").splitlines(keepends=True)
    for count in range(len(lines)):
        path.write_text("".join(lines[:count]), "ascii")
        with pytest.raises(InvalidLinesError):
            load_compiled(tmp_path / "compiled")


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_lines_that_were_taken_out_or_changed_are_refused(files: Files, seed: int) -> None:
    """Wherever they are, restrictions among them: the last line says how many there are, and which."""
    with TemporaryDirectory() as folder:
        compiled(loaded(Path(folder, "set"), files), Path(folder, "compiled"))
        path = Path(folder, "compiled", "policy.csv")
        lines = path.read_text("ascii").splitlines(keepends=True)
        pick = random.Random(seed)
        start, stop = sorted(pick.sample(range(2, len(lines)), 2)) if len(lines) > 3 else (1, 2)
        one = pick.randrange(len(lines) - 1)
        at = pick.randrange(len(lines[one]) - 1)
        letter = pick.choice([char for char in "aZ9-*" if char != lines[one][at]])
        for changed in (
            [*lines[:start], *lines[stop:]],
            [*lines[:one], *lines[one + 1 :]],
            [*lines[:one], f"{lines[one][:at]}{letter}{lines[one][at + 1 :]}", *lines[one + 1 :]],
            [*lines[:one], lines[one].replace(", deny", ", allow"), *lines[one + 1 :]],
        ):
            if changed != lines:
                path.write_text("".join(changed), "ascii")
                with pytest.raises(InvalidLinesError):
                    load_compiled(path.parent)


def test_the_last_line_says_what_is_missing(tmp_path: Path) -> None:
    """In the number of lines, where that is what is wrong."""
    desk(tmp_path)
    path = tmp_path / "compiled" / "policy.csv"
    lines = path.read_text("ascii").splitlines(keepends=True)
    number = len(lines) - 1
    path.write_text("".join([*lines[:4], *lines[5:]]), "ascii")
    says = f"its last line is that of {number} other lines, and {number - 1} are above it"
    with pytest.raises(InvalidLinesError, match=says):
        load_compiled(tmp_path / "compiled")
    path.write_text("".join(lines), "ascii")
    assert load_compiled(tmp_path / "compiled").compiled.p


@pytest.mark.parametrize("second", ["whole", "without a header", "one line", "a comment", "an empty line"])
def test_files_that_were_put_together_are_refused(tmp_path: Path, second: str) -> None:
    """Two policies are not one: each denies what the other allows, and Casbin would take both."""
    desk(tmp_path)
    path = tmp_path / "compiled" / "policy.csv"
    text = path.read_text("ascii")
    lines = text.splitlines(keepends=True)
    rows = [line for line in lines if not line.startswith("#")]
    first = "".join(lines[:-1]) if second == "a comment" else text
    behind = {
        "whole": text,
        "without a header": "".join(rows),
        "one line": rows[0] + rows[-1],
        "a comment": f"# more\n{rows[-1]}",
        "an empty line": f"\n{rows[-1]}",
    }
    path.write_text(first + behind[second], "ascii")
    with pytest.raises(
        InvalidLinesError, match=f"policy.csv:{first.count(chr(10)) + 1}: a compiled policy ends"
    ):
        load_compiled(tmp_path / "compiled")


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_lines_in_another_order_are_refused(files: Files, seed: int) -> None:
    """Two that change places, one that is there twice or elsewhere, all turned round: not one is accepted."""
    with TemporaryDirectory() as folder:
        compiled(loaded(Path(folder, "set"), files), Path(folder, "compiled"))
        path = Path(folder, "compiled", "policy.csv")
        lines = path.read_text("ascii").splitlines(keepends=True)
        pick = random.Random(seed)
        one, other = sorted(pick.sample(range(len(lines)), 2))
        changed = [
            [*lines[:one], lines[other], *lines[one + 1 : other], lines[one], *lines[other + 1 :]],
            [*lines[:one], *lines[one + 1 : other + 1], lines[one], *lines[other + 1 :]],
            [*lines[:one], lines[one], *lines[one:]],
            [*lines[:other], lines[one], *lines[other:]],
            [*lines[:2], *lines[-2:1:-1], lines[-1]] if len(lines) > 4 else lines[::-1],
        ]
        for text in map("".join, changed):
            path.write_text(signed(text), "ascii")
            with pytest.raises(InvalidLinesError):
                load_compiled(path.parent)


@pytest.mark.parametrize("name", ["responso", "respond-io", "livechat", "responsive"])
def test_lines_turned_round_or_there_twice_are_refused(name: str, tmp_path: Path) -> None:
    """With what is wrong, and where it is."""
    policy = rolegate.load(ROOT / "policies" / name)
    assert compiled(policy, tmp_path).compile().policy_text == policy.compile(at=NOW).policy_text
    path = tmp_path / "policy.csv"
    lines = path.read_text("ascii").splitlines(keepends=True)
    for text, says in (
        ([*lines[:2], *lines[-2:1:-1], lines[-1]], "4: this line belongs above the one before it"),
        ([*lines[:20], *lines[19:]], "21: this line is there twice"),
        (["# rolegate policy 2\n", "# holds without end\n", *lines], "3: a compiled policy does not have"),
        ([lines[0], "# holds without end\n", *lines[1:]], "3: a compiled policy does not have this comment"),
        ([*lines[:2], "# set aside b\n", "# set aside a\n", *lines[2:]], "4: a compiled policy does not"),
    ):
        path.write_text(signed("".join(text)), "ascii")
        with pytest.raises(InvalidLinesError, match=f"policy.csv:{says}"):
            load_compiled(tmp_path)
        assert "✗ compiled files" in rolegate_command("doctor", tmp_path).out


def test_a_file_alone_is_refused(tmp_path: Path) -> None:
    """With another model the same lines say something else."""
    desk(tmp_path)
    (tmp_path / "compiled" / "model.conf").unlink()
    with pytest.raises(InvalidLinesError, match=r"`model\.conf` cannot be read"):
        load_compiled(tmp_path / "compiled")


@examples(30)
@given(files=policy_sets())
def test_the_matrix_of_lines_is_that_of_the_set(files: Files) -> None:
    """Cell by cell, as far as somebody holds the permission; each scope is listed beside those within it.

    A role of a domain has no lines of what neither the domain nor one inside it has.
    """
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder, "set"), files)
        found = compiled(policy, Path(folder, "compiled")).matrix()
        known = policy.matrix()
        rows = {
            row.path: dict(zip((c.id for c in known.columns), row.held, strict=True)) for row in known.rows
        }
        columns = [column.id for column in found.columns]
        homes = {shown_name(role): role.domain for role in policy.resolved.roles.values()}
        lost = {path for path in rows if isinstance(policy.catalog.nodes.get(path), Permission)}
        for row in found.rows:
            permission = policy.catalog.permission(row.path)
            lost.discard(row.path)
            for column, cell in zip(columns, row.held, strict=True):
                whole, home = rows[row.path][column], homes[column]
                if is_shut(policy, home, permission):
                    assert cell == OFF
                elif permission.ladder is None:
                    assert (cell.state, cell.star) == (whole.state, whole.star)
                    assert sorted(cell.labels) == sorted(whole.labels)
                else:
                    assert broadest(cell.labels, permission.ladder) == broadest(
                        whole.labels, permission.ladder
                    )
        for path in lost:
            permission = policy.catalog.permission(path)
            there = [column for column in columns if not is_shut(policy, homes[column], permission)]
            assert not any(str(rows[path][column]) for column in there)


def is_shut(policy: rolegate.Policy, home: str | None, permission: Permission) -> bool:
    """Whether neither the domain *home* of a role nor one inside it has the permission."""
    if home is None:
        return False
    there = (policy.resolved.domains[name] for name in policy.resolved.domains.inside(home))
    return not any(domain.offers(permission.availability) for domain in there)


def broadest(labels: Iterable[str], ladder: Ladder | None) -> set[tuple[str, tuple[str, ...]]]:
    """Each instance of a cell, with the broadest of its scopes."""
    if ladder is None:
        return {(label, ()) for label in labels}
    pairs = (label.rpartition("@") for label in labels)
    return {(on, ladder.topmost(scopes.split(", "))) for on, _, scopes in pairs}


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_an_explanation_leads_from_line_to_line(files: Files, seed: int) -> None:
    """From who was asked about to a line that allows it, or to those that deny it; each by its number."""
    with TemporaryDirectory() as folder:
        lines = compiled(loaded(Path(folder, "set"), files), Path(folder, "compiled"))
        texts = lines.compile().policy_text.splitlines()
        for ask in sample(questions(files, Evaluator(files, NOW)), 60, seed):
            try:
                found = lines.explain_question(question(ask))
            except InvalidQuestionError:
                continue
            assert found.decision == lines.decide(question(ask))
            assert {step.file for step in (*found.chain, *found.blocked)} <= {f"{folder}/compiled/policy.csv"}
            chain = [texts[step.line - 1].split(", ") for step in found.chain]
            assert bool(chain) or not found.decision.allowed
            for link, after in pairwise(chain):
                assert link[0] == "g"
                assert after[1 if after[0] == "g" else 2] in (link[2], link[2].partition("@")[0])
            assert [line[-1] for line in chain[-1:]] in ([], ["allow"])
            assert all(texts[step.line - 1].endswith(", deny") for step in found.blocked)
            assert not (found.blocked and found.decision.allowed)
