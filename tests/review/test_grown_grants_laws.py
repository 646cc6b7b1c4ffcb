"""The gate refuses a change of a catalog exactly if somebody whom no file names may gain by it."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.catalog import Catalog, Data
from plain.editing import edited
from plain.random_catalog import catalogs
from plain.strategies import NOW
from plain.writer import write_set
from rolegate import Policy, access_diff, judge_change

TRIED = 12
"""So many grants are tried of each pair of catalogs."""
STEPS = 10
"""So many changes follow one another; those that are refused are left out."""


def without(data: Any, *keys: str) -> Any:
    """*data* without *keys*: what requires something cannot be granted alone."""
    if isinstance(data, Mapping):
        return {key: without(value, *keys) for key, value in data.items() if key not in keys}
    return [without(value, *keys) for value in data] if isinstance(data, list) else data


def changed(data: Data, draw: random.Random) -> Data:
    """Another catalog, in which one of several things is otherwise."""
    found: Data = copy.deepcopy(edited({"catalog.yaml": data}, draw, draw.randint(1, 2))["catalog.yaml"])
    if draw.random() < 0.5:
        found["scopes"]["queue"]["my"]["within"] = draw.choice(["all", "unassigned"])
    nodes = [
        node for node in _nodes(found["permissions"]) if "permissions" not in node and "fields" not in node
    ]
    node = draw.choice(nodes)
    match draw.randrange(4):
        case 0:
            _set(node, "scopes", draw.choice([None, *sorted(found["scopes"])]))
        case 1:
            _set(node, "per", draw.choice([None, *sorted(found["resources"])]))
        case 2 if "plans" in found:
            node["plans"] = draw.choice([["pro"], ["free", "pro"]])
        case _:
            node.pop("plans", None)
    return found


def _set(node: Data, key: str, value: str | None) -> None:
    node.pop(key, None)
    if value is not None:
        node[key] = value


def _nodes(permissions: Data) -> Iterator[Data]:
    for node in permissions.values():
        if isinstance(node, dict):
            yield node
            yield from _nodes(node.get("permissions", {}))


def grants(data: Data) -> Iterator[str]:
    """What a line may say by the catalog *data*: single permissions, and stars."""
    catalog = Catalog(data)
    for row in catalog.rows:
        ids = "[{}]".format("/".join("x" * len(row.chain))) if row.chain else ""
        for limit in {ids, "[*]" if row.chain else ""}:
            for scope in catalog.scopes(row) if row.ladder else [""]:
                yield f"{row.path}{limit}{f'@{scope}' if scope else ''}"
        groups = row.path.split(".")[:-1]
        for depth in range(len(groups) + 1):
            star = f"{'.'.join(groups[:depth])}.*" if depth else "*"
            yield from (star, *(f"{star}@{scope}" for scope in (catalog.scopes(row) if row.ladder else ())))


def loaded(folder: Path, data: Data, grant: str = "") -> Policy | None:
    """The catalog alone, or with a role that has *grant*; None where that is not valid."""
    role: Data = {"roles/probe.yaml": {"role": "probe", "grants": [grant]}} if grant else {}
    domains: Data = {"domains.yaml": {"domains": {"free": {"plan": "free"}, "pro": {"plan": "pro"}}}}
    try:
        return rolegate.load(
            write_set({"catalog.yaml": data, **role, **(domains if "plans" in data else {})}, folder), at=NOW
        )
    except rolegate.InvalidPolicyError:
        return None


def gained(old: Policy, new: Policy) -> set[str]:
    """What the role gains that is not new."""
    lines = access_diff(old, new, at=NOW).subjects
    changes = [change for line in lines if line.kind == "role" for change in line.changes]
    return {change.permission.path for change in changes if change.gains and change.permission.old}


@examples(45)
@given(data=catalogs(), seed=st.integers(0, 2**32))
def test_what_any_grant_gives_more_is_told(data: Data, seed: int) -> None:
    """A role that has the grant on both sides gains it; and what is told, some role does gain."""
    draw = random.Random(seed)
    first = without(data, "requires", "recommends", "header", "custom_roles", "domain_kinds")
    second = changed(first, draw)
    with TemporaryDirectory() as folder:
        top = Path(folder)
        for number, (before, after) in enumerate(((first, second), (second, first))):
            sides = loaded(top / f"{number}-old", before), loaded(top / f"{number}-new", after)
            if sides[0] is None or sides[1] is None:
                return
            refusals = judge_change(sides[0], sides[1], at=NOW).refusals
            told = [text for refusal in refusals for text in refusal.what]
            every = sorted(set(grants(before)))
            named = [text.split(": gives")[0].removeprefix("grant ") for text in told if ": gives" in text]
            for place, grant in enumerate([*draw.sample(every, min(TRIED, len(every))), *named]):
                probes = [
                    loaded(top / f"{number}-{place}-{side}", catalog, grant)
                    for side, catalog in (("old", before), ("new", after))
                ]
                if probes[0] is None or probes[1] is None:
                    assert "…" in grant or grant not in named
                    continue
                more = gained(probes[0], probes[1])
                assert not more or told, (grant, more)
                assert more or grant not in named, (grant, told)


@examples(30)
@given(data=catalogs(), seed=st.integers(0, 2**32))
def test_changes_that_pass_one_after_the_other_give_nobody_more(data: Data, seed: int) -> None:
    """Each is judged by the one before it; whoever has the grant from the first to the last gains nothing."""
    draw = random.Random(seed)
    passed = [without(data, "requires", "recommends", "header", "custom_roles", "domain_kinds")]
    with TemporaryDirectory() as folder:
        top = Path(folder)
        last = loaded(top / "first", passed[0])
        for number in range(STEPS if last is not None else 0):
            after = changed(draw.choice(passed), draw)
            policy = loaded(top / str(number), after)
            if policy is not None and last is not None and judge_change(last, policy, at=NOW):
                passed.append(after)
                last = policy
        every = sorted(set(grants(passed[0])))
        for number, grant in enumerate(draw.sample(every, min(TRIED, len(every)))):
            first, now = (
                loaded(top / f"{number}-{side}", data, grant)
                for side, data in (("first", passed[0]), ("now", passed[-1]))
            )
            if first is not None and now is not None:
                assert not gained(first, now), grant
