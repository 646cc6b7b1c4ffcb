"""Coverage is what one finds by changing each answer of a policy and trying every expectation again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from rolegate import Policy
from rolegate.answers.who_can import PermissionHolder, askable_subjects, stranger_in
from rolegate.catalog.labels import words_of
from rolegate.catalog.model import Permission
from rolegate.compiled.names import FULL, NONE, STRANGER, parse_subject
from rolegate.diagnostics import Span
from rolegate.encoding import decode
from rolegate.engine.question import Question, UnknownQuestionError
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translate
from rolegate.expect.expectations import (
    Expectation,
    ExpectedAnswer,
    ExpectedBox,
    ExpectedHolders,
    ExpectedRights,
    ExpectedTree,
)
from rolegate.grants.rights import covers
from rolegate.review.coverage import coverage_of
from rolegate.review.differences import meant_there
from rolegate.review.expectation_results import is_met, results_of
from rolegate.review.policy_cells import PolicyCells, request_of
from rolegate.review.shown_boxes import LOOKS, wrong_boxes
from rolegate.tree.draw_boxes import draw as draw_boxes
from rolegate.tree.held_boxes import HeldBoxes
from rolegate.tree.tree_node import TreeNode

SPAN = Span("tests/drawn.yaml")


@lru_cache(2)
def counted_requests(table: PolicyCells) -> dict[tuple[str, str, str], list[tuple[int, Request]]]:
    """The cells that count, each with its number, by domain, permission and scope."""
    found: dict[tuple[str, str, str], list[tuple[int, Request]]] = {}
    for dom, here in table.domains.items():
        for number, cell in enumerate(here.cells.all):
            if here.counted >> number & 1:
                asked = request_of(cell)
                key = (dom, asked.permission.path, asked.scopes[0])
                found.setdefault(key, []).append((number, asked))
    return found


@dataclass(frozen=True)
class Flip:
    """The one answer that is another one."""

    table: PolicyCells
    dom: str
    sub: str
    number: int

    def held(self, sub: str, dom: str, request: Request, scope: str) -> bool:
        """Whether one of the cells that *request* is about is held, with this one turned round."""
        place = self.table.place(sub, dom)
        assert place is not None
        here = self.table.domains[place[0]]
        mine = place == (self.dom, self.sub)
        found, own = False, here._with_known_instances(request)
        for number, asked in counted_requests(self.table).get((place[0], request.permission.path, scope), ()):
            if asked.obj == own.obj or (own.some and covers(own.region, asked.obj)):
                found |= self.table.snapshot.holds(sub, dom, asked) != (mine and number == self.number)
        return found


class FlippedSnapshot(Snapshot):
    """A snapshot in which one answer is another one."""

    def _allows(self, sub: str, dom: str, request: Request, scope: str) -> bool:
        flip: Flip = self.__dict__["flip"]
        if flip.table.place(sub, dom) != (flip.dom, flip.sub):
            return super()._allows(sub, dom, request, scope)
        return flip.held(sub, dom, request, scope)


class FlippedBoxes(HeldBoxes):
    """The boxes of somebody in such a snapshot."""

    __slots__ = ()

    def holds(self, permission: Permission, pattern: str, scope: str) -> bool:
        found = self._flipped(Request(permission, pattern, (scope,)))
        return HeldBoxes.holds(self, permission, pattern, scope) if found is None else found

    def holds_some(self, permission: Permission, pattern: str) -> bool:
        found = self._flipped(Request(permission, pattern, permission.scope_names, some=True))
        return HeldBoxes.holds_some(self, permission, pattern) if found is None else found

    def _flipped(self, asked: Request) -> bool | None:
        """The answer where one of the subject is another one; None for other subjects and times."""
        flip: Flip | None = self.snapshot.__dict__.get("flip")
        assert self.sub is not None
        if flip is None or flip.table.place(self.sub, self.dom) != (flip.dom, flip.sub):
            return None
        return any(flip.held(self.sub, self.dom, asked, scope) for scope in asked.scopes)


class FlippedPolicy(Policy):
    """A policy that answers from such a snapshot."""

    def snapshot(self, at: date | None = None) -> Snapshot:
        found: Snapshot = self.__dict__["flipped"]
        return found

    def tree(self, *, locale: str | None = None, at: date | None = None, **subject: Any) -> TreeNode:
        """The boxes of that subject show the other answer."""
        asked = Question(next(self.catalog.permissions).path, **subject)
        boxes = FlippedBoxes.of(translate(asked, self.resolved), self.snapshot())
        return draw_boxes(self.catalog, words_of(self.resolved.labels, locale), boxes)

    def who_can(
        self,
        permission: str,
        *,
        any: bool = False,
        at: date | None = None,
        locale: str | None = None,
        **more: Any,
    ) -> tuple[PermissionHolder, ...]:
        """The same list without its reasons: no line is the reason of an answer that is another one."""
        snapshot, question = self.snapshot(at), Question(permission, user="*", any=any, **more)
        domain = question.domain or next(iter(self.domains))
        asked = [question.about(kind, name, domain) for kind, name in askable_subjects(domain, snapshot)]
        found = [_holder(one) for one in asked if snapshot.allowed(one)]
        if snapshot.allowed(question.about("user", stranger_in(domain, snapshot), domain)):
            found.append(PermissionHolder("everyone", "", domain, "", ""))
        return tuple(found)


def _holder(asked: Question) -> PermissionHolder:
    kind: Any = asked.subject.partition(" ")[0]
    return PermissionHolder(kind, getattr(asked, kind), asked.domain or "", "", "")


def flipped(policy: Policy, flip: Flip) -> Policy:
    snapshot = object.__new__(FlippedSnapshot)
    snapshot.__dict__.update(flip.table.snapshot.__dict__, flip=flip)
    made = FlippedPolicy(resolved=policy.resolved, at=policy.at)
    made.__dict__["flipped"] = snapshot
    return made


def drawn(policy: Policy, table: PolicyCells, draw: random.Random) -> Expectation | None:
    """An expectation that is met, about something of the policy; None where nothing can be asked."""
    dom = draw.choice(list(table.domains))
    here = table.domains[dom]
    # A default role can be asked about in each domain, whether or not it counts there by itself.
    subjects = list(dict.fromkeys((*here.subjects, *table.domains[FULL].subjects)))
    if not subjects or not here.cells.all:
        return None
    domain = None if dom == FULL else decode(dom)
    permissions = list(policy.catalog.permissions)
    permission = draw.choice(permissions)
    scope = draw.choice([None, *permission.scope_names])
    depth = draw.randint(0, len(permission.chain))
    ids = ["Default", "fresh", *(decode(id) for path in here.named.get(permission.path, ()) for id in path)]
    on = tuple(draw.choice(ids) for _ in range(depth)) or None
    asked = Question(
        permission.path,
        user="nobody, *",
        domain=domain,
        on=on,
        scope=None if scope == NONE else scope,
        any=draw.random() < 0.4,
    )
    if draw.random() < 0.3:
        sub = draw.choice(subjects)
        kind, name = ("user", "nobody, *") if sub == STRANGER else parse_subject(sub)[:2]
        of_kind: Any = kind
        about = asked.about(of_kind, name, domain)
        try:
            found_sub = translate(about, policy.resolved).sub
        except UnknownQuestionError:
            return None
        if draw.random() < 0.6:
            return drawn_tree(policy, about, draw)
        rights = ExpectedRights(about, table.rights(found_sub, dom), SPAN)
        return Expectation("rights", "holds", SPAN, rights=rights)
    if dom != FULL and draw.random() < 0.4:
        try:
            translate(asked, policy.resolved)
        except UnknownQuestionError:
            return None
        found = policy.who_can(asked.permission, domain=domain, on=on, scope=asked.scope, any=asked.any)
        kinds = draw.sample(["user", "team", "role"], draw.randint(0, 3))
        lists = {f"{k}s": tuple(h.name for h in found if h.kind == k) for k in kinds}
        everyone = any(holder.kind == "everyone" for holder in found)
        holders = ExpectedHolders(asked, lists, everyone or draw.choice([None, False]), "x", SPAN)
        return Expectation("holders", "who_can", SPAN, holders=holders)
    answers = []
    for sub in draw.sample(subjects, min(2, len(subjects))):
        kind, name = ("user", "nobody, *") if sub == STRANGER else parse_subject(sub)[:2]
        word: Any = kind
        question = asked.about(word, name, domain)
        try:
            translate(question, policy.resolved)
        except UnknownQuestionError:
            continue
        for allowed in (True, False):
            answer = ExpectedAnswer(question, allowed, "x", SPAN)
            one = Expectation("one", "access", SPAN, (answer,))
            if is_met(one, policy):
                answers.append(answer)
    return Expectation("table", "access", SPAN, tuple(answers)) if answers else None


def drawn_tree(policy: Policy, about: Question, draw: random.Random) -> Expectation | None:
    """An expectation of some boxes of a tree, as they are."""
    root = policy.tree(user=about.user, team=about.team, role=about.role, domain=about.domain)
    nodes = [node for node in root.walk() if not node.template]
    headings = [node for node in nodes if node.kind != "permission"]
    alone = draw.random() < 0.4
    boxes = []
    for node in draw.choices(headings if alone else nodes, k=draw.randint(1, 5)):
        star = not alone and node in headings and node.instance is None and draw.random() < 0.6
        held = draw.choice(node.ladder) if node.ladder and draw.random() < 0.5 else None
        look = LOOKS[node.state] if held is None else ("ticked" if held[2] else "unticked")
        scope = None if held is None else held[0]
        box = ExpectedBox(look, node.path, star, node.instance, scope, node.id, SPAN)
        if not wrong_boxes(box, root) and not (star and look == "partly"):
            boxes.append(box)
    return Expectation("tree", "trees", SPAN, tree=ExpectedTree(about, tuple(boxes))) if boxes else None


@examples(15)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_covered_is_what_fails_when_it_changes(files: Files, seed: int) -> None:
    """For each answer of some subjects: it is covered if, and only if, another answer makes one fail."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder:
        loaded = sound(files, Path(folder))
    policy = Policy(resolved=loaded.resolved, at=NOW)
    table = PolicyCells(policy.snapshot())
    made = [drawn(policy, table, draw) for _ in range(12)]
    expectations = [one for one in made if one is not None]
    results = results_of(policy, expectations)
    assert all(result.met for result in results)
    covered = coverage_of(policy, results)
    places = [(dom, sub) for dom, sub, _ in table.counted()]
    about = dict(zip(places, covered.subjects, strict=True))
    tried = sorted(about, key=lambda place: (not about[place].covered, draw.random()))[:3]
    for dom, sub in tried:
        counted, mask = about[dom, sub].masks
        numbers = [number for number in range(counted.bit_length()) if counted >> number & 1]
        inside = [number for number in numbers if mask >> number & 1]
        for number in {*inside[:12], *draw.sample(numbers, min(12, len(numbers)))}:
            other = flipped(policy, Flip(table, dom, sub, number))
            fails = not all(is_met(one, other) for one in expectations)
            assert fails == bool(mask >> number & 1), (dom, sub, table.domains[dom].cells.all[number])


