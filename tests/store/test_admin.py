"""A tenant is administered in a store: judged, written, numbered and remembered in one go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import rolegate
from drawing import some_of
from hostile_strings import HOSTILE_TEXTS
from rolegate.administration.line_changes import Assign
from rolegate.errors import ChangeError, ConflictError, RefusedChangeError
from rolegate.store.history import verify_history
from rolegate.store.store import Store
from tenant_desk import by, can, same_as_documents


def test_a_role_is_made_and_given_and_taken(desk: Store) -> None:
    """What an owner does is so at once, in rows as in documents."""
    admin = by(desk, "olga")
    admin.create_role("night", grants=["tickets.show@team"], title="Night shift")
    made = admin.assign(user="bo", role="night", reason="covers for Ana")
    assert made.revision == desk.status().head.revision
    assert can(desk, "bo", "tickets.show", scope="team") and not can(desk, "bo", "tickets.show", scope="all")
    admin.revoke(user="bo", role="night")
    assert not can(desk, "bo", "tickets.show", scope="team")
    same_as_documents(desk)


def test_what_may_not_be_is_refused_and_nothing_is_written(desk: Store) -> None:
    """The same answer in advance, with the reason."""
    by(desk, "olga").create_role("lead", grants=["access.manage", "tickets.show@team"])
    by(desk, "olga").assign(user="lea", role="lead")
    before = desk.status().head.revision
    change = Assign({"user": "lea", "role": "owner", "domain": "acme"})
    assert {refusal.reason for refusal in by(desk, "lea").may(change)} == {"beyond"}
    with pytest.raises(RefusedChangeError) as refused:
        by(desk, "lea").make(change)
    assert refused.value.code == "RG961"
    assert before == desk.status().head.revision
    assert by(desk, "olga").may(change) == ()
    assert {refusal.reason for refusal in by(desk, "root").may(change)} >= {"manage"}


def test_a_role_is_edited_with_a_draft(desk: Store) -> None:
    """As in a form: boxes are ticked, the preview says who gains, and no save undoes another one unseen."""
    admin = by(desk, "olga")
    admin.create_role("night", grants=["tickets.show@my"])
    admin.assign(user="bo", role="night")
    draft, revision = admin.draft("night")
    ticked = draft.tick("tickets.show@all")
    preview = admin.preview(admin.edited(ticked))
    assert preview.gains and "'bo'" in str(preview.to_dict())
    assert not can(desk, "bo", "tickets.show", scope="all")
    admin.save(ticked, revision)
    assert can(desk, "bo", "tickets.show", scope="all")
    with pytest.raises(ConflictError):
        admin.save(draft, revision)
    same_as_documents(desk)


def test_what_is_known_is_compared_with_what_is_stored(desk: Store, tmp_path: Path) -> None:
    """Others change a tenant, a role of all and the catalog: each change is judged by what is stored."""
    other = Store(desk.engine, desk.schema, desk.prefix)
    by(desk, "olga").create_role("lead", grants=["access.manage", "tickets.show@team"])
    by(desk, "olga").assign(user="lea", role="lead")
    alike(desk)
    by(other, "olga").edit_role("lead", grants=["access.manage"])
    with pytest.raises(RefusedChangeError):
        by(desk, "lea").create_role("show", grants=["tickets.show@team"])
    alike(desk)
    by(other, "olga").assign(user="lea", role="agent")
    by(desk, "lea").create_role("show", grants=["tickets.show@team"])
    alike(desk)
    (tmp_path / "set" / "roles" / "agent.yaml").write_text("role: agent\ngrants: [tickets.show@my]\n")
    other.apply(tmp_path / "set")
    with pytest.raises(RefusedChangeError):
        by(desk, "lea").create_role("more", grants=["tickets.show@team"])
    by(desk, "lea").create_role("less", grants=["tickets.show@my"])
    catalog = tmp_path / "set" / "catalog.yaml"
    catalog.write_text(catalog.read_text().replace("manage: access.manage", "manage: refund"))
    other.apply(tmp_path / "set")
    with pytest.raises(RefusedChangeError):
        by(desk, "lea").create_role("least", grants=["tickets.show@my"])
    alike(desk)
    same_as_documents(desk)


def alike(store: Store) -> None:
    """The policy of a tenant is read once, and is what a process reads that knows nothing yet."""
    found = []
    for one in (store, Store(store.engine, store.schema, store.prefix)):
        with one.reading() as snapshot:
            policy = snapshot.policy(domains=["acme"])
            assert snapshot.policy(domains=["acme"]) is policy
        found.append(policy.compile().lines)
    assert found[0] == found[1]


def test_roles_are_cloned_renamed_and_deleted(desk: Store) -> None:
    admin = by(desk, "olga")
    admin.clone_role("agent", "mine", title="Mine")
    admin.assign(user="bo", role="mine")
    admin.rename_role("mine", "ours")
    assert can(desk, "bo", "tickets.show", scope="all")
    admin.create_role("small", grants=["tickets.show@my"])
    admin.delete_role("ours", holders="small")
    assert can(desk, "bo", "tickets.show", scope="my") and not can(desk, "bo", "tickets.show", scope="all")
    same_as_documents(desk)


def test_teams_and_restrictions(desk: Store) -> None:
    admin = by(desk, "olga")
    admin.create_team("night", ["bo"])
    admin.assign(team="night", role="agent")
    admin.add_member("night", "cy")
    assert can(desk, "cy", "tickets.show", scope="all")
    admin.restrict(user="cy", restrict=["tickets.show@all"])
    assert not can(desk, "cy", "tickets.show", scope="all") and can(desk, "cy", "tickets.show", scope="team")
    admin.lift(user="cy", restrict=["tickets.show@all"])
    admin.remove_member("night", "cy")
    assert not can(desk, "cy", "tickets.show", scope="my") and can(desk, "bo", "tickets.show", scope="my")
    admin.delete_team("night")
    assert not can(desk, "bo", "tickets.show", scope="my")
    same_as_documents(desk)


def test_the_life_of_a_tenant(desk: Store) -> None:
    """The application bills it and knows what exists in it; people do not."""
    system = desk.admin(system="billing", domain="acme")
    system.add_instance("inbox", "Support")
    by(desk, "olga").create_role("night", grants=["inboxes.access[Support]"])
    by(desk, "olga").assign(user="bo", role="night")
    assert can(desk, "bo", "inboxes.access", on="Support")
    system.set_plan("free")
    assert not can(desk, "bo", "inboxes.access", on="Support")  # without custom roles
    with pytest.raises(RefusedChangeError, match="RG964"):
        by(desk, "olga").set_plan("pro")
    system.set_plan("pro")
    system.remove_instance("inbox", "Support")
    assert not can(desk, "bo", "inboxes.access", on="Support")
    desk.admin(system="leavers").remove_user("bo")
    assert "bo" not in desk.policy().users
    same_as_documents(desk)
    told: list[str] = []
    system.delete_domain(export=told.extend)
    assert "acme" not in desk.policy().domains and any("night" in line for line in told)
    assert [entry.documents for entry in system.history()] == [()]
    same_as_documents(desk)


def test_a_change_is_remembered_and_undone(desk: Store) -> None:
    """Who, when, why, before and after; what was changed since cannot be undone."""
    admin = by(desk, "olga")
    admin.create_role("night", grants=["tickets.show@my"])
    admin.assign(user="bo", role="night", reason="covers for Ana")
    last = admin.history()[-1]
    assert (last.actor and last.actor.name, last.reason) == ("olga", "covers for Ana")
    assert [change.after for change in last.documents] == [{"user": "bo", "role": "night", "domain": "acme"}]
    admin.undo(last.number, reason="a mistake")
    assert not can(desk, "bo", "tickets.show", scope="my")
    with pytest.raises(ChangeError, match="in the meantime"):
        admin.undo(last.number)
    with desk.engine.connect() as connection:
        assert verify_history(connection, desk.tables).ok


def test_numbers_from_web_addresses_are_no_surprise(desk: Store) -> None:
    """Those that no entry can have find nothing, and what is no number is refused."""
    admin = by(desk, "olga")
    admin.create_role("night", grants=["tickets.show@my"])
    whole = admin.history()
    assert whole == admin.history(after=-(10**30), before=10**30)
    assert whole[-1:] == admin.history(before=10**20, newest=1)
    assert whole[::-1] == admin.history(newest=10**30)
    assert () == admin.history(after=10**30) == admin.history(before=-(10**30))
    for number in (10**30, -(10**30), -1, 0):
        with pytest.raises(ChangeError):
            admin.undo(number)
    others: list[Any] = ["1", True, 1.0, b"1", [], None]
    for wrong in others:
        with pytest.raises(TypeError, match="the number of an entry"):
            admin.undo(wrong)
        for name in ("after", "before", "newest")[wrong is None and 3 :]:
            with pytest.raises(TypeError, match=f"`{name}` takes the number of an entry"):
                admin.history(**{name: wrong})


def test_what_files_own_is_changed_there(desk: Store) -> None:
    """And nothing has two writers."""
    house = by(desk, "root", "house")
    with pytest.raises(RefusedChangeError, match="RG964"):
        house.revoke(user="root", role="owner")
    house.assign(user="ana", role="agent")
    assert can(desk, "ana", "tickets.show", "house", scope="all")
    same_as_documents(desk)


def test_invariants_of_the_set_are_kept(desk: Store, tmp_path: Path) -> None:
    """What the files say never happens does not happen at run time either."""
    rules = "invariants: [{never: refund, for: custom_roles}]\n"
    (tmp_path / "set/invariants.yaml").write_text(rules, encoding="utf-8")
    desk.apply(tmp_path / "set")
    admin = by(desk, "olga")
    admin.create_role("night", grants=["tickets.show@my"])
    with pytest.raises(RefusedChangeError, match="refund"):
        admin.edit_role("night", grants=["refund"])
    with pytest.raises(RefusedChangeError, match="refund"):
        admin.create_role("till", grants=["refund"])
    admin.assign(user="bo", grants=["refund"])
    same_as_documents(desk)


def test_a_change_commits_with_the_application(desk: Store) -> None:
    """Or is rolled back with it."""
    for commit in (False, True):
        with Session(desk.engine) as session:
            desk.admin("olga", domain="acme", bind=session).assign(user="zoe", role="agent")
            session.commit() if commit else session.rollback()
        assert can(desk, "zoe", "tickets.show", scope="all") is commit
    same_as_documents(desk)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_an_open_change_of_one_tenant_holds_no_other_up(desk: Store) -> None:
    """The number of the store is taken last; in the same tenant, the next one waits, not for ever."""
    desk.admin(system="sign-up", domain="beta").create_domain("bert", plan="pro")
    with Session(desk.engine) as session:
        desk.admin("olga", domain="acme", bind=session).assign(user="zoe", role="agent")
        by(desk, "bert", "beta").assign(user="zoe", role="agent")
        with Session(desk.engine) as other:
            other.execute(text("SET LOCAL lock_timeout = '20ms'"))
            with pytest.raises(ConflictError):
                desk.admin("olga", domain="acme", bind=other).assign(user="yan", role="agent")
        session.commit()
    for domain in ("acme", "beta"):
        assert can(desk, "zoe", "tickets.show", domain, scope="all")
    same_as_documents(desk)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_two_who_demote_each_other_at_once_are_not_both_gone(desk: Store) -> None:
    """One of them is first, and the other one does not manage any more."""
    by(desk, "olga").assign(user="otto", role="owner")
    together = Barrier(2)

    def demote(actor: str, other: str) -> str:
        together.wait()
        try:
            by(desk, actor).revoke(user=other, role="owner")
        except RefusedChangeError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(demote, ("olga", "otto"), ("otto", "olga")))
    assert found == ["RG960", "done"]
    assert can(desk, "olga", "access.manage") is not can(desk, "otto", "access.manage")


def test_hostile_names_are_kept_as_they_are_or_refused(desk: Store) -> None:
    """Of roles, people, teams and domains: in documents, in rows, and in the history."""
    kept = []
    for number, name in enumerate(some_of(HOSTILE_TEXTS, 12)):
        admin = by(desk, "olga")
        try:
            admin.create_role(name, grants=["tickets.show@my"], title=name)
            admin.assign(user=name, role=name, reason=name)
            admin.create_team(name, [name])
            desk.admin(system="sign-up", domain=f"{name}{number}").create_domain(name, plan="pro")
        except rolegate.RolegateError:
            continue
        kept.append(name)
        assert can(desk, name, "tickets.show", scope="my") and can(desk, name, "refund", f"{name}{number}")
        assert admin.history()[-2].reason == name
    assert kept
    same_as_documents(desk)


def test_a_domain_inside_another_one(desk: Store) -> None:
    """What changes outside changes inside, rows included."""
    desk.admin(system="sign-up", domain="acme-emea").create_domain(within="acme")
    by(desk, "olga").assign(user="bo", role="agent")
    assert can(desk, "bo", "tickets.show", "acme-emea", scope="all")
    same_as_documents(desk)
    by(desk, "olga", "acme-emea").restrict(user="bo", restrict=["tickets.show"])
    assert not can(desk, "bo", "tickets.show", "acme-emea", scope="all")
    assert can(desk, "bo", "tickets.show", scope="all")
    same_as_documents(desk)


def test_apply_leaves_what_run_time_made(desk: Store, tmp_path: Path) -> None:
    """The next apply of the files finds roles and lines as they were."""
    by(desk, "olga").create_role("night", grants=["tickets.show@my"])
    by(desk, "olga").assign(user="bo", role="night")
    (tmp_path / "set/roles/agent.yaml").write_text("role: agent\ngrants: [refund]\n", encoding="utf-8")
    desk.apply(tmp_path / "set")
    assert can(desk, "bo", "tickets.show", scope="my")
    assert isinstance(desk.policy(), rolegate.Policy)
    same_as_documents(desk)
