"""The text of a gain says what only the newer side says of it: another change may say it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import rolegate
from desks import NOW
from git_desk import FILES
from reading import write
from rolegate import Policy, judge_change

CATALOG, LINES, DOMAINS = FILES["catalog.yaml"], FILES["bindings.yaml"], FILES["domains.yaml"]
REACH, KINDS = "scopes: {reach: [all, team, my]}", "resources: {inbox: Inbox}"
MERGE = "  merge: {title: Merge, %s}\n  billing:"
TREE = "reach: {all: All, team: {within: all}, my: {within: team}"
BOTH = "instances: {inbox: [Support, a], shop: [a], desk: [a]}"


def eve(grant: str) -> dict[str, str]:
    return {"bindings.yaml": f"{LINES}  - {{user: eve, grants: ['{grant}'], domain: beta}}\n"}


def new(keys: str, ladders: str = REACH, grant: str = "merge@my", kinds: str = KINDS) -> dict[str, str]:
    """Files in which eve may do what is new."""
    changed = {REACH: ladders, KINDS: kinds, "  billing:": MERGE % keys}
    catalog = CATALOG
    for before, after in changed.items():
        assert before in catalog
        catalog = catalog.replace(before, after)
    return {**eve(grant), "catalog.yaml": catalog}


def ladder(scopes: str) -> dict[str, str]:
    """Files in which eve has a scope that is new."""
    return {**eve("tickets.show@mine"), "catalog.yaml": CATALOG.replace(REACH, f"scopes: {{{scopes}}}")}


def of_other(scopes: str) -> dict[str, str]:
    return new("scopes: other", f"scopes: {{reach: [all, team, my], other: {scopes}}}")


def per(kind: str) -> dict[str, str]:
    kinds = "resources: {inbox: Inbox, shop: Shop, desk: {attribute: desk_id, title: Desk}}"
    domains = DOMAINS.replace("instances: {inbox: [Support]}", BOTH)
    return {**new(f"per: {kind}", grant="merge[a]", kinds=kinds), "domains.yaml": domains}


def agents(plans: str) -> dict[str, str]:
    """Files in which agents may do what is new."""
    files = new(f"plans: [{plans}]" if plans else "", grant="billing.pay")
    grants = FILES["roles/agent.yaml"].replace("[tickets", "[merge, tickets")
    return {"catalog.yaml": files["catalog.yaml"], "roles/agent.yaml": grants}


PAIRS: dict[str, tuple[Mapping[str, str], Mapping[str, str], str, str]] = {
    "records of a scope of a new permission": (
        of_other("{all: All, my: {within: all, where: {assignee: user.id}}}"),
        of_other('{all: All, my: {within: all, where: {status: "open"}}}'),
        "merge@my (scope my {assignee: user.id})",
        'merge@my (scope my {status: "open"})',
    ),
    "records of the broadest scope of a new permission": (
        of_other("{all: {where: {assignee: user.id}}, my: {within: all}}"),
        of_other("{all: All, my: {within: all}}"),
        "merge@my (scope my; all {assignee: user.id})",
        "merge@my",
    ),
    "scopes within a scope of a new permission": (
        of_other("{all: All, my: {within: all}, our: {within: all}}"),
        of_other("{all: All, my: {within: all}, our: {within: my}}"),
        "merge@my",
        "merge@my (scope my; our)",
    ),
    "the ladder of a new permission": (
        new("scopes: reach"),
        of_other("[my, all]"),
        "merge@my",
        "merge@my (scope my: every record)",
    ),
    "records of a new scope": (
        ladder(f"{TREE}, mine: {{within: all, where: {{author: user.id}}}}}}"),
        ladder(f"{TREE}, mine: {{within: all}}}}"),
        "tickets.show@mine (scope mine {author: user.id})",
        "tickets.show@mine (scope mine)",
    ),
    "scopes within a new scope": (
        ladder(f"{TREE}, mine: {{within: all}}}}"),
        ladder("reach: {all: All, mine: {within: all}, team: {within: mine}, my: {within: team}}"),
        "tickets.show@mine (scope mine)",
        "tickets.show@mine (scope mine; team; my)",
    ),
    "instances of a new permission": (per("inbox"), per("shop"), "merge[a]", "merge[a] (per shop)"),
    "records of instances of a new permission": (
        per("shop"),
        per("desk"),
        "merge[a] (per shop)",
        "merge[a] (per desk=desk_id)",
    ),
    "plans of a new permission of a role": (
        agents("pro"),
        agents("pro, free"),
        "merge (where plan=pro)",
        "merge (where plan=free|pro)",
    ),
    "plans of a new permission of a role, or all of them": (
        agents("pro"),
        agents(""),
        "merge (where plan=pro)",
        "merge",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_an_approval_of_a_new_permission_approves_no_other_one(name: str, tmp_path: Path) -> None:
    """Two changes that give other things have other texts; each is allowed by its own approvals alone."""
    *files, one, other = PAIRS[name]
    old = rolegate.load(write(tmp_path / "old", FILES), at=NOW)
    sides = [side(tmp_path / str(number), known) for number, known in enumerate(files)]
    verdicts = [judge_change(old, made, at=NOW) for made in sides]
    found = [{text for known in verdict.refusals for text in known.what} for verdict in verdicts]
    assert (one in found[0], one in found[1], other in found[1]) == (True, False, True)
    rest = {"reason": "x", "until": "2999-01-01"}
    for number, verdict in enumerate(verdicts):
        entries = [{**(refusal.approval or {}), **rest} for refusal in verdict.refusals]
        approvals = {"approvals.yaml": f"approvals: {entries}\n"}
        allowed = [
            bool(judge_change(old, side(tmp_path / f"{number}-{at}", {**known, **approvals}), at=NOW))
            for at, known in enumerate(files)
        ]
        assert allowed == [at == number for at in (0, 1)]


def side(folder: Path, files: Mapping[str, str]) -> Policy:
    return rolegate.load(write(folder, {**FILES, **files}), at=NOW)
