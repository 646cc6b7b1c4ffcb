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
        '(g(r.sub, p.sub, r.dom) || p.sub == "*")',
        '(g(r.sub, p.sub, r.dom) || g(r.sub, p.sub, "*"))',
        '(g(r.sub, p.sub) || "*" == p.sub || p.sub == "root")',
        'g(r.sub, p.sub, "d")',
        "(r.sub == p.sub || keyMatch(r.sub, p.sub) || keyMatch2(r.sub, p.sub))",
    ),
    (
        "r.dom == p.dom",
        '(r.dom == p.dom || p.dom == "*")',
        "keyMatch(r.dom, p.dom)",
        '(p.dom == "*" || p.dom == r.dom)',
        '(r.dom == p.dom || p.dom == "d")',
        "r.dom == p.act",
        'r.dom == "d"',
        "keyMatch2(r.dom, p.dom)",
        '(keyMatch(r.dom, p.dom) || p.dom == "e")',
    ),
    (
        "r.obj == p.obj",
        "keyMatch(r.obj, p.obj)",
        '(r.obj == p.obj || p.obj == "*")',
        '(r.obj == p.obj || keyMatch(r.obj, p.obj) || p.obj == "o")',
        'p.obj == "*"',
        "keyMatch2(r.obj, p.obj)",
        "(keyMatch2(r.obj, p.obj) || keyMatch(r.obj, p.obj) || r.obj == p.obj)",
        '(keyMatch3(r.obj, p.obj) || p.obj == "*")',
        "g(r.obj, p.obj)",
    ),
    (
        "r.act == p.act",
        '(r.act == p.act || p.act == "*")',
        "regexMatch(r.act, p.act)",
        '(p.act == "*" || p.act == "a" || r.act == p.act)',
        '(r.act == p.act || r.sub == "root")',
    ),
)
BESIDE = (
    '{} || r.sub == "root"',
    'r.sub == "root" || {}',
    'g(r.sub, "r1") || {}',
    '{} || g(r.sub, "r1", r.dom) && r.act != "b"',
    'r.sub == "root" || r.sub == "bo" || {}',
    '{} || keyMatch2(r.obj, "/:x")',
    '(r.sub == "ana" || !(r.dom == "d")) && {}',
    'r.sub != "bo" && {} || g(r.sub, "r2", "*")',
    "{} || r.sub == p.act",
)
"""What stands beside the terms about columns, in some of the models."""
EFFECTS = (
    "some(where (p.eft == allow)) && !some(where (p.eft == deny))",
    "some(where (p.eft == allow))",
    "!some(where (p.eft == deny))",
)
VALUES = (
    ("ana", "bo", "*", "a*", "root", "r1", "r2", ""),
    ("d", "e", "*", "d*", ""),
    ("o", "o/1", "o*", "*", "", "/o", "/:x", "/{x}", "/o/*", "/o\n"),
    ("a", "b", "*", "root", "", "a|b", "[ab]", "a*"),
)


def model_text(draw: random.Random) -> str:
    terms = [draw.choice(choices) for choices in TERMS]
    draw.shuffle(terms)
    terms = [" && ".join(terms)]
    if draw.random() < 0.5:
        terms = [draw.choice(BESIDE).format(*terms)]
    return (
        "[request_definition]\nr = sub, dom, obj, act\n"
        "[policy_definition]\np = sub, dom, obj, act, eft\n"
        "[role_definition]\ng = _, _, _\n"
        f"[policy_effect]\ne = {draw.choice(EFFECTS)}\n"
        f"[matchers]\nm = {terms[0]}\n"
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
    """Terms in any order, with words for all, patterns and roles in any column, superusers: 0 differences."""
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
            explained = outcome(partial(stock.enforce_ex, *asked))
            assert explained == outcome(partial(ours.enforce_ex, *asked)), (text, asked)
    assert models // 20 < indexed < models - models // 20


THREE, FOUR, HOW = "who, what, how", "who, where, what, how", "r.how == p.how"
WHO = "g(r.who, p.who)"
ANYBODY = f"{WHO} || p.who == '*'"
THERE = "g(r.who, p.who, r.where)"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("columns", "matcher"),
    [
        (THREE, f"{WHO} && r.what == p.what && {HOW}"),
        (THREE, f"{WHO} && keyMatch(r.what, p.what) && {HOW}"),
        (THREE, f"{WHO} && keyMatch2(r.what, p.what) && {HOW}"),
        (THREE, f"{WHO} && keyMatch2(r.what, p.what) && regexMatch(r.how, p.how)"),
        (THREE, f"{WHO} && r.what == p.what && {HOW} || r.who == 'root'"),
        (
            THREE,
            f"{WHO} && keyMatch2(r.what, p.what) && ({HOW} || p.how == '*') || r.who == 'a' || r.who == 'b'",
        ),
        (THREE, f"g(r.who, 'SUPER') || {WHO} && r.what == p.what && {HOW}"),
        (THREE, f"({ANYBODY}) && r.what == p.what && {HOW}"),
        (
            THREE,
            f"({ANYBODY} || p.who == '') && (p.what == '*' || keyMatch2(r.what, p.what)) && {HOW}",
        ),
        (
            THREE,
            "r.who == p.who && (keyMatch2(r.what, p.what) || keyMatch(r.what, p.what))"
            f" && ({HOW} || p.how == '*')",
        ),
        (FOUR, f"{THERE} && r.where == p.where && r.what == p.what && {HOW}"),
        (FOUR, f"{THERE} && (r.where == p.where || p.where == '*') && keyMatch2(r.what, p.what) && {HOW}"),
        (FOUR, f"{THERE} && keyMatch(r.where, p.where) && r.what == p.what && {HOW}"),
        (FOUR, f"({THERE} || g(r.who, p.who, '*')) && r.what == p.what && {HOW}"),
    ],
)
def test_what_public_models_have_is_indexed(columns: str, matcher: str) -> None:
    """Also where the columns have other names."""
    role = "_, _, _" if "where" in columns else "_, _"
    model = casbin.Model()
    parts = {"r": columns, "p": columns, "g": role, "e": EFFECTS[1], "m": matcher}
    for section, text in parts.items():
        model.add_def(section, section, text)
    ours = IndexedEnforcer(model)
    ours.add_policy(*["x"] * len(columns.split(",")))
    assert ours.why_not_indexed is None
    assert ours.enforce(*["x"] * len(columns.split(",")))
