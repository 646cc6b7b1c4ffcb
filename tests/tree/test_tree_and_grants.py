"""The tree a person sees and the grants a file holds say the same, now and after any addition."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import each_of, examples
from plain.catalog import Data
from plain.found_sets import FOUND, STARRED_VERSION, STARS_OF_NOTHING_HERE, sets_like_those_found
from plain.loading import loaded
from plain.random_catalog import ADDONS, KINDS, LADDERS, PLANS
from plain.restricting import without_restricted_roles
from plain.strategies import Files, names_in, policy_sets, starred_sets
from plain.writer import quoted, write_set
from reading import write
from rolegate import Policy, Question, TreeNode
from rolegate.catalog.grant_syntax import parse_instance, parse_instance_text
from rolegate.encoding import encode, readable
from rolegate.engine.aside_notes import roles_held_aside
from rolegate.engine.translation import translate
from rolegate.grants.rights import Right, RightSet, widest
from rolegate.tree.selection import Selection

CATALOG = """
catalog: desk
scopes:
  reach: [all, team, my]
resources:
  inbox: Inbox
  integration: Integration
  account: {title: Account, within: integration}
permissions:
  tickets:
    permissions:
      show: {scopes: reach}
      edit: {scopes: reach}
      print: Print
      old: {deprecated: true}
  inboxes:
    permissions:
      add: Add
      access: {title: 'Access to "{inbox}"', per: inbox, every: Access to all inboxes}
  integrations:
    permissions:
      list: List
      each:
        title: '{integration}'
        per: integration
        permissions:
          delete: Delete
          accounts: {title: Accounts, per: account, permissions: {access: 'Account "{account}"'}}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Policy:
    """A small help desk with nested instances."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(CATALOG)
    (folder / "domains.yaml").write_text(
        "domains: {acme: {instances: {inbox: [Default, Sales], account: [allegro/one, allegro/two]}}}"
    )
    return rolegate.load(folder)


def states(tree: TreeNode) -> dict[str, str]:
    return {node.id: node.state for node in tree.walk()}


def with_role(policy: Policy, grants: tuple[str, ...], folder: Path) -> Policy:
    """The set of *policy* with one more role, `ticked`, that has *grants*."""
    lines = "\n".join(f"- {quoted(text)}" for text in grants)
    assert policy.path is not None
    for path in policy.path.rglob("*.yaml"):
        target = folder / path.relative_to(policy.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "roles" / "zz_ticked.yaml").write_text(f"role: 'ticked #1'\ngrants:\n{lines or '[]'}\n")
    return rolegate.load(folder)


def flat(policy: Policy, role: str) -> list[Right]:
    return sorted(widest(policy.resolved.roles[(None, role)].rights))


def visible_rights(policy: Policy, role: Any, rights: Iterable[Right]) -> set[Right]:
    """What a tree can show of a role: no operations, and nothing that its domain lacks or has lost."""
    found = set()
    for right in widest(rights):
        permission = policy.catalog.permission(right.path)
        open_here = role.domain is None or not policy.snapshot().unavailable(permission, encode(role.domain))
        ids = "/".join(part for part in right.obj.split("/") if part not in ("*", "-"))
        lost = role.domain is not None and policy.resolved.domains[role.domain].has_lost(
            permission.chain, ids
        )
        if open_here and not permission.hidden and not lost:
            found.add(right)
    return found


def test_a_field_with_scopes_has_two_boxes(tmp_path: Path) -> None:
    """Each on its ladder, called as the scopes of other fields are; ticked again they are the same grants."""
    catalog = (
        "scopes: {reach: [all, my]}\npermissions: {staff: {fields: {name: Name, pay: {scopes: reach}}}}\n"
    )
    lines = (
        '{user: ana, grants: ["staff.fields.*@view", staff.fields.pay.view@all, staff.fields.pay.edit@my]}'
    )
    files = {
        "catalog.yaml": f"catalog: staff\n{catalog}",
        "bindings.yaml": f"bindings: [{lines}]\n",
        "labels/fr.yaml": "locale: fr\nscopes: {field: {edit: Modifier, view: Voir}}\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    tree = policy.tree(user="ana", locale="fr")
    boxes = {node.path: node for node in tree.walk()}
    view, edit = (boxes[f"staff.fields.pay.{half}"] for half in ("view", "edit"))
    assert (view.path, edit.path) == tuple(node.path for node in boxes["staff.fields.pay"].children)
    assert (("Voir", ("all",)), ("Modifier", ("my",))) == (
        (view.title, view.scopes),
        (edit.title, edit.scopes),
    )
    assert ("staff.fields.*@view", "staff.fields.pay.edit@my", "staff.fields.pay.view@all") == tuple(
        sorted(rolegate.grants_of(tree, policy.catalog))
    )
    missing = {label.name for label in policy.missing_labels("fr")}
    assert {"staff.fields.pay", "reach.my"} <= missing
    assert not missing & {view.path, edit.path, "field.edit"}


@pytest.mark.parametrize(
    ("grants", "field"),
    [
        ('["staff.fields.*@view", staff.fields.pay.view@my]', (False, ())),
        ('["staff.fields.*@my"]', (False, ("@my",))),
        ('["staff.fields.pay.*"]', (True, ())),
    ],
)
def test_a_star_that_never_reaches_a_field_is_not_shown_at_it(
    tmp_path: Path, grants: str, field: tuple[bool, tuple[str, ...]]
) -> None:
    """`@view` of all fields passes over one with scopes, and nothing is added below that one later."""
    catalog = (
        "catalog: staff\nscopes: {reach: [all, my]}\n"
        "permissions: {staff: {fields: {name: Name, pay: {scopes: reach}}}}\n"
    )
    lines = f"bindings: [{{user: ana, grants: {grants}}}]\n"
    policy = rolegate.load(write(tmp_path, {"catalog.yaml": catalog, "bindings.yaml": lines}))
    pay = next(node for node in policy.tree(user="ana").walk() if node.path == "staff.fields.pay")
    assert (pay.star, pay.opens) == field


@examples(13)
@given(policy_sets() | sets_like_those_found())
@each_of(FOUND)
def test_a_tree_of_a_role_written_as_grants_holds_what_the_role_holds(files: Files) -> None:
    """grants -> tree -> grants keeps the meaning; what is implied or hidden comes back by itself."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", without_restricted_roles(files))
        for (domain, name), role in policy.resolved.roles.items():
            tree = policy.tree(role=name, domain=domain)
            written = rolegate.grants_of(tree, policy.catalog)
            again = Selection.of(policy.catalog, written)
            assert visible_rights(policy, role, role.rights) == visible_rights(policy, role, again.rights)


