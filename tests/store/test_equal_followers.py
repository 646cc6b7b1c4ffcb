"""The same answers from documents, from gates and from a stock enforcer, while people change roles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drawing import some
from rolegate.compiled.names import user_name
from rolegate.encoding import encode
from rolegate.gate.gate import Gate
from rolegate.policy.policy import Policy
from rolegate.store.store import Store
from rolegate.store.tables import VALUES
from stored_walks import stored_walk
from stores import compared, stock_enforcer

QUESTIONS = 60
EVERY = 6


def asked(policy: Policy, pick: random.Random) -> tuple[str, str, str, str | None]:
    """A user, a permission, a domain, and the broadest scope if the permission has scopes."""
    open_ones = [one for one in policy.catalog.permissions if not one.chain and not one.hidden]
    permission = pick.choice(open_ones)
    scope = None if permission.ladder is None else pick.choice([*permission.ladder.scopes])
    return pick.choice([*policy.users, "nobody"]), permission.path, pick.choice(policy.domains), scope


@contextmanager
def planted(store: Store, permission: str, domain: str, scope: str | None) -> Iterator[None]:
    """A row that gives nobody a permission, which no document says; gone afterwards."""
    rules = store.tables.rules
    said = (encode(domain), user_name("nobody"), "-", permission, scope or "-", "allow")
    row = dict(zip(VALUES, said, strict=True))
    with store.engine.begin() as connection:
        made = connection.execute(rules.insert().values(ptype="p", **row).returning(rules.c.id)).scalar_one()
    yield
    with store.engine.begin() as connection:
        connection.execute(rules.delete().where(rules.c.id == made))


def test_all_answer_the_same_while_roles_change(store: Store, tmp_path: Path) -> None:
    """Lines and answers, after random changes by random people; each reads what was committed."""
    pick, gates, yes = random.Random(11), list[Gate](), 0
    for number, _ in enumerate(stored_walk(store, tmp_path / "set", seed=11, steps=some(300, 20))):
        if number % EVERY:
            continue
        gates = gates or [Gate.from_store(store, watch=False, keep=keep) for keep in (None, 2)]
        policy = store.policy()
        _, permission, domain, scope = asked(policy, pick)
        said = bool(policy.check("nobody", permission, domain=domain, scope=scope))
        with planted(store, permission, domain, scope):
            for gate in gates:
                assert gate.reload()
                assert said == gate.check("nobody", permission, domain=domain, scope=scope)
        enforcer = stock_enforcer(store)
        compared(store, policy)
        for _ in range(QUESTIONS):
            user, permission, domain, scope = asked(policy, pick)
            said = bool(policy.check(user, permission, domain=domain, scope=scope))
            assert [said, said] == [g.check(user, permission, domain=domain, scope=scope) for g in gates]
            question = (user_name(user), encode(domain), "-", permission, scope or "-")
            assert said == enforcer.enforce(*question)
            yes += said
    assert yes
