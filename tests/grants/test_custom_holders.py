"""What no custom role may hold, no line gives to its holders."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.custom import forbidden, holders
from plain.writer import write_set

Draw = Any
USERS, TEAMS, DOMAINS = ("ana", "bo", "cy"), ("t1", "t2"), ("d1", "d2", "d3", "d4")
CATALOG: Data = {
    "catalog": "drawn",
    "resources": {"box": "Box"},
    "custom_roles": {"never": ["roles.*", "boxes.use[Secret]", "hush.op"]},
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
        domains[name] = {"title": name}
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
    teams = [team for each in outward for team in domains[each].get("teams", {})]
    line: Data = {"domain": domain}
    if draw(st.integers(0, 4)) == 0:
        line["everyone"] = "true"
    elif teams and draw(st.booleans()):
        line["team"] = draw(st.sampled_from(teams))
    else:
        line["user"] = draw(st.sampled_from(USERS))
    roles = ["agent", "admin", "boxer", *(["lead"] * 3 if home in outward else [])]
    if draw(st.booleans()):
        line["role"] = draw(st.sampled_from(roles))
        if line["role"] in ("boxer", "lead") and draw(st.booleans()):
            line |= {"only": {"box": ["Open"]}, "rest": "keep"}
    else:
        line["grants"] = [draw(st.sampled_from(GRANTS))]
    return line


@examples(250)
@given(bound_sets())
def test_exactly_the_lines_beside_a_custom_role_are_found(files: Data) -> None:
    """In domains where both hold, for whomever, whatever brings it; by a plain computation."""
    with TemporaryDirectory() as name:
        found = rolegate.validate([write_set(files, Path(name))]).diagnostics
    codes = [each.code for each in found]
    assert codes.count("RG415") == len(forbidden(files))
    assert codes.count("RG329") == len(holders(files, "role"))
    assert {each.code for each in found if each.severity == "error"} <= {"RG415"}


def test_a_custom_role_takes_nothing_away(tmp_path: Path) -> None:
    """The finding is about what is written: binding the role denies nothing of a default one."""
    files: Data = {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": {"d1": {"title": "D"}}},
        "roles/all.yaml": {
            "roles": {"admin": {"grants": ["*"]}, "lead": {"domain": "d1", "grants": ["plain.show"]}}
        },
        "bindings.yaml": {
            "bindings": [{"user": "ana", "role": each, "domain": "d1"} for each in ("admin", "lead")]
        },
    }
    policy = rolegate.load(write_set(files, tmp_path))
    assert [each.code for each in policy.warnings] == ["RG329"]
    assert policy.decide(rolegate.Question("roles.manage", user="ana", domain="d1")).allowed
