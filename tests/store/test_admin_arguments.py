"""What comes from outside into a change: hostile names, ids that are no texts, another domain, or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import drawing
from rolegate.administration.line_changes import Assign
from rolegate.errors import ChangeError, RolegateError, StoreError
from rolegate.store.admin import StoreAdmin
from rolegate.store.made_change import MadeChange
from rolegate.store.store import Store

CATALOG = """\
catalog: desk
resources: {inbox: Inbox}
custom_roles: {manage: manage}
permissions: {manage: Manage, show: Show, inboxes: {permissions: {access: {title: Access, per: inbox}}}}
"""
ROLES = 'roles: {owner: {grants: ["*"]}, clerk: {grants: [show]}}\n'
NOT_TEXTS: list[Any] = [5, 1.5, b"x", True, ["a"], {"a": "b"}, {"a": 1}]
HOSTILE = ["", "\0", "\n", " lead ", "*", ":x", "a,b", "'; drop table casbin_rule;--", "\ud800", "x" * 300]


def filled(store: Store, folder: Path, **files: str) -> Store:
    (folder / "roles").mkdir(parents=True)
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "roles" / "owner.yaml").write_text(ROLES, encoding="utf-8")
    for name, said in files.items():
        (folder / f"{name}.yaml").write_text(said, encoding="utf-8")
    store.apply(folder)
    return store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Store:
    """A store with the tenants `acme`, whose owner is `olga`, and `inner` within it."""
    filled(store, tmp_path / "set", domains="domains: {house: {}}\n")
    store.admin(system="sign-up", domain="acme").create_domain("olga")
    store.admin(system="sign-up", domain="inner").create_domain(within="acme")
    return store


def calls(desk: Store, value: Any) -> list[Callable[[], object]]:
    """*value* at each place that takes something from outside."""
    olga = desk.admin("olga", domain="acme")
    app = desk.admin(system="app", domain="acme")
    line: Any = {"grants": ["show"]}
    return [
        lambda: olga.create_role(value, grants=["show"]),
        lambda: olga.create_role("night", grants=value),
        lambda: olga.create_role("late", title=value, grants=["show"]),
        lambda: olga.clone_role("clerk", value),
        lambda: olga.clone_role(value, "copy"),
        lambda: olga.rename_role("clerk", value),
        lambda: olga.edit_role(value, title="Title"),
        lambda: olga.delete_role(value),
        lambda: olga.delete_role("clerk", holders=value),
        lambda: olga.draft(value),
        lambda: olga.assign(user=value, **line),
        lambda: olga.assign(team=value, **line),
        lambda: olga.assign(user="bo", role=value),
        lambda: olga.assign(user="bo", grants=[value]),
        lambda: olga.assign(user="bo", until=value, **line),
        lambda: olga.assign(user="bo", note=value, **line),
        lambda: olga.assign(user="bo", role="owner", only={"inbox": [value]}),
        lambda: olga.revoke(user=value, **line),
        lambda: olga.restrict(user=value, restrict=["show"]),
        lambda: olga.prolong({"user": value, **line}, None),
        lambda: olga.create_team(value),
        lambda: olga.create_team("crew", [value]),
        lambda: olga.add_member("crew", value),
        lambda: olga.remove_member("crew", value),
        lambda: olga.create_team("why", reason=value),
        lambda: olga.remove_user(value),
        lambda: desk.admin(value, domain="acme").create_team("mine"),
        lambda: desk.admin("olga", domain=value).create_team("mine"),
        lambda: desk.admin(system="app", domain=value).create_domain("ada"),
        lambda: desk.admin(system="app", domain="new").create_domain(value),
        lambda: desk.admin(system="app", domain="other").create_domain("ada", within=value),
        lambda: app.set_plan(value),
        lambda: app.add_instance(value, "a"),
        lambda: app.add_instance("inbox", value),
        lambda: app.remove_instance("inbox", value),
    ]


def asked_everywhere(desk: Store, values: list[Any]) -> None:
    """Each call is made, or refused in words; another error is one of the test."""
    asked = [call for value in values for call in calls(desk, value)]
    for call in drawing.some_of(asked, part=12):
        try:
            call()
        except RolegateError as refused:
            assert str(refused)
    assert desk.status().is_sound


def test_hostile_texts_are_kept_or_refused_in_words(desk: Store) -> None:
    """No name leads to an error of the language or of the database."""
    asked_everywhere(desk, HOSTILE)


def test_what_is_no_text_is_refused_in_words(desk: Store) -> None:
    """What a form or JSON from outside gives is refused, also where nobody looked at its type."""
    asked_everywhere(desk, NOT_TEXTS)


def test_ids_are_texts_so_that_they_are_found_again(desk: Store) -> None:
    """A number as an id gave what nothing took away: nobody who looks for `5` finds 5."""
    olga, app = desk.admin("olga", domain="acme"), desk.admin(system="app", domain="acme")
    olga.assign(user="5", role="clerk")
    wrong: list[Callable[[], object]] = [
        lambda: olga.assign(user=5, role="owner"),
        lambda: olga.make(Assign({"user": 5, "role": "owner", "domain": "acme"})),
        lambda: olga.create_team("crew", [5]),
        lambda: app.remove_user(5),  # type: ignore[arg-type]
    ]
    for call in wrong:
        with pytest.raises(ChangeError, match="takes a text, and `5` is of the type `int`"):
            call()
    app.remove_user("5")
    assert not desk.policy().check("5", "show", domain="acme").allowed


def test_nothing_is_made_in_another_domain_than_was_said(desk: Store) -> None:
    """Who says `inner` to an administration of `acme` does not get a line for all of `acme`."""
    olga = desk.admin("olga", domain="acme")
    wrong: list[Callable[[StoreAdmin], object]] = [
        lambda admin: admin.assign(user="bo", role="clerk", domain="inner"),
        lambda admin: admin.create_role("night", grants=["show"], domain="inner"),
        lambda admin: admin.prolong({"user": "olga", "role": "owner", "domain": "inner"}, None),
        lambda admin: admin.edit_role("night", domain="inner"),
        lambda admin: admin.create_domain("ada", domain="new"),
    ]
    for call in wrong:
        with pytest.raises(ChangeError, match="and `acme` is administered"):
            call(olga)
    assert not desk.policy().check("bo", "show", domain="acme").allowed
    olga.assign(user="bo", role="clerk", domain="acme", until="2090-01-01")
    olga.prolong({"user": "bo", "role": "clerk", "until": "2090-01-01"}, None)
    assert desk.policy().check("bo", "show", domain="acme").allowed


def test_without_a_domain(desk: Store) -> None:
    """What all tenants share is edited in files, and a line without a domain is none where there are some."""
    wrong: list[Callable[[], object]] = [
        lambda: desk.admin("olga").create_role("night", grants=["show"]),
        lambda: desk.admin("olga").assign(user="bo", role="clerk"),
    ]
    for call in wrong:
        with pytest.raises(RolegateError, match=r"in files|names no domain"):
            call()


def test_a_set_without_domains_is_administered(store: Store, tmp_path: Path) -> None:
    """Its lines are given, taken and taken back as those of a tenant."""
    filled(store, tmp_path / "set", bindings="bindings: [{user: ana, role: owner}]\n")
    ana = store.admin("ana")
    ana.assign(user="bo", role="clerk")
    assert store.policy().check("bo", "show").allowed and store.status().is_sound
    ana.revoke(user="bo", role="clerk")
    assert not store.policy().check("bo", "show").allowed
    ana.undo(ana.history()[-1].number)
    assert store.policy().check("bo", "show").allowed and store.status().is_sound
    with pytest.raises(RolegateError, match="you may not manage access"):
        store.admin("bo").assign(user="bo", role="owner")


def said_revision(made: MadeChange) -> int | str:
    """The revision of a change, or why it has none."""
    try:
        return made.revision
    except StoreError as error:
        return str(error)


def test_a_revision_is_known_once_it_is_committed(tmp_path: Path) -> None:
    """The number of before would say to a gate that it has the change: so there is none until then."""
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    store.create()
    filled(store, tmp_path / "set", domains="domains: {house: {}}\n")
    store.admin(system="app", domain="acme").create_domain("olga")
    waiting, gone = "the revision of the change is known once your transaction is committed", "rolled back"
    before = store.status().head.revision
    with store.engine.connect() as connection:
        app = store.admin(system="app", domain="acme", bind=connection)
        first = app.add_instance("inbox", "a")
        assert said_revision(first) == waiting
        connection.rollback()
        assert gone in str(said_revision(first))
        part = connection.begin_nested()
        undone = app.add_instance("inbox", "b")
        part.rollback()
        connection.commit()
        assert gone in str(said_revision(undone))
        assert app.set_plan(None).revision == before
        second = app.add_instance("inbox", "a")
        nothing = app.set_plan(None)
        assert {said_revision(second), said_revision(nothing)} == {waiting}
        connection.commit()
    assert before < store.status().head.revision == second.revision == nothing.revision
    with store.engine.connect() as connection:  # closed without a commit
        left = store.admin(system="app", domain="acme", bind=connection).add_instance("inbox", "c")
    assert gone in str(said_revision(left))
    store.engine.dispose()


def test_teams_of_a_new_domain_are_teams(desk: Store) -> None:
    """Whoever is removed leaves them as any other team."""
    app = desk.admin(system="app", domain="new")
    app.create_domain("ada", teams={"crew": ["bo", "cy"]})
    desk.admin("ada", domain="new").assign(team="crew", role="clerk")
    assert desk.policy().check("bo", "show", domain="new").allowed
    app.remove_user("bo")
    assert not desk.policy().check("bo", "show", domain="new").allowed
    desk.admin("ada", domain="new").remove_member("crew", "cy")
    assert not desk.policy().check("cy", "show", domain="new").allowed
    with pytest.raises(ChangeError, match="there is a team"):
        desk.admin("ada", domain="new").create_team("crew")
    assert desk.status().is_sound
