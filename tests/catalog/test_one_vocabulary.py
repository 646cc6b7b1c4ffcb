"""Every text that a catalog accepts for a permission means the same, whoever is asked about it."""

from __future__ import annotations

import logging
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import rolegate
from command_line import rolegate as command
from command_line import write_set
from drawing import examples
from plain.catalog import Catalog, Data
from plain.loading import loaded
from plain.strategies import policy_sets
from rolegate import Gate, Policy, Question, RolegateError
from rolegate.integrations.flask import RolegateFlask
from rolegate.testing import assert_allowed, assert_denied

Scope = str | None


class Base(DeclarativeBase):
    """The tables of this file."""


class Row(Base):
    """A record that belongs to somebody."""

    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str]


Asks = Callable[["World", str, Scope], Any]


class World:
    """One user in one domain of a set, and everybody who answers about her."""

    def __init__(self, policy: Policy, user: str, domain: str | None) -> None:
        self.policy, self.user, self.domain = policy, user, domain
        self.gate = Gate(policy)
        self.subject = self.gate.subject(user, domain)

    def question(self, text: str, scope: Scope, any: bool = False) -> Question:
        return Question(text, user=self.user, domain=self.domain, scope=scope, any=any)


def required(world: World, text: str, scope: Scope) -> bool:
    """`Gate.require`; what it raises is explained by a no."""
    try:
        world.gate.require(world.user, text, domain=world.domain, scope=scope)
    except rolegate.Forbidden as refused:
        return refused.explanation.decision.allowed
    return True


def subject_required(world: World, text: str, scope: Scope) -> bool:
    """The same of a subject."""
    try:
        world.subject.require(text, scope=scope)
    except rolegate.Forbidden as refused:
        return refused.explanation.decision.allowed
    return True


def asserted(world: World, text: str, scope: Scope) -> bool:
    """Which of the assertions of the pytest plugin holds."""
    given = (world.gate, world.user, text)
    try:
        assert_allowed(*given, domain=world.domain, scope=scope)
    except pytest.fail.Exception:
        assert_denied(*given, domain=world.domain, scope=scope)
        return False
    return True


def held_by_her(world: World, text: str, scope: Scope) -> bool:
    found = world.policy.who_can(text, domain=world.domain, scope=scope)
    return any(
        world.user not in holder.but_not
        if holder.kind == "everyone"
        else holder.kind == "user" and holder.name == world.user
        for holder in found
    )


YES_OR_NO: dict[str, Asks] = {
    "gate.check": lambda w, t, s: w.gate.check(w.user, t, domain=w.domain, scope=s),
    "gate.require": required,
    "gate.explain": lambda w, t, s: w.gate.explain(w.user, t, domain=w.domain, scope=s).decision.allowed,
    "subject.can": lambda w, t, s: w.subject.can(t, scope=s),
    "subject.require": subject_required,
    "policy.check": lambda w, t, s: w.policy.decide(w.question(t, s)).allowed,
    "policy.explain": lambda w, t, s: w.policy.explain_question(w.question(t, s)).decision.allowed,
    "who_can": held_by_her,
    "assertions": asserted,
}
"""Whoever says yes or no to one question."""

EXPLAINING = frozenset({"gate.require", "gate.explain", "subject.require", "policy.explain", "assertions"})
"""Those of them who look for changes that would help, which takes long: they are asked with one text each."""

ANSWERS: dict[str, Asks] = {
    "any": lambda w, t, s: w.subject.can_any(t),
    "policy.any": lambda w, t, s: w.policy.decide(w.question(t, s, any=True)).allowed,
    "instances": lambda w, t, s: w.subject.instances(t, scope=s),
    "policy.instances": lambda w, t, s: w.policy.instances(t, user=w.user, domain=w.domain, scope=s),
    "scopes": lambda w, t, s: w.subject.scopes(t),
    "scope": lambda w, t, s: w.subject.scope(t),
    "held": lambda w, t, s: w.subject.held(t),
    "can(record)": lambda w, t, s: w.subject.can(t, {}),
    "can(None)": lambda w, t, s: w.subject.can(t, None),
    "on": lambda w, t, s: w.gate.check(w.user, t, domain=w.domain, on="1", scope=s),
    "subject.on": lambda w, t, s: w.subject.can(t, on="1", scope=s),
}
"""Whoever says something else: the same for each text."""


def answer(path: Asks, world: World, text: str, scope: Scope) -> Any:
    """What one path says; an error counts by its kind, since its message quotes the text."""
    try:
        return path(world, text, scope)
    except RolegateError as error:
        return type(error)


