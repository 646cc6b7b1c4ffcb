"""Conditions on records: wider, narrower or not known, and never wrong about it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from desks import NOW, policy
from drawing import examples
from git_desk import FILES
from rolegate import AccessDiff, access_diff
from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, Not, OfUser, Related, pushed_down
from rolegate.review.condition_order import ConditionOrder, canonical
from rolegate.review.diff_text import diff_lines

LADDER = "scopes: {reach: [all, team, my]}"
OWN = "{owner_id: user.id}"


def ladder(mine: str, broadest: str = "{}", top: str = "") -> tuple[str, str]:
    """The desk with conditions: what is `my`, and what is `all`."""
    inner = f"team: {{within: all, where: {{team: 1}}}}, my: {{within: team, where: {mine}}}"
    return (LADDER, f"{top}scopes: {{reach: {{all: {broadest}, {inner}}}}}")


def compared(folder: Path, before: tuple[str, str], after: tuple[str, str]) -> AccessDiff:
    old, new = (policy(folder / str(side), catalog=text) for side, text in enumerate((before, after)))
    return access_diff(old, new, at=NOW)


def said(diff: AccessDiff) -> list[tuple[str, str | None, str]]:
    return [(change.permission, change.scope, change.verb) for change in diff.conditions]


@pytest.mark.parametrize(
    ("after", "verb"),
    [
        ("{any_of: [{owner_id: user.id}, {open: true}]}", "widened"),
        ("{owner_id: user.id, open: true}", "narrowed"),
        ("{watcher_id: user.id}", "changed"),
    ],
)
def test_more_alternatives_are_wider_and_more_tests_narrower(tmp_path: Path, after: str, verb: str) -> None:
    """Anything else has no direction, and counts as a gain."""
    diff = compared(tmp_path, ladder(OWN), ladder(after))
    assert said(diff) == [("tickets.show", "my", verb), ("tickets.edit", "my", verb)]
    assert diff
    assert diff.gains is (verb != "narrowed")
    assert not diff.subjects


def test_another_order_of_parts_and_values_is_the_same(tmp_path: Path) -> None:
    """As is a list of one value in the place of the value."""
    first = "{any_of: [{owner_id: user.id}, {state: {in: [1, 2]}}], kind: 3}"
    second = "{kind: {in: [3]}, any_of: [{state: {in: [2, 1]}}, {owner_id: user.id}]}"
    assert not compared(tmp_path, ladder(first), ladder(second))


def test_who_holds_it_is_named_once_for_each_permission_and_scope(tmp_path: Path) -> None:
    """A permission that nobody holds at the scope is not told."""
    diff = compared(tmp_path, ladder(OWN), ladder("{watcher_id: user.id}"))
    assert [[str(holder) for holder in change.holders] for change in diff.conditions] == [
        ["role agent", "role boss", "role viewer"],
        ["role agent", "role boss"],
    ]
    assert list(diff_lines(diff))[:2] == [
        "~ records of tickets.show @my  {owner_id: user.id} → {watcher_id: user.id}"
        "  (more or fewer records: not known)",
        "    for role agent, role boss, role viewer",
    ]


def test_a_condition_on_the_broadest_scope_takes_records_away(tmp_path: Path) -> None:
    """Without one it has every record."""
    conditions = (ladder(OWN), ladder(OWN, "{where: {open: true}}"))
    assert [verb for _, _, verb in said(compared(tmp_path / "1", *conditions))] == ["narrowed"] * 2
    assert [verb for _, _, verb in said(compared(tmp_path / "2", *reversed(conditions)))] == ["widened"] * 2


def test_the_broadest_condition_concerns_holders_of_every_scope(tmp_path: Path) -> None:
    """It is met by each record that a narrower scope has: who holds `team` alone sees more without it."""
    agent = (FILES["roles/agent.yaml"], "role: agent\ngrants: [tickets.show@team]\n")
    sides = [
        policy(tmp_path / str(side), catalog=ladder(OWN, top), roles__agent=agent)
        for side, top in enumerate(("{where: {open: true}}", "{}"))
    ]
    diff = access_diff(*sides, at=NOW)
    assert said(diff)[0] == ("tickets.show", "all", "widened")
    assert "role agent" in [str(holder) for holder in diff.conditions[0].holders]


TOP = "{where: {open: true}}"


@pytest.mark.parametrize(
    ("scopes", "of", "told"),
    [
        ("reach: {all: {}}", "", [(None, "widened")]),
        ("other: {every: {}, own: {within: every, where: {a: 1}}}", "other", [("every", "widened")]),
        ("reach: {all: {where: {open: true}}, new: {within: all, where: {a: 1}}}", "reach", []),
        ("reach: {team: {where: {team: 1}}}", "reach", [("team", "widened")]),
        (
            "reach: {all: {where: {open: true}}, team: {within: all, where: {team: 1}},"
            " loose: {within: team, where: {a: 1}}, part: {within: team, where: {team: 1, a: 1}}}",
            "reach",
            [("loose", "changed")],
        ),
    ],
)
def test_other_scopes_hide_no_records_that_come_with_them(
    tmp_path: Path, scopes: str, of: str, told: list[tuple[str | None, str]]
) -> None:
    """No scopes, others, or more of them: who holds a scope may see what no scope of before had."""
    before = f"reach: {{all: {TOP}, team: {{within: all, where: {{team: 1}}}}}}"
    catalogs = ((before, "reach"), (scopes, of))
    found = []
    for side, (ladders, named) in enumerate(catalogs):
        folder = tmp_path / str(side)
        folder.mkdir()
        show = f"{{title: Show, scopes: {named}}}" if named else "Show"
        text = f"catalog: c\nscopes: {{{ladders}}}\npermissions: {{show: {show}}}\n"
        (folder / "catalog.yaml").write_text(text, encoding="utf-8")
        (folder / "bindings.yaml").write_text("bindings: [{user: bo, grants: ['*']}]\n", encoding="utf-8")
        found.append(rolegate.load(folder, at=NOW))
    diff = access_diff(*found, at=NOW)
    assert [(scope, verb) for _, scope, verb in said(diff)] == told
    assert not diff.subjects


def test_the_column_of_the_domain_concerns_permissions_without_scopes(tmp_path: Path) -> None:
    """Their rows are selected by the domain alone, so without the column they are those of all domains."""
    found = []
    for side, records in enumerate(("records: {domain: firm}\n", "")):
        folder = tmp_path / str(side)
        folder.mkdir()
        text = f"catalog: c\n{records}permissions: {{show: Show}}\n"
        (folder / "catalog.yaml").write_text(text, encoding="utf-8")
        (folder / "bindings.yaml").write_text("bindings: [{user: bo, grants: [show]}]\n", encoding="utf-8")
        found.append(rolegate.load(folder, at=NOW))
    assert said(access_diff(*found, at=NOW)) == [("show", None, "widened")]


def test_the_column_of_the_domain_concerns_every_scope(tmp_path: Path) -> None:
    """Another column may hold other domains, and without any no record is told from another domain's."""
    named = ("records: {domain: tenant}\n", "records: {domain: firm}\n", "")
    columns = [ladder(OWN, top=top) for top in named]
    verbs = [
        said(compared(tmp_path / str(number), columns[before], columns[after]))[0]
        for number, (before, after) in enumerate([(0, 1), (0, 2), (2, 0)])
    ]
    assert verbs == [("tickets.show", None, verb) for verb in ("changed", "widened", "narrowed")]