def trees(files: Data, policy: Policy) -> Iterator[tuple[dict[str, Any], TreeNode]]:
    """The tree of each user, team and role in each domain, if anything is held there, and whose it is."""
    for kind, names in names_in(files).items():
        for name, domain in product(sorted(names), policy.domains):
            who: dict[str, Any] = {kind: name, "domain": domain}
            try:
                tree = policy.tree(**who)
            except rolegate.UnknownNameError:
                continue
            if tree.state != "off" or tree.star or tree.opens:
                yield who, tree


def held(policy: Policy, who: dict[str, Any], right: Right) -> bool:
    """Whether all of *right* is allowed."""
    return policy.decide(_question(who, right)).allowed


def _question(who: dict[str, Any], right: Right) -> Question:
    on = None if right.obj == "-" else parse_instance(readable(right.obj))
    scope = None if right.scope == "-" else right.scope
    return Question(right.path, **who, on=on, scope=scope)


def available(policy: Policy, who: dict[str, Any], right: Right) -> bool:
    """Whether the plan and the add-ons of the domain have it."""
    permission = policy.catalog.permission(right.path)
    return not policy.needs_domain or not policy.snapshot().unavailable(permission, encode(who["domain"]))


def set_aside_since(before: Policy, later: Policy, who: dict[str, Any], right: Right) -> bool:
    """Whether a role of theirs was in force before and is set aside later, as after a downgrade."""
    asked = translate(_question(who, right), later.resolved)
    aside = roles_held_aside(asked, later.snapshot())
    return any(before.resolved.roles[role.key].aside is None for role in aside)