def differing(world: World, texts: dict[str, list[str]], rng: random.Random) -> list[tuple[str, str, Scope]]:
    """The paths that answer to a text otherwise than `Policy.check` answers to the path it stands for."""
    found = []
    for path, others in texts.items():
        scopes = world.policy.catalog.permission(path).scope_names
        scope = rng.choice([None, *(rung for rung in scopes if rung != "-")])
        right = world.policy.decide(world.question(path, scope)).allowed
        explained = {name: rng.choice([text for text in others if text != path]) for name in EXPLAINING}
        for text in others:
            found += [
                (name, text, scope)
                for name, ask in YES_OR_NO.items()
                if explained.get(name, text) == text and answer(ask, world, text, scope) != right
            ]
            found += [
                (name, text, scope)
                for name, ask in ANSWERS.items()
                if answer(ask, world, text, scope) != answer(ask, world, path, scope)
            ]
    return found


@examples(13)
@given(policy_sets(), st.randoms(use_true_random=False))
def test_every_text_means_the_same_everywhere(files: dict[str, Data], rng: random.Random) -> None:
    """Paths, aliases, former paths and what is below former paths of groups, in each path that answers.

    Which texts there are is read from the files by the plain catalog.
    """
    groups = [node for node in files["catalog.yaml"]["permissions"].values() if "permissions" in node]
    for place, node in enumerate(groups):
        if isinstance(node, dict):
            node.setdefault("renamed_from", f"before.number{place}")
    rows = Catalog(files["catalog.yaml"]).rows
    texts = {row.path: sorted(row.names) for row in rows}
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        named = {text: path for path, names in texts.items() for text in names}
        assert named == {text: policy.catalog.permission_of(text).path for text in named}
        assert named == named | {text: permission.path for text, permission in policy.catalog.texts}
        domain = rng.choice(policy.domains) if policy.needs_domain else None
        logging.getLogger("rolegate").disabled = True
        try:
            for user in rng.sample(policy.users, min(2, len(policy.users))):
                several = {path: names for path, names in texts.items() if len(names) > 1}
                assert [] == differing(World(policy, user, domain), several, rng)
        finally:
            logging.getLogger("rolegate").disabled = False


RENAMED = {
    "catalog.yaml": """
catalog: renamed
scopes: {reach: {all: {}, my: {within: all, owner_id: user.id}}}
permissions:
  desk:
    renamed_from: tickets
    fields: [phone]
    permissions:
      show: {title: Show, scopes: reach, aliases: ["tickets:read"]}
      close: Close
      parts: {renamed_from: tickets.pieces, permissions: {count: Count}}
""",
    "bindings.yaml": """
bindings:
  - {user: ana, grants: [desk.show@my, desk.parts.count, desk.fields.phone@view]}
""",
}


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """The folder of a set with a group that was renamed, and one in it that was renamed before."""
    return write_set(tmp_path / "renamed", RENAMED)


def test_a_former_path_of_a_group_is_asked_everywhere(renamed: Path) -> None:
    """`tickets.show` is what `desk.show` is: for the gate, its refusals, records, the command and batches."""
    gate = Gate.from_path(renamed)
    ana = gate.subject("ana")
    assert gate.check("ana", "tickets.show", scope="my")
    gate.require("ana", "tickets.pieces.count")
    assert ana.can("tickets.parts.count")
    assert ana.can("tickets.show", {"owner_id": "ana"})
    assert not ana.can("tickets.show", {"owner_id": "bo"})
    assert ana.can_any("tickets.pieces.*")
    assert {"phone": "view"} == ana.fields("tickets")
    assert {"phone": "1"} == ana.mask("tickets", {"phone": "1"})
    assert command("check", renamed, "tickets.pieces.count", "--user", "ana").code == 0
    batch = '{"user": "ana", "permission": "tickets.show", "scope": "my"}\n'
    assert command("check", renamed, "--batch", "-", input=batch).code == 0
    assert command("who-can", renamed, "desk.parts.count") == command(
        "who-can", renamed, "tickets.pieces.count"
    )


def test_a_refusal_of_a_former_path_says_what_is_missing(renamed: Path) -> None:
    """The explanation is that of the no, and what it suggests works."""
    with pytest.raises(rolegate.Forbidden) as caught:
        Gate.from_path(renamed).require("ana", "tickets.close")
    assert not caught.value.explanation.decision.allowed
    assert any("desk.close" in suggestion.text for suggestion in caught.value.explanation.nearest)


def test_a_guard_takes_a_former_path(renamed: Path) -> None:
    """What the guard accepts when the application is imported, it answers when it is asked."""
    gate = Gate.from_path(renamed)
    app = Flask(__name__)
    rg = RolegateFlask(gate, lambda: gate.subject("ana"), app)

    @app.get("/count")
    @rg.require("tickets.pieces.count")
    def count() -> str:
        return "1"

    @app.get("/close")
    @rg.require("tickets.close")
    def close() -> str:
        return "closed"

    client = app.test_client()
    assert (200, 403) == (client.get("/count").status_code, client.get("/close").status_code)


def test_rows_of_a_former_path_are_those_of_the_present_one(renamed: Path) -> None:
    """As a criterion in SQL."""
    ana = Gate.from_path(renamed).subject("ana")
    assert str(ana.where("desk.show", Row)) == str(ana.where("tickets.show", Row))
    assert str(ana.where("desk.show", Row)) == str(ana.where("tickets:read", Row))
