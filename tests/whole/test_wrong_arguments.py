"""Something of the wrong kind, in the place of what a call takes, is refused with what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from flask import Flask
from sqlalchemy.orm import Session

import rolegate
from command_line import SMALL, write_set
from rolegate.integrations.asgi import RolegateMiddleware
from rolegate.integrations.fastapi import RolegateFastAPI
from rolegate.integrations.flask import RolegateFlask
from rolegate.records.session import protect

PARTS = "write `RoleParts('n2', grants=…)` for all of a role, or `replace(role.parts, grants=…)`"
WHO = "write `def who(): return gate.subject(USER, DOMAIN)`, and `subject=who`"


def wrong(value: object) -> Any:
    """*value*, where something else belongs."""
    return value


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("wrong"), SMALL)


def refusals(folder: Path) -> dict[str, tuple[str, Callable[[], object]]]:
    """Calls with a wrong argument, and what their message tells to write."""
    policy = rolegate.load(folder)
    gate, text = rolegate.Gate(policy), wrong("desk")
    ana, who = gate.subject("ana"), lambda: gate.subject("ana")
    tree, draft = policy.tree(), policy.draft(name="form")
    return {
        "load nothing": ("write `load('policies')`", lambda: rolegate.load(wrong(None))),
        "gate of nothing": ("write `Gate.from_path(FOLDER)`", lambda: rolegate.Gate(wrong(None))),
        "validate one": ("write `['desk']`", lambda: rolegate.validate(text)),
        "lint one": ("write `['desk']`", lambda: rolegate.lint(text)),
        "fix one": ("write `['desk']`", lambda: rolegate.lint_fix(text)),
        "format nothing": ("write `['policies']`", lambda: rolegate.format_sets(wrong(None))),
        "tree of a policy": ("write `tree_html(policy.tree(", lambda: rolegate.tree_html(wrong(policy))),
        "page of a tree": ("write `matrix_html(policy.matrix())`", lambda: rolegate.matrix_html(wrong(tree))),
        "csv of a tree": ("write `matrix_csv(policy.matrix())`", lambda: rolegate.matrix_csv(wrong(tree))),
        "table of a tree": (
            "write `matrix_markdown(policy.matrix())`", lambda: rolegate.matrix_markdown(wrong(tree), "x")
        ),
        "grants of a catalog": (
            "write `grants_of(tree, policy.catalog)`",
            lambda: rolegate.grants_of(wrong(policy.catalog), wrong(tree)),
        ),
        "a name that is a number": ("write `called(name=str(...))`", lambda: draft.called(wrong(3))),
        "say a text": ("write `except DraftError as error`", lambda: draft.say(text, "en")),
        "require without parentheses": (
            "write `@require('tickets.show')`", lambda: RolegateFlask(gate, who).require(wrong(who))
        ),
        "save": (PARTS, lambda: rolegate.read_role(folder, "reader").save(wrong("n2"))),
        "text": (PARTS, lambda: rolegate.read_role(folder, "reader").text(wrong("n2"))),
        "new_role": (PARTS, lambda: rolegate.new_role(folder, wrong("n2"))),
        "new_role of nothing": ("RoleParts(NAME", lambda: rolegate.new_role(folder, wrong(None))),
        "protect somebody": (
            "write `gate.subject('ana', DOMAIN)`", lambda: protect(Session(), {}, wrong("ana"))
        ),
        "protect nothing": ("write `gate.subject(USER, DOMAIN)`", lambda: protect(Session(), {}, wrong(0))),
        "protect one model": ('`{Ticket: "tickets.show"}`', lambda: protect(Session(), wrong("Ticket"), ana)),
        "flask of a folder": ("write `Gate.from_path('desk')`", lambda: RolegateFlask(text, who)),
        "flask of a policy": ("write `Gate(policy)`", lambda: RolegateFlask(wrong(policy), who)),
        "flask of nobody": (WHO, lambda: RolegateFlask(gate, text)),
        "flask of a subject": (WHO, lambda: RolegateFlask(gate, wrong(ana))),
        "flask application": ("write `app = Flask(__name__)`", lambda: RolegateFlask(gate, who, text)),
        "another application": ("not `FastAPI`", lambda: RolegateFlask(gate, who).init_app(wrong(FastAPI()))),
        "fastapi of a folder": ("write `Gate.from_path('desk')`", lambda: RolegateFastAPI(text, who)),
        "fastapi of nothing": ("such as `Gate.from_path(FOLDER)`", lambda: RolegateFastAPI(wrong(None), who)),
        "fastapi of nobody": (WHO, lambda: RolegateFastAPI(gate, text)),
        "middleware": ("write `def who(scope): return", lambda: RolegateMiddleware(wrong(None), text)),
    }  # fmt: skip


def test_the_message_says_what_to_write(desk: Path) -> None:
    """Each is a `TypeError` in words, and no attribute of the program is in it."""
    for name, (fix, call) in refusals(desk).items():
        with pytest.raises(TypeError) as refused:
            call()
        assert fix in str(refused.value), name
        assert "object has no attribute" not in str(refused.value)
    assert RolegateFlask(rolegate.Gate.from_path(desk), lambda: None, Flask("desk")).gate


@pytest.mark.parametrize("user", ["ana", "nobody"])
def test_a_text_is_not_a_record(user: str, desk: Path) -> None:
    """Whether the user holds the permission or not; what was meant is a scope or an instance."""
    gate = rolegate.Gate.from_path(desk)
    (path, *_) = (permission.path for permission in gate.policy.catalog.permissions)
    for value, said in (
        ("team", "write `scope='team'`, about an instance `on='team'`"),
        ([1], "not of type list"),
    ):
        for ask in (gate.subject(user).can, gate.subject(user).require):
            with pytest.raises(rolegate.RecordError, match=said):
                ask(path, value)


def test_a_path_is_not_a_question(desk: Path) -> None:
    """`decide` tells what to write."""
    said = "not `str`: write `Question\\('tickets.show', user=…"
    with pytest.raises(rolegate.InvalidQuestionError, match=said):
        rolegate.load(desk).decide(wrong("tickets.show"))


def test_one_text_where_a_list_is_taken(desk: Path) -> None:
    """Its letters are not taken for names."""
    policy = rolegate.load(desk)
    with pytest.raises(
        rolegate.InvalidQuestionError, match="takes a list, not a text; write `\\['reader'\\]`"
    ):
        policy.matrix(roles="reader")
    with pytest.raises(rolegate.InvalidQuestionError, match="`user` has a value of the wrong kind"):
        policy.bindings(user=wrong(3))
