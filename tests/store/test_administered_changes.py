"""What an application asks for: texts for lists, other domains, and what nobody can make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rolegate import Gate
from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.domain_changes import CreateDomain, DeleteDomain, SetAddons, SetPlan, Undo
from rolegate.administration.line_changes import (
    Assign,
    CreateTeam,
    DeleteTeam,
    Lift,
    Prolong,
    RemoveUser,
    Restrict,
    Revoke,
)
from rolegate.administration.role_changes import CloneRole, CreateRole, EditRole
from rolegate.errors import ChangeError, ConflictError, RefusedChangeError
from rolegate.store.admin import StoreAdmin
from rolegate.store.store import Store

FILES = {
    "catalog.yaml": """\
catalog: desk
custom_roles: {manage: manage}
permissions: {manage: Manage, show: Show}
""",
    "roles/owner.yaml": 'roles: {owner: {grants: ["*"]}, clerk: {grants: [show]}}\n',
    "labels/de.yaml": "locale: de\n",
    "labels/fr.yaml": "locale: fr\n",
    "domains.yaml": "domains: {house: {}}\n",
}


@pytest.fixture
def orchard(tmp_path: Path) -> Iterator[Store]:
    """A store with the tenants `orchard` and `o4`, of which `olga` is the owner."""
    store = Store.open("sqlite://")
    store.create()
    for name, said in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(said, encoding="utf-8")
    store.apply(str(tmp_path))
    for domain in ("orchard", "o4"):
        store.admin(system="sign-up", domain=domain).create_domain("olga")
    yield store
    store.engine.dispose()


def by_olga(store: Store) -> StoreAdmin:
    return store.admin("olga", domain="orchard")


def test_a_list_is_no_text(orchard: Store) -> None:
    """A text would be a list of its letters, who would be in the team."""
    olga, app = by_olga(orchard), orchard.admin(system="app", domain="orchard")
    calls: dict[str, list[Callable[[Any], object]]] = {
        "members": [
            lambda value: olga.create_team("crew", value),
            lambda value: olga.make(CreateTeam("crew", "orchard", value)),
        ],
        "addons": [app.set_addons, lambda value: app.make(SetAddons("orchard", value))],
        "seen": [lambda value: olga.make(CreateTeam("crew", "orchard"), seen=value)],
        "changes": [olga.may_each],
    }
    revision = orchard.status().head.revision
    for key, asked in calls.items():
        for call in asked:
            with pytest.raises(ChangeError, match=f"`{key}` takes a list, not a text"):
                call("cy")
            for value in (None, 5, {"cy": 1}, b"cy"):
                with pytest.raises(ChangeError, match=f"`{key}` takes a list, and this is of the type"):
                    call(value)
    with pytest.raises(ChangeError, match="`members` takes a text, and `None`"):
        olga.create_team("crew", [None])
    with pytest.raises(TypeError, match="`seen` takes pairs of a role and its revision"):
        olga.make(CreateTeam("crew", "orchard"), seen=["ab"])  # type: ignore[list-item]
    assert orchard.status().head.revision == revision


def refused_words(call: Callable[[], object]) -> str:
    """What is said of a change that nobody can make, wherever it is asked for."""
    try:
        found = call()
    except ChangeError as error:
        return str(error.said)
    assert isinstance(found, tuple) and found
    return str(found[0])


def test_one_rule_for_changes_of_another_domain(orchard: Store) -> None:
    """Whoever administers a domain changes that one, however the change is asked for."""
    line = {"user": "bo", "role": "clerk", "domain": "o4"}
    made = orchard.admin("olga", domain="o4").create_team("crew")
    changes: list[AdministrativeChange] = [
        Assign(line), Revoke(line), Prolong(line), CreateRole({"role": "night", "domain": "o4"}),
        EditRole("night", "o4", {}), CreateTeam("crew2", "o4"), RemoveUser("olga", "o4"), SetPlan("o4", None),
        DeleteDomain("o4"), CreateDomain({"domain": "o4"}), Undo(made.documents),
    ]  # fmt: skip
    revision, said = orchard.status().head.revision, {"this is about `o4`, and `orchard` is administered"}
    for admin in (by_olga(orchard), orchard.admin(system="app", domain="orchard")):
        for change in changes:
            asked: list[Callable[[], object]] = [
                lambda: admin.may(change),  # noqa: B023
                lambda: admin.may_each([change])[0],  # noqa: B023
                lambda: admin.preview(change),  # noqa: B023
                lambda: admin.make(change),  # noqa: B023
            ]
            assert {refused_words(call).partition(":")[0] for call in asked} == said, change
    assert orchard.status().head.revision == revision


def test_a_change_need_not_name_the_domain(orchard: Store) -> None:
    """It is of the one that is administered; a question tells nobody which other tenants there are."""
    olga, fine = by_olga(orchard), {"user": "bo", "role": "clerk"}
    lines: list[dict[str, Any]] = [
        fine, {"user": "bo", "role": "nobody"}, {"team": "o", "role": "clerk"},
        {"user": "bo", "grants": ["sho"]}, {"user": "bo", "restrict": ["show"]},
    ]  # fmt: skip
    changes: list[AdministrativeChange] = [
        kind(line) for kind in (Assign, Revoke, Restrict, Lift) for line in lines
    ]
    other = Assign({**fine, "domain": "o5"})
    changes += [RemoveUser("bo"), CloneRole("clerk", None, "copy"), CreateRole({"role": "night"}), other]
    said = [f"{one} {one.message('en')}" for told in olga.may_each(changes) for one in told]
    nowhere = orchard.admin("olga", domain="orchar")
    said += [
        str(one) for told in nowhere.may_each([Assign(fine), CreateTeam("crew", "orchar")]) for one in told
    ]
    assert said and not [one for one in said if "house" in one or "o4" in one or "orchard`?" in one]
    assert olga.may(Assign(fine)) == () and olga.preview(Assign(fine)).gains
    assert [one.domain for one in olga.make(Assign(fine)).documents] == ["orchard"]


def test_what_nobody_can_make_is_a_refusal(orchard: Store) -> None:
    """`may` says of it what the error of `make` says, in each language."""
    olga, locales = by_olga(orchard), (None, "en", "de", "fr")
    olga.assign(user="bo", role="clerk")
    known = Assign({"user": "bo", "role": "clerk"})
    changes: list[AdministrativeChange] = [known, DeleteTeam("crew", "orchard"), CreateTeam("", "orchard")]
    for change in changes:
        with pytest.raises(ChangeError) as refused:
            olga.make(change)
        error = refused.value
        for (one,) in (olga.may(change), olga.may_each([change])[0]):
            assert (one.code, one.reason) == (error.code, "invalid")
            assert [one.message(locale) for locale in locales] == [
                error.message(locale) for locale in locales
            ]
    assert olga.may(known)[0].message("de").endswith("gibt es schon")


def test_what_is_no_change_is_told(orchard: Store) -> None:
    """A draft is the edit of its role; of anything else it is said what to write."""
    olga = by_olga(orchard)
    olga.create_role("night", grants=["show"])
    draft, revision = olga.draft("night", title="Night")
    assert (olga.may(draft), olga.preview(draft).gains) == ((), False)
    assert olga.make(draft, seen=[("night", revision)]).documents
    wrong: list[Any] = [{"user": "bo"}, Assign, "x", None, 5]
    for value in wrong:
        with pytest.raises(TypeError, match="`change` takes a change or a draft, not"):
            olga.may(value)
    with pytest.raises(TypeError, match="`line` takes a dict, not `str`"):
        olga.may(Assign("bo"))  # type: ignore[arg-type]
    for who in ({"actor": 17}, {"system": 17}):
        (key,) = who
        with pytest.raises(ChangeError, match=f"`{key}` takes a text, and `17`"):
            orchard.admin(**who, domain="orchard")  # type: ignore[arg-type]
    for number in ("3", None, 3.0):
        with pytest.raises(TypeError, match="`number` takes the number of an entry"):
            olga.undo(number)  # type: ignore[arg-type]


def test_a_default_role_is_not_edited_in_a_domain(orchard: Store) -> None:
    """It is said before somebody ticks, and wherever else it would be changed."""
    olga = by_olga(orchard)
    calls: list[Callable[[], object]] = [
        lambda: olga.edit("clerk"),
        lambda: olga.save(*olga.draft("clerk")),
        lambda: olga.delete_role("clerk"),
        lambda: olga.edit_role("clerk", title="Clerk"),
        lambda: olga.rename_role("clerk", "other"),
    ]
    for call in calls:
        with pytest.raises(ChangeError, match="`clerk` is a default role: clone it, or make a version of it"):
            call()
    olga.create_role("night", grants=["show"])
    with pytest.raises(ConflictError, match="there is a role `night` in domain `orchard` already"):
        olga.create_role("night", grants=["show"])


def test_domains_come_and_go_by_the_application(orchard: Store) -> None:
    """A user who tries is told that alone, once."""
    said = "domains are created and deleted by the application: `store.admin(system=…)`"
    new = orchard.admin("olga", domain="new")
    for told in (
        new.may(CreateDomain({"domain": "new"}, "olga")),
        by_olga(orchard).may(DeleteDomain("orchard")),
    ):
        assert [(str(one), one.code) for one in told] == [(said, "RG964")]
    with pytest.raises(RefusedChangeError, match="created and deleted by the application"):
        new.create_domain("olga")


def test_a_gate_waits_for_a_change(tmp_path: Path) -> None:
    """Or for its revision; anything else is told what to write."""
    for name, said in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(said, encoding="utf-8")
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    store.create()
    change = store.apply(str(tmp_path))
    gate = Gate.from_store(store, listen=False, interval=60)
    made = store.admin(system="sign-up", domain="orchard").create_domain("olga")
    gate.at_least(change)
    gate.at_least(made)
    assert gate.check("olga", "show", domain="orchard")
    wrong: list[Any] = [None, "3", 2.0, True]
    for value in wrong:
        with pytest.raises(TypeError, match=r"write `gate.at_least\(made.revision\)`"):
            gate.at_least(value)
    gate.close()
    store.engine.dispose()