@examples(13)
@given(starred_sets() | sets_like_those_found())
@each_of(FOUND)
def test_a_tree_of_anybody_is_written_as_what_is_held(files: dict[str, Data]) -> None:
    """Each box that is on is written, and what is written is held, or not available here."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        for who, tree in trees(files, policy):
            rights = Selection.of(policy.catalog, rolegate.grants_of(tree, policy.catalog)).rights
            for right in rights:
                assert held(policy, who, right) or not available(policy, who, right), (who, right)
            written = RightSet(rights)
            for right in boxes(policy, tree):
                assert written.covers(right) or not held(policy, who, right), (who, right)


def boxes(policy: Policy, tree: TreeNode) -> Iterator[Right]:
    """Each box of a permission at each scope."""
    for node in tree.walk():
        if node.kind == "permission" and not node.template:
            obj = "-" if node.instance is None else parse_instance_text(node.instance)
            for scope in policy.catalog.permission(node.path).scope_names:
                yield Right(node.path, obj, scope)


@examples(15)
@given(starred_sets() | sets_like_those_found(), st.data())
def test_what_is_written_is_never_more_than_is_held_later(
    files: dict[str, Data], data: st.DataObject
) -> None:
    """Permissions in every group, of every kind, other plans, an end of deprecations: no right is gained."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        written = [(who, rolegate.grants_of(tree, policy.catalog)) for who, tree in trees(files, policy)]
        for number in range(4):
            grown = copy.deepcopy(files)
            data.draw(st.sampled_from([add_to_every_group, bring_back]))(data, grown)
            change_plans(data, grown)
            try:
                later = rolegate.load(write_set(grown, Path(folder) / str(number)))
            except rolegate.InvalidPolicyError:
                continue  # a role would lack what the new permissions require
            for who, grants in written:
                try:
                    rights = Selection.of(later.catalog, grants).rights
                except rolegate.DraftError:
                    continue  # one id of two kinds now: a role with these grants is refused
                for right in rights:
                    if not held(later, who, right) and available(later, who, right):
                        assert set_aside_since(policy, later, who, right), (who, right, grants)


def test_a_star_of_a_version_is_written_although_a_new_permission_sets_it_aside(tmp_path: Path) -> None:
    """What a version adds needs custom roles: it grants nothing until the domain has them, and then all."""
    policy = loaded(tmp_path / "set", STARRED_VERSION)
    grown = copy.deepcopy(STARRED_VERSION)
    grown["catalog.yaml"]["permissions"]["added"] = {"title": "Added"}
    aside = loaded(tmp_path / "grown", grown)
    grown["domains.yaml"]["domains"]["d"]["plan"] = "pro"
    paid = loaded(tmp_path / "paid", grown)
    new = Right("added", "-", "-")
    whose: list[dict[str, Any]] = [{kind: name} for kind, name in (("user", "ana"), ("role", "own"))]
    for who in [{**subject, "domain": "d"} for subject in whose]:
        assert rolegate.grants_of(policy.tree(**who), policy.catalog) == ("*",)
        assert available(aside, who, new) and set_aside_since(policy, aside, who, new)
        assert not held(aside, who, new) and not held(aside, who, Right("all", "-", "-"))
        assert not set_aside_since(aside, aside, who, new)
        assert held(paid, who, new) and not set_aside_since(policy, paid, who, new)
    assert [(part.role, part.why.code) for part in aside.set_aside] == [("own", "RG320")]
    other = {"user": "bo", "domain": "d"}
    assert not held(aside, other, new) and not set_aside_since(policy, aside, other, new)


