"""Random catalogs move on under random stored items: nothing changes that the plan does not list."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, reject
from hypothesis import strategies as st

from drawing import examples
from moved_catalogs import moved_on
from plain.asking import questions, sample
from plain.evaluator import Ask, Evaluator
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set
from rolegate import Policy, Question, RolegateError
from rolegate.catalog.model import Permission
from rolegate.documents.capture import read_files
from rolegate.review.access_diff import ChangedSubjects
from rolegate.store.in_force import in_force
from rolegate.store.item import Item
from rolegate.store.items_of_files import items_of_files
from rolegate.store.plan_changes import GivenSet, plan_of
from rolegate.store.store_head import StoreHead
from rolegate.store.store_state import StoreState
from rolegate.store.stored_set import StoredSet
from stored_items import LIMITS, told

ASKED = 150


def state_of(stored: StoredSet, draw: random.Random) -> StoreState:
    """A store in which run time owns custom roles and lines, and some of the default roles."""
    items = [replace(item, owner="run time") if _is_theirs(item, draw) else item for item in stored.items]
    head = StoreHead(1, 1, "random", 5, 5, None, stored.digest, None)
    return StoreState("store:", head, StoredSet.of(stored.texts, items), LIMITS)


def _is_theirs(item: Item, draw: random.Random) -> bool:
    return item.kind in ("binding", "restriction") or (
        item.kind == "role" and (item.domain != "" or draw.random() < 0.8)
    )


def wanted_of(state: StoreState, files: Files, folder: Path, draw: random.Random) -> StoredSet:
    """What the files say of which the catalog has moved on; one that nobody could apply is not looked at."""
    catalog = moved_on(files["catalog.yaml"], draw)
    write_set({"catalog.yaml": catalog, "domains.yaml": files.get("domains.yaml", {"domains": {}})}, folder)
    texts = {"catalog.yaml": (folder / "catalog.yaml").read_text(encoding="ascii")}
    wanted = StoredSet.of({**state.stored.texts, **texts}, state.files)
    try:
        in_force(wanted, folder, LIMITS)
    except RolegateError:
        reject()
    return wanted


@examples(60, 25)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_nothing_is_gained_or_lost_that_the_plan_does_not_list(files: Files, seed: int) -> None:
    """And what is stored is what it was; the older catalog gives what it gave."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder:
        sound(files, Path(folder, "old"))
        state = state_of(items_of_files(read_files(Path(folder, "old"))), draw)
        wanted = wanted_of(state, files, Path(folder, "new"), draw)
    after = state.with_files(wanted)
    plan = plan_of(state, after, GivenSet(wanted))
    assert told(plan)
    old, new = Policy(resolved=state.in_force().resolved), Policy(resolved=after.read.resolved)
    versions = any(role.replaces is not None for role in old.resolved.roles.values())
    for ask in sample(questions(files, Evaluator(files, NOW), some=(False,)), ASKED, seed):
        if ask.kind == "role" and ask.domain is not None and versions:
            continue  # in a domain the name may mean a version of it, which the plan calls by its own name
        was, now = (_answer(policy, ask) for policy in (old, new))
        if was != now and _is_same_question(ask, old, new):
            assert any(_is_listed(ask, line, gained=now) for line in plan.diff.subjects), (
                ask,
                was,
                now,
                told(plan),
            )
    assert state.theirs == tuple(item for item in state.stored.items if item.owner != "files")
    stored = StoredSet.of(after.texts, [*after.items, *state.theirs])
    _check_back(state, replace(state, stored=stored, head=replace(state.head, revision=6)))


def _check_back(state: StoreState, there: StoreState) -> None:
    """Going back gives what there was, and wakes everything."""
    files = StoredSet.of(state.stored.texts, state.files)
    back = there.with_files(files)
    before = Policy(resolved=state.in_force().resolved)
    assert before.compile().policy_text == Policy(resolved=back.read.resolved).compile().policy_text
    assert state.in_force().asleep.keys() == back.read.asleep.keys()


def _answer(policy: Policy, ask: Ask) -> bool:
    names: Any = {ask.kind: ask.name}
    asked = Question(ask.permission, domain=ask.domain, on=ask.on or None, scope=ask.scope, **names)
    return bool(policy.decide(asked))


def _is_same_question(ask: Ask, old: Policy, new: Policy) -> bool:
    """Whether both sides are asked about the same: a permission that is there takes what it took."""
    before, after = (policy.catalog.find(ask.permission) for policy in (old, new))
    if not isinstance(before, Permission) or not isinstance(after, Permission):
        return isinstance(before, Permission) or isinstance(after, Permission)
    ladders = (before.ladder, after.ladder)
    scopes = [None if known is None else ask.scope or known.broadest for known in ladders]
    known = all(ladder is None or ask.scope is None or ask.scope in ladder.scopes for ladder in ladders)
    return before.chain == after.chain and scopes[0] == scopes[1] and known


def _is_listed(ask: Ask, line: ChangedSubjects, *, gained: bool) -> bool:
    """Whether a line of a diff says of the subject of a question that this changes."""
    who = (line.kind == "everybody else" and ask.kind == "user") or (
        line.kind == ask.kind and ask.name in line.names
    )
    where = ask.domain in line.domains or not line.domains  # of a role that all domains share, once
    what = any(
        ask.permission in (change.permission.path, change.permission.name, *change.permission.paths)
        for change in line.changes
    )
    return who and where and what and (line.gains if gained else line.loses)
