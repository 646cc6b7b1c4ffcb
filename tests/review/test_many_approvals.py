"""Names, domains and texts of an approval are looked up apart, and say what each combination of them says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import rolegate
from counting import executed
from drawing import some
from plain.strategies import NOW
from plain.writer import text_of
from reading import write
from rolegate import Policy
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.documents.text import Text
from rolegate.review.approvals import Approvals
from rolegate.review.gains import Gain, Whose

Combination = tuple[Whose | None, str]


def approved(folder: Path, approvals: list[dict[str, Any]]) -> Policy:
    files = {
        "catalog.yaml": "catalog: c\npermissions: {a: A}\n",
        "approvals.yaml": text_of({"approvals": approvals}),
    }
    return rolegate.load(write(folder, files), at=NOW)


def combinations(approval: ApprovalShape) -> Iterator[tuple[Combination, Text]]:
    """Everything that an approval approves, one by one."""
    for text in approval.rules or ():
        yield (None, str(text)), text
    names = [("user", str(name)) for name in approval.user or ()]
    names += [("everybody else", "")] * bool(approval.everyone)
    domains = [None] if approval.domain is None else list(map(str, approval.domain))
    for (kind, name), domain, text in product(names, domains, approval.gains or ()):
        yield (Whose(kind, name, "", domain), str(text)), text  # type: ignore[arg-type]  # of a literal


def drawn(draw: random.Random) -> dict[str, Any]:
    rest = {"reason": "x", "until": "2999-01-01"}
    if draw.random() < 0.2:
        return {"rules": draw.choices(["r1", "r2"], k=draw.randrange(1, 3)), **rest}
    who = (
        {"everyone": "true"} if draw.random() < 0.2 else {"user": draw.choices("ab", k=draw.randrange(1, 3))}
    )
    where = {"domain": draw.choices("de", k=draw.randrange(1, 3))} if draw.random() < 0.7 else {}
    return {**who, **where, "gains": draw.choices(["x", "y", "z"], k=draw.randrange(1, 4)), **rest}


def test_an_approval_says_each_of_its_combinations(tmp_path: Path) -> None:
    """LAW: what is missing, and which texts nobody needed, are those of all of them, one by one."""
    draw = random.Random(11)
    users: list[Whose] = [Whose("user", name, "", domain) for name in "abc" for domain in ("d", "e", None)]
    users += [Whose("everybody else", "", "", domain) for domain in ("d", "e", None)]
    answers = set()
    for number in range(some(300, 6)):
        policy = approved(tmp_path / str(number), [drawn(draw) for _ in range(draw.randrange(1, 4))])
        ours = Approvals.at(policy.resolved.approvals, NOW, NOW)
        plain: dict[Combination, list[Text]] = {}
        for approval in policy.resolved.approvals:
            for key, text in combinations(approval):
                plain.setdefault(key, []).append(text)
        needed: set[Combination] = set()
        for whose in draw.sample(users, draw.randrange(len(users))):
            texts = tuple(draw.sample(["x", "y", "z"], draw.randrange(1, 4)))
            needed |= {(whose, text) for text in texts}
            missing = tuple(text for text in texts if (whose, text) not in plain)
            assert ours.missing(Gain(whose, "a", texts, sensitive=False)) == missing
            answers.add(bool(missing))
        for rule in draw.sample(["r1", "r2"], draw.randrange(3)):
            needed.add((None, rule))
            assert ours.approves_rule(rule) == ((None, rule) in plain)
        unneeded = {text.span for key, texts in plain.items() for text in texts[key in needed :]}
        assert {found.span for found in ours.findings(policy.resolved)} == unneeded
        answers.add(bool(unneeded))
    assert answers == {True, False}


def test_many_names_and_texts_are_not_multiplied(tmp_path: Path) -> None:
    """One entry with many of both, as a change may bring it, costs what its length costs."""

    def steps(number: int) -> int:
        entry = {"user": [f"u{n}" for n in range(number)], "gains": [f"g{n}" for n in range(number)]}
        policy = approved(tmp_path / str(number), [{**entry, "reason": "x", "until": "2999-01-01"}])
        return executed(
            lambda: Approvals.at(policy.resolved.approvals, NOW, NOW).findings(policy.resolved),
        )

    assert steps(200) < 2.5 * steps(100)