def add_to_every_group(data: st.DataObject, files: dict[str, Data]) -> None:
    """Put a permission into each group, mostly on a ladder or per instance."""

    def add(nodes: Data, kind: str | None) -> None:
        for node in [inner for inner in nodes.values() if isinstance(inner, dict)]:
            if "permissions" in node:
                add(node["permissions"], node.get("per", kind))
            if isinstance(node.get("fields"), list):
                node["fields"].append("added")
            elif "fields" in node:
                node["fields"]["added"] = {"scopes": data.draw(st.sampled_from(sorted(LADDERS)))}
        new = nodes["added"] = {"title": "Added"}
        if data.draw(st.booleans()):
            new["scopes"] = data.draw(st.sampled_from(sorted(LADDERS)))
        if kind is None and data.draw(st.booleans()):
            new["per"] = data.draw(st.sampled_from(sorted(KINDS)))

    add(files["catalog.yaml"]["permissions"], None)


def bring_back(data: st.DataObject, files: dict[str, Data]) -> None:
    """What was deprecated, or by name only, no longer is."""

    def change(nodes: Data) -> None:
        for node in [inner for inner in nodes.values() if isinstance(inner, dict)]:
            node.pop("deprecated", None)
            node.pop("by_name", None)
            change(node.get("permissions", {}))

    change(files["catalog.yaml"]["permissions"])


def change_plans(data: st.DataObject, files: dict[str, Data]) -> None:
    """Every domain has a plan of its own, perhaps another one, and perhaps all add-ons."""
    if "plans" not in files["catalog.yaml"]:
        return
    for node in files.get("domains.yaml", {"domains": {}})["domains"].values():
        if data.draw(st.booleans()):
            node["plan"] = data.draw(st.sampled_from(PLANS))
        if data.draw(st.booleans()):
            node["addons"] = list(ADDONS)


@examples(13)
@given(policy_sets() | sets_like_those_found(), st.integers(0, 9))
@each_of(FOUND, number=0)
@each_of(FOUND, number=2)
@each_of(FOUND, number=3)
@each_of(FOUND, number=4)
def test_a_star_without_exceptions_comes_back_as_a_star(files: Files, number: int) -> None:
    """A new permission in any group is held by the written grants if the role itself holds it."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", without_restricted_roles(files))
        grown = copy.deepcopy(without_restricted_roles(files))
        groups = [path for path, node in policy.catalog.nodes.items() if _is_group(node)]
        new = _add(grown["catalog.yaml"], groups[number % len(groups)])
        if new is None:
            return
        later = loaded(Path(folder) / "grown", grown)
        for (domain, name), role in policy.resolved.roles.items():
            if any(policy.resolved.roles[key].excepted for key in [role.key, *_ancestors(policy, role)]):
                continue
            if later.resolved.roles[role.key].aside is not None:
                continue  # a version that adds something now, where there are no custom roles
            written = rolegate.grants_of(policy.tree(role=name, domain=domain), policy.catalog)
            again = {r for r in Selection.of(later.catalog, written).rights if r.path == new}
            before = {r for r in widest(later.resolved.roles[(domain, name)].rights) if r.path == new}
            assert again == before, (written, [str(e.grant) for e in role.grants], role.parents, domain)


def _is_group(node: object) -> bool:
    return type(node).__name__ == "Group"


def _ancestors(policy: Policy, role: object) -> list[tuple[str | None, str]]:
    found = list(getattr(role, "parents", ()))
    for key in found:
        found += [parent for parent in policy.resolved.roles[key].parents if parent not in found]
    return found


def _add(catalog: Data, group: str) -> str | None:
    """Put a permission without scopes or instances of its own into *group*; None where that cannot be."""
    node = catalog
    for step in group.split(".") if group else []:
        below = node.get("permissions", {})
        if step not in below:
            return None
        node = below[step]
    if not isinstance(node.get("permissions"), dict) or "added" in node["permissions"]:
        return None
    node["permissions"]["added"] = "Added"
    return f"{group}.added" if group else "added"


def test_ticking_a_heading_takes_in_what_comes_later(desk: Policy) -> None:
    """The box of a group is its star."""
    ticked = desk.draft().tick("tickets")
    assert ("tickets.*",) == ticked.grants


def test_ticking_every_box_below_a_heading_names_them(desk: Policy) -> None:
    """All of today's is not a star, though the heading shows as on."""
    chosen = desk.draft()
    for box in ("tickets.show", "tickets.edit", "tickets.print"):
        chosen = chosen.tick(box)
    assert ("tickets.show@all", "tickets.edit@all", "tickets.print") == chosen.grants


