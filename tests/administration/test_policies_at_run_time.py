"""The documents of four products, where they say who may edit roles and give access."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from repository import ROOT
from rolegate.administration.administered_set import AdministeredSet, WholeSet
from rolegate.administration.administration import Administration, AdministrativeChange
from rolegate.administration.grounded_set import GroundedSet
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import AddMember, Assign, Lift, Restrict, Revoke
from rolegate.administration.managing import Managing
from rolegate.administration.role_changes import CloneRole, CreateRole, DeleteRole, EditRole
from rolegate.administration.tenant_documents import Document, DocumentKind, TenantDocuments
from rolegate.documents.capture import read_files
from rolegate.store.items_of_files import items_of_files

NOW = datetime(2026, 6, 1, tzinfo=UTC)
RESPONSO = Managing(
    create="privileges.add",
    edit="privileges.edit",
    delete="privileges.delete",
    assign="agents.assign_privilege",
)
"""What the catalog of Responso says that an application asks."""
LIVECHAT = Managing(assign="settings.access.roles.assign")


@cache
def product(name: str, managing: Managing) -> tuple[Administration, TenantDocuments]:
    """A policy set with its documents, as a store has them."""
    stored = items_of_files(read_files(ROOT / "policies" / name))
    texts = {file: text.encode() for file, text in stored.texts.items()}
    lines = ("binding", "restriction")
    named: Iterable[tuple[Any, Document]] = (
        ("line" if item.kind in lines else item.kind, item.document) for item in stored.items
    )
    return Administration(GroundedSet(WholeSet(texts).files_of), managing), TenantDocuments.of(named)


@cache
def read(name: str, managing: Managing) -> AdministeredSet:
    administration, documents = product(name, managing)
    found = administration.read(documents)
    assert found.errors == ()
    return found


def reasons(
    name: str,
    managing: Managing,
    user: str,
    change: AdministrativeChange,
    more: Iterable[tuple[DocumentKind, Document]] = (),
) -> set[str]:
    """Why a user of a product may not make a change; with *more* documents, if there are some."""
    administration, documents = product(name, managing)
    before = read(name, managing)
    if more:
        given = TenantDocuments.of(more).by_name
        before = administration.read(replace(documents, by_name={**documents.by_name, **given}))
        assert before.errors == ()
    return {one.reason for one in administration.try_change(Actor(user), change, before, NOW).refusals}


def livechat(user: str, change: AdministrativeChange) -> set[str]:
    return reasons("livechat", LIVECHAT, user, change)


NIGHT: Document = {"role": "night", "domain": "northstar", "grants": ["profile.edit"]}
INTERN = {"grants": ["profile.edit"]}


def test_an_account_admin_creates_custom_roles_and_an_administrator_does_not() -> None:
    """Document 003: Admin can do everything, but not create or update custom roles."""
    assert livechat("nadia", CreateRole(NIGHT)) == set()
    assert livechat("niko", CreateRole(NIGHT)) == {"manage"}
    assert livechat("nadia", EditRole("intern", "northstar", INTERN)) == set()
    assert livechat("niko", EditRole("intern", "northstar", INTERN)) == {"manage"}
    assert livechat("niko", DeleteRole("intern", "northstar")) == {"manage"}


def test_an_administrator_assigns_roles_that_hold_no_more() -> None:
    """So nobody becomes an Account Admin by one."""
    given = {"user": "zoe", "domain": "northstar"}
    assert livechat("niko", Assign({**given, "role": "intern"})) == set()
    assert livechat("niko", Assign({**given, "role": "administrator"})) == set()
    assert livechat("niko", Assign({**given, "role": "account_admin"})) == {"beyond"}
    assert livechat("nadia", Assign({**given, "role": "account_admin"})) == set()


@pytest.mark.parametrize("user", ["ines", "newt", "fatima", "sam", "remo"])
def test_whoever_has_another_role_edits_and_gives_none(user: str) -> None:
    """Document 003: a holder of a custom role cannot edit roles; nor does an agent."""
    assert "manage" in livechat(user, CreateRole(NIGHT))
    assert "manage" in livechat(user, EditRole("intern", "northstar", INTERN))
    assert "manage" in livechat(user, Assign({"user": "zoe", "role": "intern", "domain": "northstar"}))


def test_custom_roles_are_for_some_plans() -> None:
    """Document 003: on Growth an Account Admin makes none, and still gives the built-in ones."""
    assert livechat("olga", CreateRole({**NIGHT, "domain": "brightside"})) == {"manage"}
    assert livechat("olga", CloneRole("support_agent", "brightside", "mine")) == {"manage"}
    assert livechat("olga", Assign({"user": "zoe", "role": "support_agent", "domain": "brightside"})) == set()


PRIVILEGES: dict[str, AdministrativeChange] = {
    "add": CreateRole({"role": "new", "domain": "acme", "grants": ["tickets.show@my"]}),
    "edit": EditRole("small", "acme", {"grants": ["tickets.show@my", "tickets.show@team"]}),
    "delete": DeleteRole("small", "acme"),
}


@pytest.mark.parametrize("held", PRIVILEGES)
@pytest.mark.parametrize("asked", PRIVILEGES)
def test_add_edit_and_delete_of_privileges_are_three_permissions(held: str, asked: str) -> None:
    """Documents 000 and 001: each box is one, and none of them gives a role to anybody."""
    more: list[tuple[DocumentKind, Document]] = [
        ("role", {"role": "small", "domain": "acme", "grants": ["tickets.show@my"]}),
        ("line", {"user": "pat", "grants": [f"privileges.{held}", "tickets.show@all"], "domain": "acme"}),
    ]
    expected = set() if held == asked else {"manage"}
    assert reasons("responso", RESPONSO, "pat", PRIVILEGES[asked], more) == expected
    given = Assign({"user": "zoe", "role": "small", "domain": "acme"})
    assert reasons("responso", RESPONSO, "pat", given, more) == {"manage"}


def test_assign_privilege_gives_what_one_holds() -> None:
    """Documents 000 and 001: another box, which edits no role."""
    more: list[tuple[DocumentKind, Document]] = [
        ("role", {"role": "small", "domain": "acme", "grants": ["tickets.show@my"]}),
        ("line", {"user": "pat", "grants": ["agents.assign_privilege", "tickets.show@my"], "domain": "acme"}),
    ]
    for role, expected in (("small", set[str]()), ("admin", {"beyond"})):
        given = Assign({"user": "zoe", "role": role, "domain": "acme"})
        assert reasons("responso", RESPONSO, "pat", given, more) == expected
    assert reasons("responso", RESPONSO, "pat", PRIVILEGES["edit"], more) == {"manage", "beyond"}


def test_an_owner_of_a_workspace_gives_nothing_in_the_organization() -> None:
    """Document 002: the roles of a workspace are its own, and none of them holds billing."""
    given = {"user": "zoe", "role": "agent"}
    assert reasons("respond-io", Managing(), "wade", Assign({**given, "domain": "shop-main"})) == set()
    assert "manage" in reasons("respond-io", Managing(), "wade", Assign({**given, "domain": "shop"}))
    assert "manage" in reasons("respond-io", Managing(), "mona", Assign({**given, "domain": "shop-main"}))


def test_a_restriction_on_one_user_is_laid_and_lifted_by_whoever_holds_it() -> None:
    """Document 002: workspace settings and the deletion of contacts, whatever the role."""
    line = {"user": "ned", "restrict": ["messages.reply"], "domain": "shop-main"}
    written = {**line, "note": "may not reply to contacts"}
    assert reasons("respond-io", Managing(), "wade", Lift(written)) == set()
    other = {**line, "restrict": ["contacts.delete"]}
    assert reasons("respond-io", Managing(), "wade", Restrict(other)) == set()
    assert reasons("respond-io", Managing(), "ned", Lift(written)) == {"manage", "beyond"}
    assert reasons("respond-io", Managing(), "ned", AddMember("operations", "shop-main", "ned")) != set()
    assert reasons("respond-io", Managing(), "mona", Revoke(GUS)) != set()


GUS = {"user": "gus", "role": "coordinator", "domain": "shop-main"}
