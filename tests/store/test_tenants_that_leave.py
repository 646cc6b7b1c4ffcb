"""The last tenant leaves, or one that is called as the one domain of sets without domains; others sign up."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolegate.errors import RefusedChangeError
from rolegate.gate.gate import Gate
from rolegate.store.store import Store
from tenant_desk import FILES, same_as_documents


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    """A store whose files declare no domains."""
    for name in ("catalog.yaml", "roles/owner.yaml", "roles/agent.yaml"):
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[name], encoding="utf-8")
    store = Store.open("sqlite://")
    store.create()
    store.apply(tmp_path / "set")
    return store


def sign_up(store: Store, domain: str) -> None:
    store.admin(system="sign-up", domain=domain).create_domain(f"owner of {domain}", plan="pro")


def leave(store: Store, domain: str) -> None:
    store.admin(system="sign-up", domain=domain).delete_domain()
    same_as_documents(store)


@pytest.mark.parametrize("tenant", ["acme", "default"])
@pytest.mark.parametrize("named", [None, "acme", "default"])
def test_nobody_gets_anything_where_no_tenant_is(empty: Store, tenant: str, named: str | None) -> None:
    """Whatever a change names, after the last tenant has left; the next ones sign up as the first did."""
    sign_up(empty, tenant)
    leave(empty, tenant)
    with pytest.raises(RefusedChangeError, match="unknown domain" if named else "names no domain"):
        empty.admin(system="support", domain=named).assign(user="ops", role="owner")
    for name in ("default", "beta"):
        sign_up(empty, name)
    same_as_documents(empty)
    assert empty.policy().domains_of("owner of default") == ("default",)


def test_a_tenant_called_default_is_one_like_any_other(empty: Store) -> None:
    """It leaves while others stay, nobody holds anything there any more, and it signs up again."""
    for name in ("default", "beta"):
        sign_up(empty, name)
    empty.admin("owner of default", domain="default").create_role("mine", grants=["refund"])
    empty.admin(system="sign-up", domain="emea").create_domain(within="default")
    for inner in ("emea", "default"):
        leave(empty, inner)
    with pytest.raises(RefusedChangeError, match="unknown domain `default`"):
        empty.admin(system="support", domain="default").assign(user="ops", role="owner")
    gate = Gate.from_store(empty, watch=False)
    assert gate.check("owner of beta", "refund", domain="beta")
    assert not gate.check("owner of default", "refund", domain="default")
    gate.close()
    sign_up(empty, "default")
    same_as_documents(empty)
    assert "mine" not in str(empty.policy().roles)


def test_a_set_without_domains_becomes_one_with_tenants(empty: Store) -> None:
    """What the application gave before the first tenant came, it takes back; others keep somebody."""
    support = empty.admin(system="support")
    support.assign(user="ops", role="owner")
    empty.admin("ops").assign(user="bo", role="agent")
    with pytest.raises(RefusedChangeError, match="nobody would be left"):
        support.remove_user("ops")
    with pytest.raises(RefusedChangeError, match="names no domain"):
        sign_up(empty, "acme")
    for user in ("bo", "ops"):
        support.remove_user(user)
        same_as_documents(empty)
    sign_up(empty, "acme")
    same_as_documents(empty)


def test_the_cause_of_a_refusal_comes_first(empty: Store) -> None:
    """Where a domain cannot be read its roles are unknown to lines, which is no mistake of theirs."""
    sign_up(empty, "acme")
    owner = empty.admin("owner of acme", domain="acme")
    owner.create_role("mine", grants=["refund"])
    owner.assign(user="bo", role="mine")
    with pytest.raises(RefusedChangeError, match="300 characters long") as refused:
        owner.create_team("x" * 300, ["bo"])
    assert {one.code for one in refused.value.refusals} == {"RG115", "RG317"}