def test_unticking_below_a_star_leaves_names(desk: Policy) -> None:
    """What is left of a star is named: the role no longer grows."""
    left = desk.draft(grants=["*"]).untick("tickets.print").grants
    assert "*" not in left
    assert not any(text.endswith(".*") for text in left)
    assert "tickets.show@all" in left
    assert "tickets.print" not in left


def test_unticking_the_broad_scope_leaves_the_narrow_one(desk: Policy) -> None:
    """A scope is unticked with everything broader."""
    left = desk.draft(grants=["tickets.show@all"]).untick("tickets.show@team").grants
    assert ("tickets.show@my",) == left


def test_all_but_one_instance_are_named(desk: Policy) -> None:
    """Every inbox, then not this one: the others that are known, and no new ones."""
    left = desk.draft(domain="acme", grants=["inboxes.access[*]"]).untick("inboxes.access[Default]")
    assert ("inboxes.access[Sales]",) == left.grants
    assert left.change is not None
    assert ("inboxes.access[*]",) == left.change.stars_lost


def test_ticking_one_integration_takes_its_accounts(desk: Policy) -> None:
    """The branch of an instance represents everything below it."""
    ticked = desk.draft().tick("integrations.each[allegro]")
    assert ("integrations.each.*[allegro/*]", "integrations.each.*[allegro]") == ticked.grants
    assert {
        Right("integrations.each.delete", "allegro", "-"),
        Right("integrations.each.accounts.access", "allegro/*", "-"),
    } == set(widest(ticked.held))


def test_the_shortest_form_drops_what_is_covered(desk: Policy) -> None:
    """A grant covered by a wider one is not written."""
    grants = ["tickets.show@my", "tickets.*", "tickets.*@my", "inboxes.access[Default]", "inboxes.access[*]"]
    assert ("tickets.*", "inboxes.access[*]") == desk.draft(grants=grants).grants


def test_boxes_that_do_not_exist_are_refused(desk: Policy) -> None:
    """No silent tick."""
    with pytest.raises(rolegate.DraftError, match="no box"):
        desk.draft().tick("tickets.fly")
    with pytest.raises(rolegate.DraftError):
        desk.draft().tick("")  # a form whose field is missing does not tick everything


def test_three_states(desk: Policy, tmp_path: Path) -> None:
    """On is everything below, partial is something, off is nothing."""
    policy = with_role(desk, ("tickets.show@my", "inboxes.*", "integrations.list"), tmp_path / "more")
    shown = states(policy.tree(role="ticked #1"))
    assert "partial" == shown["tickets"]
    assert "partial" == shown["tickets.show"]
    assert "off" == shown["tickets.edit"]
    assert "on" == shown["inboxes"]
    assert "on" == shown["inboxes.access[*]"]
    assert "partial" == shown["integrations"]
    assert "on" == shown["integrations.list"]


def test_a_star_is_told_from_all_of_todays(desk: Policy, tmp_path: Path) -> None:
    """Both are on; one grows."""
    named = with_role(desk, ("tickets.show@all", "tickets.edit@all", "tickets.print"), tmp_path / "named")
    starred = with_role(desk, ("tickets.*",), tmp_path / "starred")
    nodes = [next(n for n in p.tree(role="ticked #1").walk() if n.id == "tickets") for p in (named, starred)]
    assert [("on", False), ("on", True)] == [(node.state, node.star) for node in nodes]


