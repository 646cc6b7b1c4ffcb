"""A domain's own version of a default role: all judges agree on whom it gives what.

The domains here nest, most of them have a version, and every kind of line names the roles: random sets seldom
have all of that at once.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from drawing import examples
from plain.judging import judged_alike
from plain.strategies import Files

CATALOG: Any = yaml.load(
    """
catalog: versions
plans: [free, pro]
scopes: {reach: [all, my]}
resources: {box: Box}
permissions:
  show: {title: Show, scopes: reach}
  edit: {title: Edit, scopes: reach, requires: show}
  open: {title: Open, per: box}
  send: {title: Send, requires: open}
  paid: {title: Paid, plans: [pro], implies: ops}
  ops: {title: Ops, hidden: true}
  chat: Chat
""",
    Loader=yaml.CBaseLoader,
)
DEFAULT: Any = {
    "agent": {"grants": ["show@all", "edit@my", "open[*]", "send", "paid"]},
    "guest": {"grants": ["show@my", "open[one]"]},
    "lead": {"extends": ["agent"], "grants": ["chat"]},
}
WITHIN = {"acme": None, "emea": "acme", "paris": "emea", "other": None}
TAKEN = ["show@my", "show@all", "edit@my", "open[one]", "open", "paid", "chat", "*"]
OWN: tuple[Any, ...] = (
    {"extends": ["agent"], "except": ["edit"]},
    {"extends": ["agent"], "except": ["paid", "send"]},
    {"extends": ["agent"], "grants": ["chat"]},
    {"extends": ["guest"], "grants": ["paid", "open[two]"]},
    {"grants": ["show@all", "open[two]", "send"]},
)


@st.composite
def sets(draw: st.DrawFn) -> Files:
    """A set in which domains have versions of `agent` and `guest`, and other roles that extend them."""
    roles: Any = {name: dict(body) for name, body in DEFAULT.items()}
    for domain in WITHIN:
        for name in ("agent", "guest"):
            if draw(st.booleans()):
                bodies = OWN if name == "agent" else OWN[4:]
                body = dict(draw(st.sampled_from(bodies)))
                roles[f"{domain} {name}"] = {"domain": domain, "replaces": name, **body}
        if draw(st.integers(0, 2)) == 0:
            parent = draw(st.sampled_from(["agent", "guest", "lead"]))
            roles[f"{domain} boss"] = {"domain": domain, "extends": [parent], "grants": ["chat"]}
    lines = [_line(draw, roles) for _ in range(draw(st.integers(3, 8)))]
    ids = {"box": ["one", "two"]}
    domains: Any = {name: {"plan": "pro", "instances": ids} for name in WITHIN}
    for name, around in WITHIN.items():
        domains[name] |= {"within": around} if around else {}
    domains["acme"]["teams"] = {"t": ["cy", "ana"]}
    domains["emea"]["plan"] = draw(st.sampled_from(["free", "pro"]))
    return {
        "catalog.yaml": CATALOG,
        "roles/all.yaml": {"roles": roles},
        "domains.yaml": {"domains": domains},
        "bindings.yaml": {"bindings": lines},
    }


def _line(draw: st.DrawFn, roles: Any) -> Any:
    domain = draw(st.sampled_from(["acme", "acme", "emea", "paris", "other"]))
    around = [domain]
    while (outer := WITHIN[around[-1]]) is not None:
        around.append(outer)
    known = sorted(name for name, role in roles.items() if role.get("domain", domain) in around)
    role = draw(st.sampled_from(["agent", "agent", "guest", *known]))
    form = draw(st.sampled_from(["role", "role", "role", "holders", "holders", "restrict"]))
    line: Any = {"domain": domain}
    taken = draw(st.lists(st.sampled_from(TAKEN), min_size=1, max_size=2, unique=True))
    if form == "holders":
        return line | {"role": role, "restrict": taken}
    who = draw(
        st.sampled_from(["user", "user", "everyone", "team"] if "acme" in around else ["user", "everyone"])
    )
    line[who] = {"everyone": "true", "user": draw(st.sampled_from(["ana", "bo"])), "team": "t"}[who]
    if form == "restrict":
        return line | {"restrict": taken}
    if role in ("agent", "lead") and draw(st.integers(0, 2)) == 0:
        line |= {"only": {"box": ["two"]}, "rest": "keep"}
    return line | {"role": role}


def test_versions_of_default_roles_are_judged_alike() -> None:
    """The plain evaluator, rolegate, and Casbin on lines that differ in links alone."""
    used = []

    @examples(150, 30)  # enough of them to see that most have such links
    @given(sets(), st.integers(0, 2**16))
    def alike(files: Files, seed: int) -> None:
        with TemporaryDirectory() as folder:
            _, compiled = judged_alike(files, seed, Path(folder))
        used.append(sum("%20agent" in link.role or "%20guest" in link.role for link in compiled.g))
        event(f"{used[-1]} links")

    alike()
    assert sum(map(bool, used)) > len(used) // 2
