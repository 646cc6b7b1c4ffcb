"""A desk whose application gives roles, grants and restrictions; edits of its files, and what users may."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from desks import NOW
from rolegate import BindingsUnavailableError, DomainBindings, Gate, Policy

Files = dict[str, Any]
Line = dict[str, Any]

_INBOX = {"inbox": ["Default"]}
DESK: Files = {
    "catalog": {
        "catalog": "desk",
        "domain_kinds": ["shop", "firm"],
        "plans": ["free", "pro"],
        "addons": {"stock": {}, "more": {"requires": ["stock"]}},
        "custom_roles": {"plans": ["pro"], "never": ["billing.refund"]},
        "scopes": {
            "reach": {"all": {}, "team": {"within": "all"}, "my": {"within": "team"}},
            "span": {"all": {}, "team": {"within": "all"}, "my": {"within": "team"}},
        },
        "resources": {"inbox": {"title": "Inbox"}},
        "restrictions": {"unpaid": {"restrict": ["billing.pay", "billing.refund"]}},
        "permissions": {
            "tickets": {
                "header": "show",
                "permissions": {
                    "show": {"scopes": "reach"},
                    "reply": {"scopes": "reach", "requires": "tickets.show"},
                    "note": {"implies": ["ops.log"]},
                    "export": {"plans": ["pro"]},
                    "count": {"domain_kinds": ["firm"]},
                    "stock": {"addons": ["stock"]},
                },
            },
            "billing": {
                "permissions": {
                    "view": {},
                    "pay": {"requires": "billing.view"},
                    "refund": {"by_name": True},
                    "fax": {"deprecated": True},
                }
            },
            "inboxes": {"permissions": {"access": {"per": "inbox"}}},
            "ops": {"permissions": {"log": {"hidden": True}}},
        },
    },
    "roles/all": {
        "roles": {
            "reader": {"grants": ["tickets.show@my"]},
            "payer": {"grants": ["billing.view", "billing.pay", "tickets.show@all", "tickets.reply@all"]},
            "acme_payer": {"domain": "acme", "replaces": "payer", "grants": ["billing.view"]},
        }
    },
    "domains": {
        "domains": {
            "acme": {"kind": "shop", "plan": "free", "removed": {"inbox": ["Old"]}, "instances": _INBOX},
            "emea": {"kind": "shop", "within": "acme"},
            "beta": {"kind": "shop", "plan": "free", "zone": "Asia/Tokyo", "instances": _INBOX},
        }
    },
    "bindings": {
        "bindings": [
            {"user": "ana", "role": "reader", "domain": "acme"},
            {"user": "eve", "restrict": ["billing.view", "tickets.show@team"], "domain": "beta"},
            {"everyone": True, "restrict": ["billing.*"], "domain": "emea", "until": "2999-01-01"},
            {"role": "reader", "restrict": ["tickets.note"], "domain": "beta"},
        ]
    },
}
GRANTS = (
    ["*"],
    ["tickets.*"],
    ["tickets.*@my"],
    ["billing.*"],
    ["tickets.note", "tickets.show@my"],
    ["billing.pay", "billing.view"],
    ["billing.view"],
)
TAKEN = ("billing.view", "billing.*", "tickets.show@team", "*@all", "inboxes.access[Default]")
_SCOPES = {"tickets.show": (None, "all", "team", "my"), "tickets.reply": (None, "all", "team", "my")}


def below(files: Files, group: str) -> dict[str, Any]:
    """The permissions of a group."""
    found: dict[str, Any] = files["catalog"]["permissions"][group]["permissions"]
    return found


def domain(files: Files, name: str) -> dict[str, Any]:
    found: dict[str, Any] = files["domains"]["domains"][name]
    return found


def _moved_pay(files: Files) -> None:
    below(files, "tickets")["pay"] = {**below(files, "billing").pop("pay"), "renamed_from": "billing.pay"}


def _swapped_scopes(files: Files) -> None:
    ladder = files["catalog"]["scopes"]["reach"]
    ladder["team"], ladder["my"] = {"within": "my"}, {"within": "all"}


def _unknown_path(files: Files) -> None:
    below(files, "billing")["view"]["renamed_from"] = "billing.look"


EDITS: tuple[Callable[[Files], object], ...] = (
    lambda files: below(files, "billing")["pay"].pop("requires"),
    lambda files: files["catalog"]["permissions"]["tickets"].pop("header"),
    lambda files: below(files, "tickets")["reply"].update(scopes="span"),
    lambda files: below(files, "tickets")["note"].update(implies=["billing.view"]),
    lambda files: below(files, "tickets")["export"].pop("plans"),
    lambda files: below(files, "tickets")["count"].update(domain_kinds=["firm", "shop"]),
    lambda files: below(files, "tickets")["stock"].update(addons=[{"any_of": ["stock", "more"]}]),
    lambda files: below(files, "tickets")["note"].update(by_name=True),
    lambda files: below(files, "billing")["refund"].pop("by_name"),
    lambda files: below(files, "billing")["fax"].pop("deprecated"),
    lambda files: below(files, "billing").pop("fax"),
    _moved_pay,
    _swapped_scopes,
    _unknown_path,
    lambda files: domain(files, "acme").update(plan="pro"),
    lambda files: domain(files, "beta").update(addons=["stock"]),
    lambda files: domain(files, "beta").update(kind="firm"),
    lambda files: domain(files, "beta").update(within="acme"),
    lambda files: domain(files, "emea").pop("within"),
    lambda files: domain(files, "acme").pop("removed"),
    lambda files: files["catalog"]["restrictions"]["unpaid"]["restrict"].pop(),
    lambda files: files["roles/all"]["roles"].pop("acme_payer"),
    lambda files: files["roles/all"]["roles"]["reader"].update(extends="payer"),
    lambda files: files["roles/all"]["roles"]["payer"]["grants"].append("tickets.note"),
    lambda files: files["bindings"]["bindings"].pop(1),
    lambda files: files["bindings"]["bindings"][-1]["restrict"].append("tickets.show"),
)
"""Each makes a set say more or less, whatever others have done before it; some sets are not valid then."""


class Given:
    """What the application says of one domain."""

    def __init__(self, domain: str, lines: list[Line]) -> None:
        self._domain, self._lines = domain, lines

    def look(self, domain: str) -> None:
        return None

    def read(self, domain: str) -> DomainBindings:
        return DomainBindings(lines=self._lines if domain == self._domain else [])


def some_lines(user: str, draw: random.Random) -> list[Line]:
    """Lines of a user: a role or a grant, and now and then a restriction."""
    roles: list[Line] = [{"role": role} for role in ("reader", "payer")]
    lines: list[Line] = [draw.choice([*roles, *({"grants": grants} for grants in GRANTS)])]
    if draw.random() < 0.7:
        lines.append(draw.choice([{"restrictions": ["unpaid"]}, *({"restrict": [one]} for one in TAKEN)]))
    return [{"user": user, **line} for line in lines]


def allowed(policy: Policy, user: str, place: str, asked: str, lines: list[Line]) -> set[str] | None:
    """What *user* may in the domain *asked*, with *lines* in *place*; None where these are not valid."""
    gate = Gate(replace(policy, at=NOW), bindings=Given(place, lines))
    try:
        subject = gate.subject(user, asked)
    except BindingsUnavailableError:
        return None
    return {f"{path} {scope} {on}" for path, scope, on in _asks() if subject.can(path, scope=scope, on=on)}


def _asks() -> Iterator[tuple[str, str | None, str | None]]:
    """What the application asks, which does not change with the files."""
    for group in DESK["catalog"]["permissions"]:
        for name in below(DESK, group):
            path = f"{group}.{name}"
            for on in (None, "Old", "Default") if group == "inboxes" else (None,):
                yield from ((path, scope, on) for scope in _SCOPES.get(path, (None,)))
    yield "billing.look", None, None
