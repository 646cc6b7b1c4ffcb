"""The types of what `rolegate.changes` offers. mypy reads this file; nothing runs it."""

from __future__ import annotations

from typing import assert_type

from rolegate import Store, StoreAdmin
from rolegate.changes import (
    AddInstance,
    AddMember,
    AdministrativeChange,
    Assign,
    CloneRole,
    CreateDomain,
    CreateRole,
    CreateTeam,
    DeleteDomain,
    DeleteRole,
    DeleteTeam,
    DocumentChange,
    EditRole,
    Lift,
    Managing,
    Prolong,
    RemoveInstance,
    RemoveMember,
    RemoveUser,
    RenameRole,
    Restrict,
    Revoke,
    SetAddons,
    SetPlan,
    Undo,
)
from rolegate.giving.may_give import Refusal


def roles() -> None:
    """Roles come, change and go."""
    made: list[AdministrativeChange] = [
        CreateRole({"role": "night", "domain": "acme", "grants": ["tickets.*"]}),
        CloneRole("agent", "acme", "night", title="Night shift"),
        EditRole("night", "acme", {"title": None}),
        RenameRole("night", "acme", "late"),
        DeleteRole("night", "acme", "agent"),
    ]
    assert_type(made[0], AdministrativeChange)
    assert_type(CreateRole({"role": "night"}), CreateRole)
    assert_type(CloneRole("agent", None, "night"), CloneRole)
    assert_type(EditRole("night", None, {}), EditRole)
    assert_type(RenameRole("night", None, "late"), RenameRole)
    assert_type(DeleteRole("night", None), DeleteRole)


def lines() -> None:
    """What people have is given and taken."""
    line = {"user": "bo", "role": "night", "domain": "acme"}
    made: list[AdministrativeChange] = [Assign(line), Revoke(line), Restrict(line), Lift(line), Prolong(line)]
    made += [CreateTeam("sales", "acme", ("bo",)), DeleteTeam("sales", "acme"), RemoveUser("bo")]
    made += [AddMember("sales", "acme", {"team": "east"}), RemoveMember("sales", "acme", "bo")]
    assert_type((Assign(line), Revoke(line)), tuple[Assign, Revoke])
    assert_type((Restrict(line), Lift(line)), tuple[Restrict, Lift])
    assert_type(Prolong(line, "2030-01-01"), Prolong)
    assert_type((CreateTeam("sales", "acme"), DeleteTeam("sales", "acme")), tuple[CreateTeam, DeleteTeam])
    assert_type(AddMember("sales", "acme", "bo"), AddMember)
    assert_type(RemoveMember("sales", "acme", "bo"), RemoveMember)
    assert_type(RemoveUser("bo", "acme"), RemoveUser)


def domains(store: Store, admin: StoreAdmin) -> None:
    """Tenants come, change and go, and what was done is taken back."""
    assert_type(CreateDomain({"domain": "acme"}, "olga", "admin"), CreateDomain)
    assert_type(DeleteDomain("acme"), DeleteDomain)
    assert_type((SetPlan("acme", "pro"), SetAddons("acme", ("api",))), tuple[SetPlan, SetAddons])
    assert_type(AddInstance("acme", "inbox", "sales", title="Sales"), AddInstance)
    assert_type(RemoveInstance("acme", "inbox", "sales"), RemoveInstance)
    done: tuple[DocumentChange, ...] = admin.history()[0].documents
    assert_type(Undo(done), Undo)
    assert_type(admin.may(Undo(done)), tuple[Refusal, ...])
    managing = Managing(create="roles.add", edit="roles.edit", delete="roles.delete", assign="roles.give")
    assert_type(managing, Managing)
    assert_type(store.admin("olga", domain="acme", managing=managing), StoreAdmin)
