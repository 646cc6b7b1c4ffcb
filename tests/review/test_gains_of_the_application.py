"""A user whom the application brings gains by no change that the gate lets pass without an approval."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import rolegate
from desks import NOW
from given_desk import Files, below, domain
from reading import write
from rolegate import DomainBindings, Gate, Policy, judge_change

DESK: Files = {
    "catalog": {
        "catalog": "desk",
        "domain_kinds": ["shop", "firm"],
        "plans": ["free", "pro"],
        "addons": {"stock": {}},
        "custom_roles": {"plans": ["pro"]},
        "scopes": {
            "reach": {"all": {}, "team": {"within": "all"}, "my": {"within": "team"}},
            "span": {"all": {}, "team": {"within": "all"}, "my": {"within": "team"}},
        },
        "resources": {"inbox": {"title": "Inbox"}},
        "permissions": {
            "tickets": {
                "header": "show",
                "permissions": {
                    "show": {"scopes": "reach"},
                    "reply": {"scopes": "reach", "requires": "tickets.show"},
                    "export": {"plans": ["pro"]},
                    "count": {"domain_kinds": ["firm"]},
                    "stock": {"addons": ["stock"]},
                },
            },
            "billing": {
                "permissions": {
                    "view": {},
                    "sign": {"requires": "billing.view"},
                    "pay": {"requires": "billing.view"},
                }
            },
            "inboxes": {"permissions": {"access": {"per": "inbox"}}},
        },
    },
    "roles/reader": {"role": "reader", "grants": ["tickets.show@my"]},
    "roles/payer": {"role": "payer", "grants": ["billing.*", "tickets.show@all", "tickets.reply@all"]},
    "domains": {
        "domains": {
            "acme": {"kind": "shop", "plan": "free", "removed": {"inbox": ["Old"]}},
            "beta": {"kind": "shop", "plan": "free"},
        }
    },
    "bindings": {
        "bindings": [
            {"user": "ana", "role": "reader", "domain": "acme"},
            {"user": "eve", "restrict": ["billing.view", "tickets.show@team"], "domain": "acme"},
        ]
    },
}


class Way(NamedTuple):
    """A change of files, what a user of the application may do by it, and the rule that refuses it."""

    change: Callable[[Files], object]
    line: dict[str, Any]
    asked: tuple[str, dict[str, Any]]
    rule: str
    user: str = "zoe"
    domain: str = "acme"
    around: str | None = None


def acme(files: Files) -> dict[str, Any]:
    return domain(files, "acme")


PAYER = {"role": "payer"}
EVERYTHING = {"grants": ["*"]}

WAYS: dict[str, Way] = {
    "a requirement is gone": Way(
        lambda files: below(files, "billing")["pay"].pop("requires"),
        PAYER,
        ("billing.pay", {}),
        "billing.pay requires billing.view: gone",
        user="eve",
    ),
    "a requirement is at any scope": Way(
        lambda files: below(files, "tickets")["reply"].update(scopes="span"),
        PAYER,
        ("tickets.reply", {"scope": "team"}),
        "tickets.reply requires tickets.show: gone",
        user="eve",
    ),
    "a plan": Way(
        lambda files: acme(files).update(plan="pro"),
        EVERYTHING,
        ("tickets.export", {}),
        'domain "acme": has tickets.export',
    ),
    "an add-on": Way(
        lambda files: acme(files).update(addons=["stock"]),
        EVERYTHING,
        ("tickets.stock", {}),
        'domain "acme": has tickets.stock',
    ),
    "a kind of domains": Way(
        lambda files: acme(files).update(kind="firm"),
        EVERYTHING,
        ("tickets.count", {}),
        'domain "acme": has tickets.count',
    ),
    "a domain around it": Way(
        lambda files: domain(files, "beta").update(within="acme"),
        EVERYTHING,
        ("billing.pay", {}),
        'domain "beta": within "acme"',
        domain="beta",
        around="acme",
    ),
    "an instance that comes back": Way(
        lambda files: acme(files).pop("removed"),
        EVERYTHING,
        ("inboxes.access", {"on": "Old"}),
        'domain "acme": removed inbox "Old": gone',
    ),
}


class Given:
    """What the application says of one domain."""

    def __init__(self, domain: str, line: dict[str, Any]) -> None:
        self._domain, self._line = domain, line

    def look(self, domain: str) -> None:
        return None

    def read(self, domain: str) -> DomainBindings:
        return DomainBindings(lines=[self._line] if domain == self._domain else [])


def loaded(folder: Path, files: Files, at: datetime = NOW) -> Policy:
    write(folder, {f"{name}.yaml": json.dumps(content) for name, content in files.items()})
    return rolegate.load(folder, at=at)


def both(folder: Path, way: Way, **more: str) -> tuple[Policy, Policy]:
    """The desk before and after a change, with more files of rules."""
    after = copy.deepcopy(DESK)
    way.change(after)
    rules = {name: json.loads(text) for name, text in more.items()}
    before = {"review": rules["review"]} if "review" in rules else {}
    return loaded(folder / "old", {**DESK, **before}), loaded(folder / "new", {**after, **rules})


def may(policy: Policy, way: Way) -> bool:
    """Whether the user may, to whom the application gives the line."""
    gate = Gate(policy, bindings=Given(way.around or way.domain, {"user": way.user, **way.line}))
    permission, asked = way.asked
    return gate.check(way.user, permission, domain=way.domain, **asked)


def refused(sides: tuple[Policy, Policy]) -> list[str]:
    return [text for refusal in judge_change(*sides, at=NOW).refusals for text in refusal.what]


@pytest.mark.parametrize("name", WAYS)
def test_what_the_application_gives_grows_by_an_approval_alone(name: str, tmp_path: Path) -> None:
    """The diff has nobody of the files who gains; the rule is refused, and passes if it is approved."""
    way = WAYS[name]
    sides = both(tmp_path / "plain", way)
    assert [may(side, way) for side in sides] == [False, True]
    assert way.rule in refused(sides)
    entries = [dict(refusal.approval or {}) for refusal in judge_change(*sides, at=NOW).refusals]
    approved = {"approvals": [{**entry, "reason": "x", "until": "2999-01-01"} for entry in entries]}
    assert refused(both(tmp_path / "approved", way, approvals=json.dumps(approved))) == []


@pytest.mark.parametrize("name", WAYS)
def test_only_what_is_sensitive_is_told_where_only_that_is_judged(name: str, tmp_path: Path) -> None:
    """Nothing of the desk is marked."""
    assert refused(both(tmp_path, WAYS[name], review='{"approve": "sensitive"}')) == []


@pytest.mark.parametrize("name", WAYS)
def test_the_way_back_is_no_gain(name: str, tmp_path: Path) -> None:
    """What is taken is refused to nobody."""
    old, new = both(tmp_path, WAYS[name])
    assert WAYS[name].rule not in refused((new, old))
    assert refused((new, new)) == []


def test_a_requirement_under_another_name_is_the_same(tmp_path: Path) -> None:
    """So is one that a header says, and a list that has one more."""

    def renamed(files: Files) -> None:
        billing = below(files, "billing")
        billing["look"] = {**billing.pop("view"), "renamed_from": "billing.view"}
        billing["pay"]["requires"] = ["billing.look", "tickets.show@my"]
        files["bindings"]["bindings"][1]["restrict"][0] = "billing.look"
        files["roles/payer"]["grants"].append("tickets.show@my")

    sides = both(tmp_path, Way(renamed, PAYER, ("billing.pay", {}), ""))
    assert [text for text in refused(sides) if "requires" in text] == []


def test_a_requirement_of_what_is_required_is_one(tmp_path: Path) -> None:
    """Whoever may not see bills may neither sign nor pay them, whichever of the two asks for it."""
    way = Way(
        lambda files: below(files, "billing")["pay"].update(requires="billing.sign"),
        PAYER,
        ("x", {}),
        "",
    )
    assert refused(both(tmp_path, way)) == []


def test_a_requirement_that_what_is_required_has_in_part_is_gone(tmp_path: Path) -> None:
    """Signing at any scope asks for less than showing at the same one."""

    def detours(files: Files) -> None:
        tickets = below(files, "tickets")
        tickets["sign"] = {"scopes": "span", "requires": "tickets.show"}
        tickets["reply"]["requires"] = "tickets.sign"
        files["catalog"]["permissions"]["tickets"].pop("header")
        files["roles/payer"]["grants"].append("tickets.sign@all")

    gone = [
        text for text in refused(both(tmp_path, Way(detours, PAYER, ("x", {}), ""))) if "requires" in text
    ]
    assert "tickets.reply requires tickets.show: gone" in gone


def test_a_requirement_at_a_broader_scope_asks_for_more(tmp_path: Path) -> None:
    """Whoever is kept from a scope is kept from those around it as well; a narrower one asks for less."""
    sides = []
    for scope in ("team", "all"):
        files = copy.deepcopy(DESK)
        below(files, "billing")["sum"] = {"requires": f"tickets.show@{scope}"}
        sides.append(loaded(tmp_path / scope, files))
    old, new = sides
    assert refused((old, new)) == []
    assert refused((new, old))[0] == "billing.sum requires tickets.show@all: gone"


def test_a_requirement_that_is_gone_is_told_once(tmp_path: Path) -> None:
    """Also of a permission that is asked about two kinds of instances, those of before and those of today."""
    old, new = copy.deepcopy(DESK), copy.deepcopy(DESK)
    for files, kind in ((old, "inbox"), (new, "box")):
        files["catalog"]["resources"]["box"] = {"title": "Box"}
        below(files, "inboxes")["read"] = {"per": kind, "requires": "billing.view"}
    below(new, "inboxes")["read"].pop("requires")
    sides = loaded(tmp_path / "old", old), loaded(tmp_path / "new", new)
    assert [text for text in refused(sides) if "requires" in text] == [
        "inboxes.read requires billing.view: gone"
    ]


@pytest.mark.parametrize(
    ("grant", "until", "said"),
    [
        ("tickets.export@all", None, []),
        ("tickets.export@my", None, ['domain "acme": has tickets.export']),
        ("tickets.export@all", "2098-01-01", ['domain "acme": has tickets.export']),
    ],
    ids=["all of it", "its own records", "once the role is not restricted any more"],
)
def test_a_gain_of_a_role_says_no_more_than_it_names(
    grant: str, until: str | None, said: list[str], tmp_path: Path
) -> None:
    """A user of the application may hold all of what the domain has, and at once."""
    old = copy.deepcopy(DESK)
    below(old, "tickets")["export"]["scopes"] = "reach"
    old["roles/payer"]["grants"].append(grant)
    if until is not None:
        line = {"role": "payer", "restrict": ["tickets.export"], "domain": "acme", "until": until}
        old["bindings"]["bindings"].append(line)
    new = copy.deepcopy(old)
    acme(new).update(plan="pro")
    sides = loaded(tmp_path / "old", old), loaded(tmp_path / "new", new)
    assert [text for text in refused(sides) if text.endswith("has tickets.export")] == said
    assert any(text.startswith(grant) for text in refused(sides))


def nested(files: Files) -> dict[str, Any]:
    """Two more domains, one in the other, of which the inner one lists an instance that the outer one has."""
    domains: dict[str, Any] = files["domains"]["domains"]
    domains["shop"] = {"kind": "shop", "plan": "free", "removed": {"inbox": ["Old", "Lost"]}}
    domains["desk"] = {"within": "shop", "kind": "shop", "plan": "free", "removed": {"inbox": ["Lost"]}}
    return domains


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda domains: domains["shop"].update(within="acme"),
            ['domain "shop": within "acme"'],
        ),
        (
            lambda domains: (
                domains.update(mid={"within": "acme", "kind": "shop"}),
                domains["desk"].update(within="mid"),
            ),
            ['domain "desk": within "mid"', 'domain "desk": within "acme"'],
        ),
        (
            lambda domains: domains["shop"].update(removed={"inbox": ["Lost"]}),
            ['domain "shop": removed inbox "Old": gone'],
        ),
        (
            lambda domains: (domains["shop"].pop("removed"), domains["desk"].pop("removed")),
            [
                'domain "shop": removed inbox "Lost": gone',
                'domain "shop": removed inbox "Old": gone',
                'domain "desk": removed inbox "Lost": gone',
            ],
        ),
    ],
    ids=["a domain around two", "a new one between", "an instance of two", "an instance that both list"],
)
def test_what_is_said_of_a_domain_is_not_said_of_those_inside(
    change: Callable[[Files], object], said: list[str], tmp_path: Path
) -> None:
    """But for what the inner one says itself. Of a new one nothing is said, so those inside say it."""
    old, new = copy.deepcopy(DESK), copy.deepcopy(DESK)
    nested(old)
    change(nested(new))
    sides = loaded(tmp_path / "old", old), loaded(tmp_path / "new", new)
    assert sorted(text for text in refused(sides) if text.startswith("domain")) == sorted(said)


def test_a_header_that_is_gone_is_a_requirement_that_is_gone(tmp_path: Path) -> None:
    """For each permission of the group."""
    way = Way(lambda files: files["catalog"]["permissions"]["tickets"].pop("header"), PAYER, ("x", {}), "")
    gone = [text for text in refused(both(tmp_path, way)) if text.endswith(": gone")]
    assert gone == [f"tickets.{name} requires tickets.show: gone" for name in ("export", "count", "stock")]


@pytest.mark.parametrize("key", ["renamed_from", "aliases"])
def test_a_path_that_nobody_knew_is_a_rule(key: str, tmp_path: Path) -> None:
    """A path that was removed in one change comes to ask for another permission in the next."""

    def takes(files: Files) -> None:
        below(files, "billing")["view"][key] = "billing.refund"

    way = Way(takes, {"grants": ["billing.view"]}, ("billing.refund", {}), "")
    sides = both(tmp_path, way)
    assert [may(side, way) for side in sides] == [False, True]
    assert refused(sides) == ['former path "billing.refund": now "billing.view"']


def with_zones(folder: Path, zones: dict[str, str], approved: str = "", at: datetime = NOW) -> Policy:
    """The desk with `shop`, `desk` in it, and zones of some domains."""
    files = copy.deepcopy(DESK)
    domains = nested(files)
    for name, zone in zones.items():
        domains[name]["zone"] = zone
    if approved:
        files["approvals"] = {"approvals": [{"rules": [approved], "reason": "x", "until": "2999-01-01"}]}
    return loaded(folder, files, at)


HONOLULU = 'zone "Pacific/Honolulu" (was "UTC"), so lines begin and end at other times'


def test_in_another_zone_a_line_of_the_application_ends_later_by_an_approval_alone(tmp_path: Path) -> None:
    """It ends as its day begins there, which no file tells."""
    zones: list[dict[str, str]] = [{}, {"acme": "Pacific/Honolulu"}]
    late = datetime(2026, 9, 1, 3, tzinfo=UTC)
    line = {"user": "zoe", "role": "payer", "until": "2026-09-01"}
    gates = [Gate(with_zones(tmp_path / "late", one, at=late), bindings=Given("acme", line)) for one in zones]
    assert [gate.check("zoe", "billing.pay", domain="acme") for gate in gates] == [False, True]
    old, new = (with_zones(tmp_path / str(number), one) for number, one in enumerate(zones))
    assert refused((old, new)) == [f'domain "acme": {HONOLULU}']
    assert refused((old, with_zones(tmp_path / "approved", zones[1], f'domain "acme": {HONOLULU}'))) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"acme": "UTC"}, []),
        ({}, {"shop": "Pacific/Honolulu"}, [f'domain "shop": {HONOLULU}']),
        ({}, {"shop": "Pacific/Honolulu", "desk": "UTC"}, [f'domain "shop": {HONOLULU}']),
        ({}, {"desk": "Pacific/Honolulu"}, [f'domain "desk": {HONOLULU}']),
        (
            {"desk": "Asia/Tokyo"},
            {"shop": "Pacific/Honolulu", "desk": "Pacific/Honolulu"},
            [f'domain "desk": {HONOLULU.replace("UTC", "Asia/Tokyo")}', f'domain "shop": {HONOLULU}'],
        ),
    ],
    ids=["the same", "of two", "of the outer one", "of the inner one", "both, of other zones"],
)
def test_another_zone_is_said_where_it_is_not_that_of_the_domain_around(
    before: dict[str, str], after: dict[str, str], said: list[str], tmp_path: Path
) -> None:
    """A zone holds for the domains inside as well, unless they name one."""
    sides = with_zones(tmp_path / "old", before), with_zones(tmp_path / "new", after)
    assert sorted(refused(sides)) == said