def test_another_attribute_for_the_instance_is_told(tmp_path: Path) -> None:
    """It says which records an inbox has."""
    kinds = ("{inbox: Inbox}", "{inbox: {title: Inbox, attribute: box_id}}")
    diff = compared(tmp_path, (kinds[0], kinds[0]), kinds)
    assert said(diff) == [("inboxes.access", None, "changed")]


def test_records_without_an_instance_come_with_a_permission_that_has_none(tmp_path: Path) -> None:
    """Where a permission was per instance, nobody was allowed a record on none."""
    found = []
    for side, per in enumerate((", per: inbox", "")):
        folder = tmp_path / str(side)
        folder.mkdir()
        text = (
            "catalog: c\nresources: {inbox: {title: Inbox, attribute: box_id}}\n"
            f"permissions: {{show: {{title: Show{per}}}, other: {{title: Other, per: inbox}}}}\n"
        )
        (folder / "catalog.yaml").write_text(text, encoding="utf-8")
        (folder / "bindings.yaml").write_text("bindings: [{user: bo, grants: ['*']}]\n", encoding="utf-8")
        found.append(rolegate.load(folder, at=NOW))
    assert said(access_diff(*found, at=NOW)) == [("show", None, "widened")]
    assert [verb for _, _, verb in said(access_diff(*reversed(found), at=NOW))] == []


