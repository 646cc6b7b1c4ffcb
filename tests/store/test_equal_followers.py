"""The same answers from documents, from gates and from a stock enforcer, while people change roles."""

from __future__ import annotations

import random
from pathlib import Path

from drawing import some
from rolegate.compiled.names import user_name
from rolegate.encoding import encode
from rolegate.gate.gate import Gate
from rolegate.policy.policy import Policy
from rolegate.store.store import Store
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


def test_all_answer_the_same_while_roles_change(store: Store, tmp_path: Path) -> None:
    """Lines and answers, after random changes by random people; each reads what was committed."""
    pick, gates, yes = random.Random(11), list[Gate](), 0
    for number, _ in enumerate(stored_walk(store, tmp_path / "set", seed=11, steps=some(300, 20))):
        if number % EVERY:
            continue
        gates = gates or [Gate.from_store(store, watch=False, keep=keep) for keep in (None, 2)]
        for gate in gates:
            assert gate.reload()
        policy, enforcer = store.policy(), stock_enforcer(store)
        compared(store, policy)
        for _ in range(QUESTIONS):
            user, permission, domain, scope = asked(policy, pick)
            said = bool(policy.check(user, permission, domain=domain, scope=scope))
            assert [said, said] == [g.check(user, permission, domain=domain, scope=scope) for g in gates]
            question = (user_name(user), encode(domain), "-", permission, scope or "-")
            assert said == enforcer.enforce(*question)
            yes += said
    assert yes
