"""Small sets in which the laws once failed: every run asks them, whatever it draws beside them."""

from plain.catalog import Data
from plain.strategies import Files

_CATALOG: Data = {
    "catalog": "found",
    "domain_kinds": ["site", "shop"],
    "plans": ["free", "pro"],
    "resources": {"inte": "Integration", "acct": {"title": "Account", "within": "inte"}},
    "permissions": {
        "all": {"title": "All"},
        "eft": {"title": "Eft", "scopes": "reach"},
        "boxes": {"title": "Boxes", "per": "acct", "permissions": {"open": {"title": "Open"}}},
        "paid": {"title": "Paid", "plans": ["pro"], "permissions": {"pay": {"title": "Pay"}}},
        "edit": {
            "title": "Edit",
            "permissions": {
                "A-1": {
                    "title": "A-1",
                    "domain_kinds": ["site"],
                    "permissions": {"x": {"title": "X"}, "y": {"title": "Y", "scopes": "reach"}},
                },
            },
        },
    },
    "scopes": {"reach": ["all", "my"]},
}


def _set(roles: list[Data], domains: Data, lines: list[Data] | None = None) -> Files:
    return {
        "catalog.yaml": _CATALOG,
        "domains.yaml": {"domains": domains},
        **{f"roles/{number}.yaml": role for number, role in enumerate(roles)},
        "bindings.yaml": {"bindings": lines or []},
    }


_HERE: Data = {"kind": "shop", "plan": "free"}
_THERE: Data = {"kind": "site", "plan": "pro"}

REMOVED_INSTANCES = _set(
    [
        {"role": "one", "grants": ["boxes.open[one/two]", "all"]},
        {"role": "both", "grants": ["boxes.open[one/two]", "boxes.open[two/two]"]},
        {"role": "below", "grants": ["boxes.open[two/*]"]},
        {"role": "own", "domain": "d", "extends": ["one"], "grants": ["*[two/two]"]},
    ],
    {
        "d": {**_HERE, "removed": {"inte": ["one"]}},
        "inner": {**_HERE, "within": "d", "removed": {"acct": ["two/two"]}},
        "s": _THERE,
    },
)
"""Roles name instances that are gone: in the domain, in one around it, or with what they lie within."""

RESTRICTED_ROLES = _set(
    [
        {"role": "two", "domain": "d", "grants": ["eft@my", "all", "boxes.open[one/two]"]},
        {"role": "general", "grants": ["eft@all", "edit.*"]},
    ],
    {"d": _HERE, "s": _THERE},
    [
        {"domain": "d", "user": "ana", "role": "two"},
        {"domain": "d", "role": "two", "restrict": ["eft", "boxes.open[one/two]"]},
        {"domain": "s", "user": "ana", "role": "general"},
        {"domain": "s", "role": "general", "restrict": ["edit.A-1.x"]},
        {"domain": "d", "everyone": "true", "restrict": ["all"]},
    ],
)
"""Restrictions on a role of a domain, where it is shown."""

STARS_OF_NOTHING_HERE = _set(
    [
        {"role": "outer", "grants": ["edit.*"]},
        {"role": "inner", "grants": ["edit.A-1.*", "all"]},
        {"role": "limited", "grants": ["edit.A-1.*@my", "edit.*@all"]},
        {"role": "every", "grants": ["*"]},
        {"role": "paying", "domain": "d", "grants": ["paid.*", "all"]},
        {"role": "heir", "domain": "d", "extends": ["outer"], "grants": ["all"]},
        {"role": "scoped", "domain": "d", "extends": ["limited"], "grants": ["eft@my"]},
        {"role": "deep", "domain": "d", "extends": ["inner"], "grants": ["*@my"]},
        {"role": "whole", "domain": "d", "extends": ["every"], "grants": ["edit.A-1.y@my"]},
    ],
    {"d": {**_HERE, "removed": {"inte": ["one"]}}, "s": _THERE},
)
"""Roles of a shop have stars after groups of which a shop, or its plan, has nothing today."""

FOUND = (REMOVED_INSTANCES, RESTRICTED_ROLES, STARS_OF_NOTHING_HERE)
