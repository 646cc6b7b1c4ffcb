"""Many changes are tried at once: each answer is the one that its change gets by itself."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from administered_walks import PEOPLE, begun, drawn_change
from drawing import some
from pressing_walks import begun as begun_inside
from pressing_walks import pressing_change
from rolegate.administration import judge
from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.line_changes import Assign, Revoke
from rolegate.errors import ChangeError, RefusedChangeError
from rolegate.store.admin import StoreAdmin
from rolegate.store.store import Store
from stored_walks import begin
from tenant_desk import begun_desk, by


def alone(admin: StoreAdmin, change: AdministrativeChange) -> set[tuple[object, ...]]:
    """What a change gets by itself."""
    try:
        return {(one.reason, one.domain, one.right) for one in admin.may(change)}
    except ChangeError:
        return {("invalid", None, None)}


def differences(seed: int, folder: Path) -> list[str]:
    """Where many at once are answered otherwise than each by itself."""
    pick, found = random.Random(seed), []
    store = Store.open("sqlite://")
    store.create()
    inside = bool(seed % 2)
    world = begun_inside(pick) if inside else begun(pick)
    begin(store, world, folder)
    for user in pick.sample(PEOPLE, 2):
        changes: list[AdministrativeChange] = []
        while len(changes) < 20:
            change = pressing_change(world, pick) if inside else drawn_change(world, [], pick)
            changes += [change] if "line" in dir(change) or pick.random() < 0.2 else []
        admin = store.admin(user)
        for change, refused in zip(changes, admin.may_each(changes), strict=True):
            expected = alone(admin, change)
            if expected != {(one.reason, one.domain, one.right) for one in refused}:
                found.append(f"{user}: {change}: {expected}, {refused}")
    return found


@pytest.mark.parametrize("seed", range(some(16, 8)))
def test_many_are_answered_as_each_by_itself(seed: int, tmp_path: Path) -> None:
    """Of random tenants, changes and people."""
    assert differences(seed, tmp_path) == []


def test_the_law_sees_who_would_be_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who manage are each let go, and not both; nobody is told that both may."""
    desk = begun_desk(Store.open("sqlite://"), tmp_path)
    by(desk, "olga").assign(user="omar", role="owner")
    both = [Revoke({"user": user, "role": "owner", "domain": "acme"}) for user in ("olga", "omar")]
    assert by(desk, "olga").may_each(both) == ((), ())
    by(desk, "olga").revoke(user="omar", role="owner")
    one, other = by(desk, "olga").may_each(both)
    assert [refusal.reason for refusal in one] == ["last"]
    assert [refusal.code for refusal in other] == ["RG965"]
    with pytest.raises(RefusedChangeError):
        by(desk, "olga").make(both[0])
    monkeypatch.setattr(judge, "_by_subject", lambda effects: {at: {} for at in effects})
    assert any(differences(seed, tmp_path / str(seed)) for seed in (1, 0))


def test_a_page_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty people and four roles need one read of the store, and one set for each role."""
    desk = begun_desk(Store.open("sqlite://"), tmp_path)
    olga, counted = by(desk, "olga"), list[int]()
    for number in range(4):
        olga.create_role(f"role{number}", grants=["tickets.show@my"])
    page: list[AdministrativeChange] = [
        Assign({"user": f"user{number}", "role": f"role{role}", "domain": "acme"})
        for number in range(50)
        for role in range(4)
    ]
    whole = judge.judge_each

    def judge_each(actor: object, before: object, after: object, users: list[str], *rest: object) -> object:
        counted.append(len(users))
        return whole(actor, before, after, users, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("rolegate.store.try_each.judge_each", judge_each)
    assert olga.may_each(page) == ((),) * 200
    assert counted == [50] * 4