def test_a_branch_for_each_integration(desk: Policy, tmp_path: Path) -> None:
    """A domain's tree has a branch per known integration and a box per known account."""
    policy = with_role(desk, ("integrations.each.accounts.access[allegro/*]",), tmp_path / "more")
    tree = policy.tree(role="ticked #1", domain="acme")
    shown = states(tree)
    assert "on" == shown["integrations.each.accounts.access[allegro/one]"]
    assert "on" == shown["integrations.each.accounts.access[allegro/*]"]
    assert "off" == shown["integrations.each.delete[allegro]"]
    assert 'Account "two"' in {node.title for node in tree.walk()}
    assert len(list(tree.walk())) == len({node.id for node in tree.walk()})


STARRED: Data = {
    "catalog": "desk",
    "plans": ["free", "pro"],
    "scopes": {"reach": ["all", "own"]},
    "resources": {"inbox": "Inbox"},
    "permissions": {
        "tickets": {"permissions": {"show": {"scopes": "reach", "per": "inbox"}, "list": "List"}},
        "settings": {"permissions": {"edit": {"scopes": "reach", "per": "inbox"}}},
        "old": {"permissions": {"gone": {"deprecated": "true"}}},
        "rota": {"permissions": {"take": {"by_name": "true"}}},
        "billing": {"plans": ["pro"], "permissions": {"pay": "Pay", "bill": {"requires": "pay.list"}}},
        "pay": {"permissions": {"list": "List"}},
    },
}


@pytest.mark.parametrize(
    ("grants", "excepted", "restricted", "expected"),
    [
        (["*"], ["billing.*"], [], ("tickets.*", "settings.*", "pay.*")),
        (["*"], ["billing.pay"], [], ("tickets.*", "settings.*", "pay.*")),
        (["*"], ["old.*"], [], ("tickets.*", "settings.*", "billing.*", "pay.*")),
        (["*"], ["old.gone"], [], ("tickets.*", "settings.*", "billing.*", "pay.*")),
        (["*"], ["rota.take"], [], ("tickets.*", "settings.*", "billing.*", "pay.*")),
        (["*", "rota.take"], [], [], ("*", "rota.take")),
        (["tickets.*", "rota.take"], [], [], ("tickets.*", "rota.take")),
        (["*"], [], ["billing.*"], ("tickets.*", "settings.*", "pay.*")),
        (["*"], [], ["old.*"], ("tickets.*", "settings.*", "billing.*", "pay.*")),
        (["*"], [], ["settings.*"], ("tickets.*", "billing.*", "pay.*")),
        (["billing.*", "pay.*"], [], ["pay.*"], ()),
        (["*[A]@own"], ["settings.*@own"], [], ("tickets.*[A]@own",)),
        (["*[A]@own"], ["settings.*@all"], [], ("*[A]@own",)),
        (["*@own", "tickets.list"], [], ["*@all"], ("*@own", "tickets.list")),
        (["*"], [], [], ("*",)),
    ],
    ids=str,
)
def test_a_star_is_written_only_where_it_is_true(
    grants: list[str], excepted: list[str], restricted: list[str], expected: tuple[str, ...], tmp_path: Path
) -> None:
    """Whatever is taken away, even something that does not exist yet, makes the stars above untrue.

    What the plan does not have, such as `billing`, keeps its star where it was not taken away.
    """
    lines: list[Data] = [{"user": "ana", "role": "r", "domain": "acme"}]
    if restricted:
        lines.append({"user": "ana", "restrict": restricted, "domain": "acme"})
    role = {"role": "r", "grants": grants} | ({"except": excepted} if excepted else {})
    files = {
        "catalog.yaml": STARRED,
        "domains.yaml": {"domains": {"acme": {"plan": "free"}}},
        "roles/r.yaml": role,
        "bindings.yaml": {"bindings": lines},
    }
    policy = loaded(tmp_path / "set", files)
    assert expected == rolegate.grants_of(policy.tree(user="ana", domain="acme"), policy.catalog)


