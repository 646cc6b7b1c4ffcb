"""Small sets in which the laws once failed, which every run asks, and others like them to be drawn."""

from hypothesis import strategies as st

from plain.catalog import Data
from plain.random_catalog import Draw, sometimes
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

STARRED_VERSION: Files = {
    **_set(
        [
            {"role": "default", "grants": ["all", "eft@all", "boxes.*", "edit.*", "paid.*"]},
            {"role": "own", "domain": "d", "replaces": "default", "grants": ["*"]},
        ],
        {"d": _HERE, "s": _THERE},
        [{"domain": "d", "user": "ana", "role": "default"}, {"domain": "d", "user": "bo", "grants": ["all"]}],
    ),
    "catalog.yaml": {**_CATALOG, "custom_roles": {"plans": ["pro"]}},
}
"""A version has a star that adds nothing to its default role today, and its domain has no custom roles."""

FOUND = (REMOVED_INSTANCES, RESTRICTED_ROLES, STARS_OF_NOTHING_HERE, STARRED_VERSION)

_GRANTS = (
    *("all", "eft@my", "eft@all", "paid.*", "paid.pay", "*", "*@my", "*[one/two]"),
    *("boxes.*", "boxes.open[one/two]", "boxes.open[two/*]", "boxes.open[*]"),
    *("edit.*", "edit.*@my", "edit.A-1.*", "edit.A-1.x"),
)
_REMOVED: tuple[Data, ...] = (
    {"inte": ["one"]},
    {"acct": ["one/two"]},
    {"inte": ["two"], "acct": ["one/two"]},
)


@st.composite
def sets_like_those_found(draw: Draw) -> Files:
    """Roles of a domain that have little there: it is of another kind, or has lost what they name."""
    domains: Data = {"d": dict(draw(st.sampled_from([_HERE, _THERE])))}
    domains["inner"] = {**draw(st.sampled_from([_HERE, _THERE])), "within": "d"}
    for node in domains.values():
        if sometimes(draw, 2):
            node["removed"] = draw(st.sampled_from(_REMOVED))
    grants = st.lists(st.sampled_from(_GRANTS), min_size=1, max_size=3, unique=True)
    roles: list[Data] = [
        {"role": "general", "grants": draw(grants)},
        {"role": "other", "grants": draw(grants)},
    ]
    for name in ("first", "second"):
        role: Data = {"role": name, "domain": draw(st.sampled_from(sorted(domains))), "grants": draw(grants)}
        if sometimes(draw, 2):
            role["extends"] = ["general"]
        roles.append(role)
    bound: Data = {"domain": "inner", "user": "ana", "role": draw(st.sampled_from(["general", "other"]))}
    return _set(
        roles, domains, [bound, {"domain": "inner", "role": bound["role"], "restrict": ["eft", "all"]}]
    )