ATTRIBUTES = ("a", "b")
VALUES: tuple[Any, ...] = (None, 1, 2, True)

values = st.sampled_from([1, 2, True, OfUser("id")])
tests = st.one_of(
    st.builds(Compare, st.sampled_from(ATTRIBUTES), st.just("eq"), values),
    st.builds(Compare, st.sampled_from(ATTRIBUTES), st.just("in"), st.lists(values, min_size=1).map(tuple)),
    st.builds(Compare, st.sampled_from(ATTRIBUTES), st.just("is_null")),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
        st.builds(Related, st.just("up"), st.sampled_from(["any", "all", "one"]), inner),
    ),
    max_leaves=6,
)


def meets(condition: Condition, record: dict[str, Any], user: Any) -> bool | None:
    """True, False, or None where something is missing; 1 and True are two values."""
    match condition:
        case AllOf(parts):
            found = [meets(part, record, user) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [meets(part, record, user) for part in parts]
            return True if True in found else None if None in found else False
        case Not(inner):
            found = [meets(inner, record, user)]
            return None if found == [None] else not found[0]
        case Related(_, "one", inner):
            return meets(inner, record["up"][0], user) if record["up"] else None
        case Related(_, which, inner):
            kind = AnyOf if which == "any" else AllOf
            found = [meets(inner, other, user) for other in record["up"]]
            wins = kind is AnyOf
            return wins if wins in found else None if None in found else not wins
        case Compare(name, "is_null"):
            return record[name] is None
        case Compare(name, _, value):
            every = value if isinstance(value, tuple) else (value,)
            alike = [_same(record[name], user if isinstance(one, OfUser) else one) for one in every]
            return True if True in alike else None if None in alike else False
    raise AssertionError(condition)


def _same(one: Any, other: Any) -> bool | None:
    return None if one is None or other is None else (type(one), one) == (type(other), other)


PLAIN = [{"a": a, "b": b, "up": []} for a, b in itertools.product(VALUES, VALUES)]
RECORDS = [*PLAIN, *({**first, "up": [second]} for first in PLAIN[::3] for second in PLAIN[::2])]


@examples(150)
@given(first=conditions, second=conditions, joined=st.sampled_from([None, AllOf, AnyOf]))
def test_what_is_said_to_be_wider_holds_every_record(
    first: Condition, second: Condition, joined: type[AllOf | AnyOf] | None
) -> None:
    """Whatever a record and its user lack; and a part more is always seen to be narrower or wider."""
    other = second if joined is None else joined((second, first))
    inner, outer = (canonical(pushed_down(condition), {}) for condition in (first, other))
    order = ConditionOrder()
    for few, many, told in ((first, other, (inner, outer)), (other, first, (outer, inner))):
        if order.within(*told):
            for record, user in itertools.product(RECORDS, (None, 1)):
                assert meets(few, record, user) is not True or meets(many, record, user) is True
    if joined is not None:
        assert order.within(inner, outer) if joined is AnyOf else order.within(outer, inner)


def test_a_condition_that_names_a_permission_by_its_former_path_is_the_same(tmp_path: Path) -> None:
    """As it is with an alias: what is compared is the permission."""
    whole = FILES["catalog.yaml"]
    refund = whole.replace(*ladder("{holds: billing.refund}"))
    repay = "repay: {title: Repay, renamed_from: billing.refund, aliases: [back]}"
    moved = refund.replace("refund: Refund", repay)
    old = policy(tmp_path / "old", catalog=(whole, refund))
    verbs = {}
    for number, name in enumerate(("billing.refund", "billing.repay", "back", "billing.pay")):
        named = moved.replace("holds: billing.refund", f"holds: {name}")
        new = policy(tmp_path / str(number), catalog=(whole, named))
        verbs[name] = {change.verb for change in access_diff(old, new, at=NOW).conditions}
    assert verbs == {
        "billing.refund": set(),
        "billing.repay": set(),
        "back": set(),
        "billing.pay": {"changed"},
    }
