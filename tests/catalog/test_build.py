"""From the text of a catalog to its values: paths, ladders, kinds, dependencies and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolegate.catalog.model import Group, Permission
from rolegate.errors import UnknownNameError
from steps import catalog_of, sound_catalog

DESK = """
scopes: {reach: {my: {title: Own, within: team}, team: {title: Team, within: all}, all: All}}
resources: {brand: Brand, inbox: {title: Inbox, within: brand}}
plans: {basic: Basic, pro: Pro}
permissions:
  tickets:
    renamed_from: cases
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach, requires: tickets.show, aliases: [change_ticket]}
      audit: {title: Audit, hidden: true}
      manage: {title: Manage, implies: tickets.audit, plans: [pro]}
  access: {title: Access, per: inbox}
  contacts: {title: Contacts, fields: [email], permissions: {show: Show}}
"""


def test_paths_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Groups are nodes, and permissions are what can be granted."""
    catalog = sound_catalog(tmp_path, DESK)
    assert [
        "tickets.show",
        "tickets.edit",
        "tickets.audit",
        "tickets.manage",
        "access",
        "contacts.show",
        "contacts.fields.email",
    ] == [permission.path for permission in catalog.permissions]
    assert isinstance(catalog.find("tickets"), Group)
    assert isinstance(catalog.find("access"), Permission)


def test_a_ladder_begins_with_its_broadest_scope(tmp_path: Path) -> None:
    """Whatever the order in the file; each scope knows what lies within it and around it."""
    ladder = sound_catalog(tmp_path, DESK).permission("tickets.show").ladder
    assert ladder is not None
    assert ("all", "team", "my") == tuple(ladder.scopes)
    assert "all" == ladder.broadest
    assert ("team", "my") == ladder.within("team")
    assert ("my", "team", "all") == ladder.broader("my")


def test_a_permission_per_kind_takes_the_chain_of_the_kind(tmp_path: Path) -> None:
    """An inbox lies within a brand, so an instance is written `brand/inbox`."""
    catalog = sound_catalog(tmp_path, DESK)
    assert ("brand", "inbox") == catalog.permission("access").chain
    assert () == catalog.permission("tickets.show").chain


def test_fields_are_permissions_on_a_ladder_of_their_own(tmp_path: Path) -> None:
    """Whoever may edit a field may view it."""
    ladder = sound_catalog(tmp_path, DESK).permission("contacts.fields.email").ladder
    assert ladder is not None
    assert ("edit", "view") == ladder.within("edit")


STAFF = """
scopes: {reach: [all, my]}
plans: {basic: Basic, pro: Pro}
permissions:
  staff:
    header: show
    fields:
      name: Name
      salary:
       {title: Pay, scopes: reach, plans: [pro], requires: staff.audit, renamed_from: staff.pay, aliases: pay}
    permissions: {show: {title: Show, scopes: reach}, audit: {title: Audit, scopes: reach, plans: [pro]}}
"""


def test_a_field_with_scopes_is_two_permissions(tmp_path: Path) -> None:
    """Both are on its ladder and available where it is; who edits it must see it, and does."""
    catalog = sound_catalog(tmp_path, STAFF)
    assert ["staff.fields.name", "staff.fields.salary.view", "staff.fields.salary.edit"] == [
        permission.path for permission in catalog.below("staff.fields")
    ]
    view, edit = (catalog.permission(f"staff.fields.salary.{half}") for half in ("view", "edit"))
    assert view.ladder is edit.ladder is catalog.ladders["reach"]
    assert view.availability == edit.availability == catalog.permission("staff.audit").availability
    assert ["staff.show", "staff.audit"] == [entry.path for entry in view.requires]
    assert ["staff.show", view.path] == [entry.path for entry in edit.requires]
    assert ([], [view.path]) == tuple([entry.path for entry in half.implies] for half in (view, edit))
    assert ("Pay", "View", "Edit") == tuple(
        catalog.nodes[path].title for path in ("staff.fields.salary", view.path, edit.path)
    )


@pytest.mark.parametrize("text", ["staff.fields.salary.edit", "staff.pay.edit"])
def test_a_former_path_of_a_field_goes_on_to_what_is_done_with_it(tmp_path: Path, text: str) -> None:
    """As with groups; an alias of a field stands for the field."""
    catalog = sound_catalog(tmp_path, STAFF)
    assert catalog.find(text) is catalog.permission("staff.fields.salary.edit")
    assert catalog.find("pay") is catalog.nodes["staff.fields.salary"]


@pytest.mark.parametrize("text", ["tickets.edit", "change_ticket", "cases.edit"])
def test_a_path_an_alias_and_a_former_path_find_the_same(tmp_path: Path, text: str) -> None:
    """A group that was renamed has everything below it renamed as well."""
    found = sound_catalog(tmp_path, DESK).find(text)
    assert found is not None
    assert "tickets.edit" == found.path


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    """`find` gives None, and `permission_of` says what was meant."""
    catalog = sound_catalog(tmp_path, DESK)
    assert catalog.find("tickets.edti") is None
    with pytest.raises(UnknownNameError) as raised:
        catalog.permission_of("tickets.edti")
    assert "`tickets.edit`" in raised.value.help
    with pytest.raises(UnknownNameError) as raised:
        catalog.permission_of("tickets.edit@my")
    assert "it is a grant: name `tickets.edit`, and the scope as `scope='my'`" == raised.value.help


def test_dependencies_are_known_from_both_ends(tmp_path: Path) -> None:
    """What requires a permission, and what implies a hidden one."""
    catalog = sound_catalog(tmp_path, DESK)
    assert ["tickets.show"] == [entry.path for entry in catalog.permission("tickets.edit").requires]
    assert ["tickets.edit"] == [path for path, _ in catalog.required_by["tickets.show"]]
    assert ["tickets.manage"] == [implier.path for implier in catalog.impliers["tickets.audit"]]


def test_a_plan_limits_where_a_permission_is_available(tmp_path: Path) -> None:
    """The others are available everywhere."""
    catalog = sound_catalog(tmp_path, DESK)
    pro = catalog.permission("tickets.manage").availability
    assert pro.includes(None, "pro", frozenset()) and not pro.includes(None, "basic", frozenset())
    assert catalog.permission("tickets.show").availability.everywhere


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("permissions: {a: {requires: b}}", "RG207"),
        ("permissions: {a: {requires: b}, b: {requires: a}}", "RG208"),
        ("permissions: {a: {scopes: reach}}", "RG202"),
        ("permissions: {a: {per: inbox}}", "RG204"),
        ("permissions: {g: {permissions: {}}}", "RG218"),
    ],
)
def test_what_is_wrong_is_reported_at_its_line(tmp_path: Path, text: str, code: str) -> None:
    """One finding, on the line of the permission; the step goes on and gives a catalog."""
    catalog, found = catalog_of(tmp_path, text)
    assert [(code, 2)] == [(finding.code, finding.line) for finding in found]
    assert catalog.nodes
