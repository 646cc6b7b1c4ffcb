"""Laws of histories: each change of access is told with its commit, by whatever name it is asked."""

from __future__ import annotations

import random
import shutil
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from git_desk import FILES, Repository, repository
from plain.editing import edited
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.access_history import access_history
from rolegate.review.asked_access import AskedAccess, AskedKind
from rolegate.review.history_text import history_lines

HERE = "policies/desk"


def put(desk: Repository, files: Files, title: str, *, merged: bool) -> None:
    """Commit *files*, on a branch that is *merged* at once or on main."""
    if merged:
        desk.git("checkout", "--quiet", "-b", f"side-{title}")
    shutil.rmtree(desk.folder)
    write_set(files, desk.folder)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "--allow-empty", "--message", title)
    if merged:
        desk.git("checkout", "--quiet", "main")
        desk.git("merge", "--quiet", "--no-ff", "--message", title, f"side-{title}")


def loaded(desk: Repository) -> rolegate.Policy | None:
    """What is in the folder now; None if it does not load."""
    try:
        return rolegate.load(desk.folder)
    except rolegate.InvalidPolicyError:
        return None


def of_whom(diff: AccessDiff, kind: str) -> set[str]:
    return {name for known in diff.subjects if known.kind == kind for name in known.names}


@examples(10)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_each_change_is_told_with_the_commit_that_made_it(files: Files, seed: int) -> None:
    """The difference of two states that follow each other says the same of each user and role."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        desk = repository(Path(folder, "top"))
        patch.chdir(desk.top)
        states: list[tuple[str, rolegate.Policy | None]] = []
        for number in range(5):
            put(desk, files, f"{number}", merged=draw.random() < 0.3)
            states.append((f"{number}", loaded(desk)))
            files = edited(files, draw)
        found = [(title, policy) for title, policy in states if policy is not None]
        assume(found)
        pairs = [(new[0], access_diff(old[1], new[1], at=NOW)) for old, new in pairwise(found)]
        assume(not any(policy.resolved.roles.former for _, policy in found))
        kinds: tuple[AskedKind, ...] = ("user", "role")
        for kind in kinds:
            names = set[str]().union(*(of_whom(diff, kind) for _, diff in pairs))
            for name in sorted(names)[:3]:
                history = access_history(HERE, AskedAccess(kind, name), since="HEAD~4", at=NOW)
                told = [
                    step.commit.title
                    for step in history.steps
                    if step.commit is not None
                    and step.commit.title != found[0][0]
                    and name in of_whom(step.diff, kind)
                ]
                expected = [title for title, diff in reversed(pairs) if name in of_whom(diff, kind)]
                assert told == expected, (kind, name)


@pytest.fixture
def renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A desk whose role, domain and permission have other names, and changes of them since."""
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    new = {name: text.replace("viewer", "reader").replace("beta", "gamma") for name, text in FILES.items()}
    catalog = FILES["catalog.yaml"].replace(
        "refund: Refund", "repay: {title: Repay, renamed_from: billing.refund, aliases: [payback]}"
    )
    reader = "role: reader\nrenamed_from: viewer\ngrants: [tickets.show@%s]\n"
    made.write(
        roles__viewer=None,
        roles__reader=reader % "my",
        roles__agent=new["roles/agent.yaml"],
        bindings=new["bindings.yaml"],
        domains=FILES["domains.yaml"].replace("beta: {", "gamma: {renamed_from: beta, "),
        catalog=catalog,
    )
    made.commit("Renamed")
    made.write(roles__reader=reader % "team")
    made.commit("A wider reader")
    made.write(roles__boss="role: boss\ngrants: [tickets.*, billing.pay]\n")
    made.commit("The boss has less")
    return made


@pytest.mark.parametrize(
    ("today", "formerly", "titles"),
    [
        (AskedAccess("role", "reader"), AskedAccess("role", "viewer"), ["A wider reader"]),
        (AskedAccess("user", "dan", "gamma"), AskedAccess("user", "dan", "beta"), ["A wider reader"]),
        (
            AskedAccess(permission="billing.repay"),
            AskedAccess(permission="billing.refund"),
            ["The boss has less"],
        ),
        (AskedAccess(permission="billing.repay"), AskedAccess(permission="payback"), ["The boss has less"]),
    ],
)
def test_a_former_name_has_the_history_of_the_name_of_today(
    renamed: Repository, today: AskedAccess, formerly: AskedAccess, titles: list[str]
) -> None:
    """Otherwise the history would end at the rename, and look whole."""
    found = access_history(HERE, today)
    assert [step.commit.title for step in found.steps if step.commit is not None][:1] == titles
    former = access_history(HERE, formerly)
    assert former.to_dict()["steps"] == found.to_dict()["steps"]
    named = [name for name in (today.name, today.permission, today.domain) if name is not None]
    assert next(history_lines(former)) == f"called now: {', '.join(named)}"
    assert found.note == ""


@pytest.mark.parametrize(
    ("formerly", "later"),
    [
        (AskedAccess("role", "viewer"), "reader"),
        (AskedAccess("user", "dan", "beta"), "dan, gamma"),
        (AskedAccess(permission="billing.refund"), "billing.repay"),
        (AskedAccess("role", "reader"), ""),
    ],
)
def test_a_former_name_that_is_no_longer_declared_is_told(
    renamed: Repository, formerly: AskedAccess, later: str
) -> None:
    """What came after the rename is the history of the other name, and is not left out without a word."""
    for path in renamed.folder.rglob("*.yaml"):
        lines = path.read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith("renamed_from"))
        for word in ("renamed_from: beta, ", ", renamed_from: billing.refund"):
            text = text.replace(word, "")
        path.write_text(text)
    renamed.commit("Nothing is called otherwise")
    note = access_history(HERE, formerly).note
    assert note.startswith(f"called later: {later}; ask") if later else note == ""
    if formerly.name == "viewer":
        renamed.write(roles__viewer=FILES["roles/viewer.yaml"])
        renamed.commit("Another viewer")
        assert access_history(HERE, formerly).note == ""


def test_a_former_name_of_roles_of_two_domains_means_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have other names now, each its own; with a domain, it is the one of the domain."""
    desk = repository(tmp_path / "top")
    monkeypatch.chdir(desk.top)
    chief = "role: %s\ndomain: %s\ngrants: [%s]\n"
    for domain in ("acme", "beta"):
        desk.write(**{f"roles__{domain}": chief % ("chief", domain, "tickets.show@my")})
    desk.commit("Two chiefs")
    for domain, name in (("acme", "head"), ("beta", "lead")):
        text = chief % (f"{name}\nrenamed_from: chief", domain, "tickets.show@my")
        desk.write(**{f"roles__{domain}": text})
        desk.commit(f"A {name}")
        desk.write(**{f"roles__{domain}": text.replace("@my", "@team")})
        desk.commit(f"A wider {name}")
    both = [
        step.commit.title for step in access_history(HERE, AskedAccess("role", "chief")).steps if step.commit
    ]
    assert both == ["A wider lead", "A lead", "A wider head", "A head", "Two chiefs"]
    one = access_history(HERE, AskedAccess("role", "chief", "acme")).steps
    assert [step.commit.title for step in one if step.commit] == ["A wider head", "A head", "Two chiefs"]
