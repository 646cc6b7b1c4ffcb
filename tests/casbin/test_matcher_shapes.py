"""Whatever a matcher is made of, an indexed enforcer answers like the stock one, or hands the question on."""

from __future__ import annotations

import random
import warnings
from functools import partial
from typing import Any

import casbin
import pytest

from drawing import some
from plain.casbin_models import outcome
from rolegate.casbin import IndexedEnforcer

TERMS = (
    (
        "r.sub == p.sub",
        "g(r.sub, p.sub, r.dom)",
        '(r.sub == p.sub || p.sub == "*")',
        "(g(r.sub, p.sub, r.dom) || r.sub == p.sub)",
        '(g(r.sub, p.sub, r.dom) || (keyMatch(r.sub, "a*") && g("bo", p.sub, r.dom)))',
        "keyMatch(r.sub, p.sub)",
        '"*" == p.sub',
    ),
    (
        "r.dom == p.dom",
        '(r.dom == p.dom || p.dom == "*")',
        "keyMatch(r.dom, p.dom)",
        '(p.dom == "*" || p.dom == r.dom)',
        '(r.dom == p.dom || p.dom == "d")',
        "r.dom == p.act",
        'r.dom == "d"',
    ),
    (
        "r.obj == p.obj",
        "keyMatch(r.obj, p.obj)",
        '(r.obj == p.obj || p.obj == "*")',
        '(r.obj == p.obj || keyMatch(r.obj, p.obj) || p.obj == "o")',
        'p.obj == "*"',
    ),
    (
        "r.act == p.act",
        '(r.act == p.act || p.act == "*")',
        "regexMatch(r.act, p.act)",
        '(p.act == "*" || p.act == "a" || r.act == p.act)',
        '(r.act == p.act || r.sub == "root")',
    ),
)
EFFECTS = (
    "some(where (p.eft == allow)) && !some(where (p.eft == deny))",
    "some(where (p.eft == allow))",
    "!some(where (p.eft == deny))",
)
VALUES = (
    ("ana", "bo", "*", "a*", "root", "r1", "r2", ""),
    ("d", "e", "*", "d*", ""),
    ("o", "o/1", "o*", "*", ""),
    ("a", "b", "*", "root", ""),
)


def model_text(draw: random.Random) -> str:
    terms = [draw.choice(choices) for choices in TERMS]
    draw.shuffle(terms)
    return (
        "[request_definition]\nr = sub, dom, obj, act\n"
        "[policy_definition]\np = sub, dom, obj, act, eft\n"
        "[role_definition]\ng = _, _, _\n"
        f"[policy_effect]\ne = {draw.choice(EFFECTS)}\n"
        f"[matchers]\nm = {' && '.join(terms)}\n"
    )


def enforcers(text: str) -> tuple[Any, IndexedEnforcer]:
    models = []
    for _ in range(2):
        model = casbin.Model()
        model.load_model_from_text(text)
        models.append(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return casbin.Enforcer(models[0]), IndexedEnforcer(models[1])


@pytest.mark.filterwarnings("ignore")
def test_random_matchers_are_answered_as_casbin_answers_them() -> None:
    """Terms in any order, with words for all, patterns and roles in any column: 0 differences."""
    draw = random.Random(20)
    indexed = 0
    models = some(400)
    for _ in range(models):
        text = model_text(draw)
        stock, ours = enforcers(text)
        for _ in range(draw.randint(0, 8)):
            line = [
                *(draw.choice(choices) for choices in VALUES),
                draw.choice(("allow", "deny", "Allow", "")),
            ]
            assert outcome(partial(stock.add_policy, *line)) == outcome(partial(ours.add_policy, *line))
        for _ in range(draw.randint(0, 5)):
            link = [draw.choice(VALUES[0]), draw.choice(VALUES[0]), draw.choice(VALUES[1])]
            assert outcome(partial(stock.add_grouping_policy, *link)) == outcome(
                partial(ours.add_grouping_policy, *link)
            )
        indexed += ours.indexed
        for _ in range(20):
            asked = [draw.choice(choices) for choices in VALUES]
            expected = outcome(partial(stock.enforce, *asked))
            assert expected == outcome(partial(ours.enforce, *asked)), (text, asked)
    assert models // 20 < indexed < models - models // 20
