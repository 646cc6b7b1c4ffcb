"""Kinds of roles: what their roles may hold, what no line gives to their holders, and where they exist."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.custom import beyond, holders, misplaced
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, policy_sets
from plain.writer import write_set

Draw = Any
USERS, TEAMS, DOMAINS = ("ana", "bo", "cy"), ("t1", "t2"), ("d1", "d2", "d3", "d4")
CATALOG: Data = {
    "catalog": "drawn",
    "resources": {"box": "Box"},
    "custom_roles": {"never": ["roles.*", "boxes.use[Secret]", "hush.op"]},
    "plans": ["free", "pro"],
    "domain_kinds": ["firm", "site"],
    "role_kinds": {
        "guest": {"domain_kinds": ["site"], "plans": ["pro"], "never": ["plain.admin", "boxes.use[*]"]},
        "member": {"never": ["roles.*"], "may": ["*"]},
    },
    "permissions": {
        "roles": {"permissions": {"manage": "Manage", "list": "List"}},
        "boxes": {"permissions": {"use": {"title": "Use", "per": "box"}}},
        "hush": {
            "permissions": {
                "op": {"title": "Op", "hidden": "true"},
                "loud": {"title": "Loud", "implies": "hush.op"},
            }
        },
        "plain": {"permissions": {"show": "Show", "admin": {"title": "Admin", "implies": "roles.manage"}}},
    },
}
GRANTS = [
    "hush.loud",
    "hush.*",
    "plain.show",
    "plain.admin",
    "plain.*",
    "roles.manage",
    "roles.*",
    "*",
    "boxes.*",
    "boxes.use[*]",
    "boxes.use[Secret]",
    "boxes.use[Open]",
]


@st.composite
def bound_sets(draw: Draw) -> Data:
    """Domains, teams, a custom role in some domain, a few default ones, and lines."""
    domains: Data = {}
    for place, name in enumerate(DOMAINS):
        domains[name] = {"title": name, "kind": draw(st.sampled_from(["firm", "site"])), "plan": "free"}
        domains[name]["plan"] = draw(st.sampled_from(["free", "pro"]))
        if place and draw(st.booleans()):
            domains[name]["within"] = draw(st.sampled_from(DOMAINS[:place]))
    for team in TEAMS:
        members = draw(st.lists(st.sampled_from(USERS), max_size=2, unique=True))
        domains[draw(st.sampled_from(DOMAINS))]["teams"] = {team: members}
    home = draw(st.sampled_from(DOMAINS))
    roles = {
        "lead": {"domain": home, "grants": ["plain.show", "boxes.use[Open]"]},
        "agent": {"grants": ["plain.show"]},
        "admin": {"grants": ["*"]},
        "boxer": {"grants": ["boxes.*"]},
        "visitor": {"kind": "guest", "grants": ["plain.show"]},
        "buddy": {"kind": "member", "grants": ["plain.show", "boxes.*"]},
    }
    files: Data = {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": domains},
        "roles/all.yaml": {"roles": roles},
    }
    files["bindings.yaml"] = {
        "bindings": [line for _ in range(6) if (line := _line(draw, domains, home)) is not None]
    }
    return files


def _line(draw: Draw, domains: Data, home: str) -> Data | None:
    domain = draw(st.sampled_from(DOMAINS))
    outward, at = [], domain
    while at is not None:
        outward.append(at)
        at = domains[at].get("within")
    teams = [team for name in outward for team in domains[name].get("teams", {})]
    line: Data = {"domain": domain}
    if draw(st.integers(0, 4)) == 0:
        line["everyone"] = "true"
    elif teams and draw(st.booleans()):
        line["team"] = draw(st.sampled_from(teams))
    else:
        line["user"] = draw(st.sampled_from(USERS))
    roles = [
        "agent",
        "admin",
        "boxer",
        "visitor",
        "visitor",
        "buddy",
        *(["lead"] * 3 if home in outward else []),
    ]
    if draw(st.booleans()):
        line["role"] = draw(st.sampled_from(roles))
        if line["role"] in ("boxer", "lead") and draw(st.booleans()):
            line |= {"only": {"box": ["Open"]}, "rest": "keep"}
    else:
        line["grants"] = [draw(st.sampled_from(GRANTS))]
    return line


@examples(250)
@given(bound_sets())
def test_exactly_the_lines_that_break_a_kind_are_found(files: Data) -> None:
    """Beside a role of the kind where both hold, for whomever, whatever brings it; and where it has no place.

    By a plain computation.
    """
    with TemporaryDirectory() as name:
        found = rolegate.validate([write_set(files, Path(name))]).diagnostics
    codes = [finding.code for finding in found]
    assert codes.count("RG415") == len({(kind, place) for kind, place, _ in holders(files, "grants")})
    assert codes.count("RG329") == len(holders(files, "role"))
    lines = list(misplaced(files).values())
    assert [codes.count(code) for code in ("RG435", "RG436")] == [
        lines.count(code) for code in ("RG435", "RG436")
    ]
    assert {finding.code for finding in found if finding.severity == "error"} <= {"RG415", "RG435"}


def test_a_custom_role_takes_nothing_away(tmp_path: Path) -> None:
    """The finding is about what is written: binding the role denies nothing of a default one."""
    files: Data = {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": {"d1": {"title": "D", "kind": "firm", "plan": "pro"}}},
        "roles/all.yaml": {
            "roles": {"admin": {"grants": ["*"]}, "lead": {"domain": "d1", "grants": ["plain.show"]}}
        },
        "bindings.yaml": {
            "bindings": [{"user": "ana", "role": role, "domain": "d1"} for role in ("admin", "lead")]
        },
    }
    policy = rolegate.load(write_set(files, tmp_path))
    assert [finding.code for finding in policy.warnings] == ["RG329"]
    assert policy.decide(rolegate.Question("roles.manage", user="ana", domain="d1")).allowed


# -- roles --------------------------------------------------------------------------------------------------

LIMITS = [
    {},
    {"may": ["*"]},
    {"may": ["plain.show", "boxes.use[Open]"]},
    {"may": ["plain.*", "boxes.use[*]", "hush.*"]},
    {"may": ["plain.*", "reach.*@my"], "never": ["boxes.use[Secret]"]},
    {"never": ["hush.*"]},
    {"never": ["reach.see@team", "plain.admin"]},
    {"may": ["*", "rare.sign"], "never": ["roles.list"]},
]
MORE: Data = {
    "reach": {"permissions": {"see": {"title": "See", "scopes": "reach"}}},
    "rare": {"permissions": {"sign": {"title": "Sign", "by_name": "true"}}},
}
HELD = [*GRANTS, "reach.see@all", "reach.see@team", "reach.*@my", "rare.sign"]


@st.composite
def roles_of_kinds(draw: Draw) -> Data:
    """A catalog with two kinds and custom roles, and roles of each that extend each other."""
    permissions = {**CATALOG["permissions"], **MORE}
    catalog = {
        "catalog": "drawn",
        "resources": {"box": "Box"},
        "scopes": {"reach": ["all", "team", "my"]},
        "custom_roles": draw(st.sampled_from(LIMITS)),
        "role_kinds": {
            name: {"title": name, **draw(st.sampled_from(LIMITS))} for name in ("guest", "member")
        },
        "permissions": permissions,
    }
    if not catalog["custom_roles"]:
        del catalog["custom_roles"]
    roles: Data = {}
    for name in "abcd":
        role: Data = {"grants": draw(st.lists(st.sampled_from(HELD), min_size=1, max_size=3, unique=True))}
        if draw(st.booleans()):
            role["domain"] = "d"
        if draw(st.booleans()):
            role["kind"] = draw(st.sampled_from(["guest", "member"]))
        outer = [other for other in roles if "domain" in role or "domain" not in roles[other]]
        if outer and draw(st.booleans()):
            role["extends"] = [draw(st.sampled_from(outer))]
        roles[name] = role
    domains = {"domains": {"d": {"title": "D"}}}
    return {"catalog.yaml": catalog, "domains.yaml": domains, "roles/all.yaml": {"roles": roles}}


@examples(250)
@given(roles_of_kinds())
def test_exactly_the_roles_that_break_their_kind_are_refused(files: Data) -> None:
    """By what they hold, whatever grants, extends or implies it; by a plain computation."""
    with TemporaryDirectory() as name:
        found = rolegate.validate([write_set(files, Path(name))]).diagnostics
    policy = Evaluator(files, NOW)
    wanted = {
        (code, role["role"])
        for index, role in enumerate(policy.roles)
        for code in beyond(policy, role, policy.written(index))
    }
    assert {
        (finding.code, finding.message.split("`")[1]) for finding in found if finding.severity == "error"
    } == wanted


@examples(20)
@given(policy_sets())
def test_no_compiled_line_depends_on_a_kind(files: Data) -> None:
    """Without the kinds of default roles, and without what kinds rule out, the same is compiled."""
    replaced = {role["replaces"] for role in Evaluator(files, NOW).roles if "replaces" in role}
    plain = {name: _without_kinds(data, replaced) for name, data in files.items()}
    kept, left = (_compiled(version) for version in (files, plain))
    assert kept == left


def _compiled(files: Data) -> str:
    with TemporaryDirectory() as name:
        return loaded(Path(name), files).compile(at=NOW).policy_text


def _without_kinds(data: Data, replaced: set[str]) -> Data:
    """*data* with the kinds of roles of domains alone, and of these only where they exist.

    What replaces a default role is of its kind, so those keep theirs.
    """
    kept = "domain" in data or data.get("role") in replaced
    found = {key: value for key, value in data.items() if key != "kind" or kept}
    if "roles" in data:
        found["roles"] = {
            name: _without_kinds({"role": name, **role}, replaced) for name, role in data["roles"].items()
        }
    for kinds in [data["role_kinds"]] if "role_kinds" in data else []:
        found["role_kinds"] = {
            name: {"title": name, **{key: kind[key] for key in ("plans",) if key in kind}}
            for name, kind in kinds.items()
        }
    return found


def test_what_an_extended_role_brings_is_said_once_where_it_is_extended(tmp_path: Path) -> None:
    """The mistake is in the role of a kind, and not in the file of the wide role, which nobody touched."""
    many = ", ".join(f"p{i}: P{i}" for i in range(5))
    files = {
        "catalog.yaml": f"catalog: c\nrole_kinds: {{guest: {{may: p0}}}}\npermissions: {{{many}, q: Q}}\n",
        "roles/wide.yaml": "role: wide\ngrants:\n  - p0\n  - p1\n  - p2\n  - p3\n  - p4\n",
        "roles/one.yaml": "role: one\ngrants: [p0, p1]\n",
        "roles/guest.yaml": "role: visitor\nkind: guest\nextends: [one, wide]\ngrants: [q]\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = rolegate.validate([tmp_path]).diagnostics
    assert [
        ("RG355", 3, "role `visitor` extends `one` and so holds `p1`, which no role of kind"),
        ("RG355", 3, "role `visitor` extends `wide` and so holds `p2`, `p3` and `p4`, which no role of kind"),
        ("RG355", 4, "role `visitor` holds `q`, which no role of kind"),
    ] == [(one.code, one.line, one.message.removesuffix(" `guest` may")) for one in said]
    assert {"guest.yaml"} == {Path(one.file).name for one in said}
    (tmp_path / "roles/guest.yaml").write_text(
        "role: visitor\nkind: guest\nextends: wide\n", encoding="utf-8"
    )
    (one,) = rolegate.validate([tmp_path]).diagnostics
    assert "`p1`, `p2`, `p3` and 1 more, which" in one.message