@examples(30)
@given(files=policy_sets())
def test_a_role_that_counts_once_has_one_answer_everywhere(files: Files) -> None:
    """In each domain in which a default role does not count by itself, and can be asked about."""
    with TemporaryDirectory() as folder:
        loaded = sound(files, Path(folder))
    table = PolicyCells(Policy(resolved=loaded.resolved, at=NOW).snapshot())
    for dom, here in table.domains.items():
        for sub in table.domains[FULL].subjects:
            place = table.place(sub, dom)
            if place != (FULL, sub) or meant_there(loaded.resolved, sub, dom) != sub:
                continue
            for cell in (*here.cells.all, *table.domains[FULL].cells.all):
                asked = request_of(cell)
                answers = {table.snapshot.holds(sub, name, asked) for name in (dom, FULL)}
                assert len(answers) == 1, (sub, dom, cell)


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_a_list_of_all_that_is_held_covers_every_answer(files: Files, seed: int) -> None:
    """With another answer to any one question, the list of what a subject holds is another one."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder:
        loaded = sound(files, Path(folder))
    table = PolicyCells(Policy(resolved=loaded.resolved, at=NOW).snapshot())
    places = list(table.counted())
    for dom, sub, counted in draw.sample(places, min(len(places), 6)):
        held, here = table.held(sub, dom), table.domains[dom].cells
        for pair in here.pairs:
            numbers = [number for number, _ in here.numbered(pair) if counted >> number & 1]
            own = held & sum(1 << number for number in numbers)
            said = list(table.texts(dom, own))
            for number in numbers:
                assert list(table.texts(dom, own ^ 1 << number)) != said, (dom, sub, here.all[number])