def test_a_star_is_not_true_for_what_a_restriction_takes_along_on_another_plan(tmp_path: Path) -> None:
    """`billing.bill` requires what is restricted; the plan of today has neither a line nor a box for it."""
    policy = loaded(
        tmp_path / "set",
        {
            "catalog.yaml": STARRED,
            "domains.yaml": {"domains": {"acme": {"plan": "free"}}},
            "bindings.yaml": {
                "bindings": [
                    {"user": "ana", "grants": ["*"], "domain": "acme"},
                    {"user": "ana", "restrict": ["pay.list"], "domain": "acme"},
                ]
            },
        },
    )
    stars = {node.id: node.star for node in policy.tree(user="ana", domain="acme").children}
    expected = {"tickets": True, "settings": True, "old": True, "rota": True, "billing": False, "pay": False}
    assert expected == stars


DEEP: Data = {
    "catalog": "deep",
    "resources": {
        "org": "Org",
        "shop": {"title": "Shop", "within": "org"},
        "desk": {"title": "Desk", "within": "shop"},
    },
    "permissions": {"sell": {"title": "Sell", "per": "desk"}, "open": {"title": "Open", "per": "shop"}},
}


def test_everything_below_an_outer_instance_is_written_at_any_depth(tmp_path: Path) -> None:
    """What `only` leaves of a permission three kinds deep is a grant, and its box can be ticked."""
    policy = loaded(
        tmp_path / "set",
        {
            "catalog.yaml": DEEP,
            "roles/r.yaml": {"role": "r", "grants": ["*"]},
            "bindings.yaml": {
                "bindings": [{"user": "ana", "role": "r", "only": {"org": ["acme"]}, "rest": "drop"}]
            },
        },
    )
    tree = policy.tree(user="ana")
    assert "on" == states(tree)["sell[acme/*]"]
    written = rolegate.grants_of(tree, policy.catalog)
    assert ("sell[acme/*]", "open[acme/*]") == written
    ticked = policy.draft().tick("sell[acme/*]").tick("open[acme/*]")
    assert written == ticked.grants
    assert {Right("sell", "acme/*", "-"), Right("open", "acme/*", "-")} == set(widest(ticked.held))


def test_a_star_below_an_outer_instance_touches_every_depth(tmp_path: Path) -> None:
    """`*[acme/*]` is everything below it, in grants as in restrictions."""
    policy = loaded(
        tmp_path / "set",
        {
            "catalog.yaml": DEEP,
            "bindings.yaml": {
                "bindings": [
                    {"user": "ana", "grants": ["*[acme/*]"]},
                    {"user": "bo", "grants": ["*"]},
                    {"user": "bo", "restrict": ["*[acme/*]"]},
                ]
            },
        },
    )
    for permission, on in (("sell", ("acme", "s", "d")), ("open", ("acme", "s")), ("sell", ("acme", "s"))):
        assert policy.decide(Question(permission, user="ana", on=on)).allowed
        assert not policy.decide(Question(permission, user="bo", on=on)).allowed
        assert not policy.decide(Question(permission, user="ana", on=("other", *on[1:]))).allowed
        assert policy.decide(Question(permission, user="bo", on=("other", *on[1:]))).allowed


def test_a_star_of_nothing_here_has_a_heading_that_can_be_unticked(tmp_path: Path) -> None:
    """It shows that a role holds what comes later; without the star there is no such box."""
    policy = loaded(tmp_path / "set", STARS_OF_NOTHING_HERE)
    tree = policy.tree(role="heir", domain="d")
    (heading,) = (node for node in tree.children if node.path == "edit")
    assert (True, "on", False, ()) == (heading.star, heading.state, heading.available, heading.children)
    assert "edit" not in states(policy.tree(role="whole", domain="d"))
    assert "edit" not in states(policy.tree(domain="d"))
    chosen = policy.draft(domain="d", grants=rolegate.grants_of(tree, policy.catalog))
    assert ("all",) == chosen.untick("edit").grants
    for change in (chosen.tick, chosen.untick("edit").untick):
        with pytest.raises(rolegate.DraftError, match="does not exist in a domain of kind `shop`"):
            change("edit")
