"""Everyone, and what restrictions take from everyone and from the holders of a role: all judges agree.

The catalog here is made of dependencies that any scope or any instance serves, which random sets seldom meet
with a restriction on everyone.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import event, example, given
from hypothesis import strategies as st

from drawing import examples
from plain.judging import judged_alike
from plain.strategies import Files
from rolegate.compiled.everyone import given_less
from rolegate.diagnostics import Report

CATALOG: Any = yaml.load(
    """
catalog: needs
plans: [free, pro]
scopes:
  queue: {all: {}, team: {within: all}, unassigned: {within: all}, my: {within: team}}
  reach: [all, my]
resources: {box: Box, inte: Integration, acct: {title: Account, within: inte}}
permissions:
  q: {title: Q, per: box, scopes: queue}
  same: {title: Same box at any scope, per: box, requires: q}
  after: {title: After same, per: box, requires: same}
  some: {title: Any box at any scope, requires: q}
  later: {title: After some, scopes: reach, requires: some}
  named: {title: One box, requires: "q[one]"}
  i: {title: I, per: inte, scopes: queue}
  deep: {title: Below an integration, per: acct, requires: i}
  paid: {title: Paid, plans: [pro], requires: some}
""",
    Loader=yaml.CBaseLoader,
)
ROLES = {
    "wide": ["q[*]@my", "same[*]", "after[*]", "some", "later@all", "paid"],
    "boxed": ["q[one]@unassigned", "q[two]@unassigned", "same[one]", "same[two]", "some"],
    "mixed": ["q[*]@team", "same[*]", "same[two]", "after[two]", "q[one]@unassigned", "named"],
    "deep": ["i[*]@unassigned", "deep[*]", "i[one]@my", "deep[one/*]", "deep[two/x]"],
    "only q": ["q[*]@unassigned"],
}
TAKEN = [
    "q@my",
    "q@team",
    "q@unassigned",
    "q[one]@my",
    "q[one]@unassigned",
    "q[two]@unassigned",
    "q[one]",
    "q[*]@my",
    "same[one]",
    "some",
    "i[one]@my",
    "i[one]@unassigned",
    "i@unassigned",
    "deep[two/x]",
]


@st.composite
def sets(draw: st.DrawFn) -> Files:
    """A set with these roles, and lines mostly for everyone and about the holders of a role."""
    roles = sorted(ROLES)
    lines: list[Any] = []
    for _ in range(draw(st.integers(2, 7))):
        line: Any = {"domain": draw(st.sampled_from(["out", "in"]))}
        form = draw(st.sampled_from(["role", "role", "grants", "restrict", "restrict", "holders"]))
        if form == "holders":
            line |= {"role": draw(st.sampled_from(roles)), "restrict": [draw(st.sampled_from(TAKEN))]}
        else:
            who = draw(st.sampled_from(["everyone", "everyone", "everyone", "user", "team"]))
            line[who] = {"everyone": "true", "user": draw(st.sampled_from(["ana", "bo"])), "team": "t"}[who]
        if form == "role":
            line["role"] = draw(st.sampled_from(roles))
            if line["role"] in ("wide", "mixed") and draw(st.integers(0, 3)) == 0:
                line |= {"only": {"box": ["one"]}, "rest": "keep" if line["role"] == "wide" else "drop"}
        elif form == "grants":
            line["grants"] = ROLES[draw(st.sampled_from(roles))]
        elif form == "restrict":
            line["restrict"] = draw(st.lists(st.sampled_from(TAKEN), min_size=1, max_size=3, unique=True))
        lines.append(line)
    ids = {"box": ["one", "two"], "acct": ["one/x", "two/x"]}
    return {
        "catalog.yaml": CATALOG,
        "roles/all.yaml": {"roles": {name: {"grants": grants} for name, grants in ROLES.items()}},
        "domains.yaml": {
            "domains": {
                "out": {"plan": draw(st.sampled_from(["free", "pro"])), "instances": ids},
                "in": {"within": "out", "teams": {"t": ["cy"]}} | {"instances": ids},
            }
        },
        "bindings.yaml": {"bindings": [one for one in lines if "team" not in one or one["domain"] == "in"]},
    }


def set_of(*lines: Any) -> Files:
    """A set with these roles and two boxes, and *lines* in one domain."""
    return {
        "catalog.yaml": CATALOG,
        "roles/all.yaml": {"roles": {name: {"grants": grants} for name, grants in ROLES.items()}},
        "domains.yaml": {"domains": {"out": {"plan": "pro", "instances": {"box": ["one", "two"]}}}},
        "bindings.yaml": {"bindings": [{"domain": "out"} | line for line in lines]},
    }


EACH_BUT_NOT_ALL = set_of(
    {"everyone": "true", "grants": ROLES["mixed"]},
    {"everyone": "true", "restrict": ["q[two]@unassigned", "q[one]@my"]},
)


def test_each_box_but_not_all_of_them_is_given_to_nobody(tmp_path: Path) -> None:
    """Two restrictions leave each box a scope of its own, and no scope for all boxes together."""
    policy = judged_alike(EACH_BUT_NOT_ALL, 1, tmp_path)[0]
    answers = [policy.check("bo", "same", domain="out", on=box).allowed for box in ("one", "two", "new")]
    assert answers == [False, True, False]


def test_what_everyone_is_given_is_judged_alike() -> None:
    """The plain evaluator, rolegate and Casbin, on rights that lack what they require after restrictions."""
    lacking = []

    @examples(150)
    @example(EACH_BUT_NOT_ALL, 1)
    @given(sets(), st.integers(0, 2**16))
    def alike(files: Files, seed: int) -> None:
        with TemporaryDirectory() as folder:
            resolved = judged_alike(files, seed, Path(folder))[0].resolved
        lacking.append(len(given_less(resolved, resolved.bindings, Report())))
        event(f"{lacking[-1]} domains")

    alike()
    assert sum(map(bool, lacking)) > len(lacking) // 20
