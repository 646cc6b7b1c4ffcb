"""Random catalogs that are valid by construction."""

from typing import Any

from hypothesis import strategies as st

from plain.catalog import Catalog, Data, Permission
from plain.grammar import parse, write
from plain.meanings import meanings, texts
from plain.names import ALIASES, WORDS

Draw = Any
"""Hypothesis' `draw`."""

PLANS, ADDONS = ("free", "pro", "max"), ("audit", "sso", "bots")
KINDS_OF_DOMAINS = ("firm", "site", "shop")
LADDERS: dict[str, Data] = {
    "reach": ["all", "team", "my"],
    "queue": {
        "all": {"title": "All"},
        "team": {"within": "all"},
        "unassigned": {"within": "all"},
        "my": {"within": "team"},
    },
    "pair": ["wide", "my"],
}
KINDS: dict[str, Data] = {
    "box": "Box",
    "inte": {"title": "Integration"},
    "acct": {"title": "Account", "within": "inte"},
    "feed": {"title": "Feed", "within": "inte"},
    "shelf": {"title": "Shelf", "within": "acct"},
}


def sometimes(draw: Draw, one_in: int) -> bool:
    """True once in *one_in* draws; shrinks to False."""
    return bool(draw(st.integers(0, one_in - 1)) == one_in - 1)


@st.composite
def catalogs(draw: Draw) -> Data:
    """The data of a `catalog.yaml`."""
    data: Data = {"catalog": "random", "scopes": dict(LADDERS), "resources": dict(KINDS)}
    if not sometimes(draw, 3):
        data |= {"plans": list(PLANS), "addons": {name: {"title": name.title()} for name in ADDONS}}
        if sometimes(draw, 2):
            data["addons"]["audit"]["requires"] = ["sso"]
    if sometimes(draw, 2):
        data["domain_kinds"] = list(KINDS_OF_DOMAINS)
    budget = [draw(st.integers(6, 12))]
    data["permissions"] = _nodes(draw, data, depth=0, kind=None, outer={}, budget=budget)
    _depend(draw, data)
    _imply_hidden(draw, data)
    _rename(draw, data)
    if "plans" in data and sometimes(draw, 3):
        rows = st.sampled_from([row.path for row in Catalog(data).rows])
        data["custom_roles"] = {"plans": ["pro", "max"], "manage": draw(rows), "never": [draw(rows)]}
        if "domain_kinds" in data and sometimes(draw, 2):
            data["custom_roles"]["domain_kinds"] = ["site", "shop"]
    return data


def _nodes(draw: Draw, data: Data, depth: int, kind: str | None, outer: Data, budget: list[int]) -> Data:
    """The children of one group."""
    count = draw(st.integers(1, 3) if depth else st.integers(3, 5))
    nodes: Data = {}
    for name in draw(st.lists(st.sampled_from(WORDS), min_size=count, max_size=count, unique=True)):
        group = depth < 2 and not sometimes(draw, 2)
        node: Data = {"title": name}
        inner = _per(draw, kind)
        if inner != kind:
            node["per"] = inner
        allowed = _narrowed(draw, data, node, outer)
        if sometimes(draw, 12 if group else 6):
            node["by_name"] = "true"
        if group and budget[0] > 0:
            node["permissions"] = _nodes(draw, data, depth + 1, inner, allowed, budget)
            if sometimes(draw, 3):
                _add_header(node)
            if sometimes(draw, 4):
                node["fields"] = _fields(draw)
        else:
            if sometimes(draw, 2):
                node["scopes"] = draw(st.sampled_from(sorted(LADDERS)))
            if inner and len(name) % 2:
                node["every"] = f"every {name}"  # the tree has a box beside it that stands for each one
            if sometimes(draw, 12):
                node["deprecated"] = "true"
        budget[0] -= 1
        nodes[name] = node if len(node) > 1 else name
    return nodes


def _fields(draw: Draw) -> Data:
    """Fields of a group, some of them with scopes."""
    names = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
    if sometimes(draw, 2):
        return names
    fields: Data = {}
    for name in names:
        fields[name] = name
        if not sometimes(draw, 3):
            fields[name] = {"title": name, "scopes": draw(st.sampled_from(sorted(LADDERS)))}
            if sometimes(draw, 6):
                fields[name]["by_name"] = "true"
    return fields


def _per(draw: Draw, kind: str | None) -> str | None:
    """The same kind, or one that lies within it."""
    inner = {
        None: ["box", "box", "inte", "acct", "acct", "acct", "feed", "shelf"],
        "inte": ["acct", "acct", "feed"],
        "acct": ["shelf"],
    }.get(kind)
    return str(draw(st.sampled_from(inner))) if inner and sometimes(draw, 2) else kind


def _narrowed(draw: Draw, data: Data, node: Data, outer: Data) -> Data:
    """Limit *node* to some kinds of domains, plans and add-ons, within those that *outer* leaves."""
    for key, names in (("plans", PLANS), ("domain_kinds", KINDS_OF_DOMAINS)):
        if key in data and sometimes(draw, 5):
            left = st.sampled_from(outer.get(key, names))
            node[key] = draw(st.lists(left, min_size=1, max_size=2, unique=True))
    if "addons" in data and sometimes(draw, 6):
        some = draw(st.lists(st.sampled_from(ADDONS), min_size=1, max_size=2, unique=True))
        node["addons"] = some if len(some) == 1 else [{"any_of": some}]
    return {**outer, **{key: node[key] for key in ("plans", "domain_kinds") if key in node}}


def _add_header(group: Data) -> None:
    """Make the first child the header, if it is a permission that everything else may lean on."""
    first, node = next(iter(group["permissions"].items()))
    narrower = {"permissions", "plans", "addons", "domain_kinds", "hidden", "fields"}
    if isinstance(node, str) or not narrower & set(node):
        group["header"] = first


def _depend(draw: Draw, data: Data) -> None:
    """Let permissions require and imply ones that stand before them, so that there are no cycles."""
    for _ in range(draw(st.integers(3, 8))):
        catalog = Catalog(data)
        position = draw(st.integers(0, len(catalog.rows) - 1))
        row, node = catalog.rows[position], _node(data, catalog.rows[position].path)
        word = "implies" if sometimes(draw, 3) else "requires"
        before = [
            other
            for other in catalog.rows[:position]
            if (gates_meet(row, other) if word == "implies" else gate_implies(row, other, data))
            if not (row.hidden or other.hidden) and (row.by_name or not other.by_name)
        ]
        if node is None or not before:
            continue
        other = draw(st.sampled_from(before))
        node[word] = [*node.get(word, []), _entry(draw, catalog, row, other, fixed=word == "implies")]


def _imply_hidden(draw: Draw, data: Data) -> None:
    """Hide a few permissions that nothing requires, and let others imply them, hidden ones among these."""
    catalog = Catalog(data)
    leant_on = {parse(text).name for row in catalog.rows for text in row.requires}
    nodes = {row.path: _node(data, row.path) for row in catalog.rows if not row.names & leant_on}
    fixed = _headers(data["permissions"], "")
    implied = [(row, parse(text).name, text) for row in catalog.rows for text in row.implies]
    fixed |= {row.path for row, name, _ in implied if catalog.named[name].by_name}
    fixed |= {
        other.path
        for row, name, text in implied
        if (other := catalog.named[name]) and not (_fits(row, other, text) and gate_implies(row, other, data))
    }
    free = [
        path
        for path, node in nodes.items()
        if node is not None and "requires" not in node and path not in fixed
    ]
    hidden = draw(st.lists(st.sampled_from(free), max_size=3, unique=True)) if free else []
    for path in hidden:
        node = _node(data, path)
        assert node is not None
        node.pop("deprecated", None)
        node.pop("by_name", None)
        node["hidden"] = "true"
    for path in hidden:
        for _ in range(draw(st.integers(1, 4))):
            _imply(draw, data, path)


def _fits(row: Permission, other: Permission, text: str) -> bool:
    """May *row* imply a hidden *other* as *text*? What is per more than that has to name an instance."""
    return not other.chain or "[" in text or other.chain[: len(row.chain)] == row.chain


def _headers(nodes: Data, above: str) -> set[str]:
    """The paths of the header permissions."""
    found = set()
    for name, node in nodes.items():
        if isinstance(node, dict) and "permissions" in node:
            found |= _headers(node["permissions"], f"{above}{name}.")
            if "header" in node:
                found.add(f"{above}{name}.{node['header']}")
    return found


def _imply(draw: Draw, data: Data, path: str) -> None:
    """Let some permission imply the hidden one at *path*, if that makes no circle."""
    catalog = Catalog(data)
    other = catalog.permissions[path]
    reached = [path]
    for above in reached:
        names = [parse(text).name for text in catalog.permissions[above].implies]
        reached += [catalog.named[name].path for name in names if catalog.named[name].path not in reached]
    owners = [row for row in catalog.rows if row.path not in reached and gate_implies(row, other, data)]
    if not owners:
        return
    row = draw(st.sampled_from(owners))
    text = _entry(draw, catalog, row, other, fixed=True)
    node = _node(data, row.path)
    if node is not None and _fits(row, other, text):
        node["implies"] = [*node.get("implies", []), text]


def _entry(draw: Draw, catalog: Catalog, row: Permission, other: Permission, fixed: bool) -> str:
    """*other* as *row* may name it; *fixed*: nothing about it may stay open."""
    text = draw(st.sampled_from(sorted(other.names)))
    shared = row.chain[:1] == other.chain[:1]
    if other.chain and ((fixed and not shared) or sometimes(draw, 5)):
        ids = ("one", "two", "three")[: len(other.chain)]
        depth = draw(st.integers(0, len(ids)))
        text = write(text, ids[:depth], len(ids), "-")
    if other.ladder and ((fixed and row.ladder != other.ladder) or sometimes(draw, 5)):
        text += "@" + draw(st.sampled_from(catalog.scopes(other)))
    return str(text)


def gates_meet(row: Permission, other: Permission) -> bool:
    """Can a domain have both?"""
    both = [(row.plans, other.plans), (row.kinds, other.kinds)]
    return all(one is None or two is None or one & two for one, two in both)


def gate_implies(row: Permission, other: Permission, data: Data) -> bool:
    """Does every domain that has *row* have *other*?"""
    plans = other.plans is None or (row.plans is not None and row.plans <= other.plans)
    kinds = other.kinds is None or (row.kinds is not None and row.kinds <= other.kinds)
    brought = {name: {name, *texts(addon.get("requires"))} for name, addon in data.get("addons", {}).items()}
    return (
        plans
        and kinds
        and all(
            any(all(brought[name] & wanted for name in choice) for choice in row.addons)
            for wanted in other.addons
        )
    )


def _node(data: Data, path: str) -> Data | None:
    """The node of the permission at *path* as a mapping; `None` for a field."""
    nodes = data["permissions"]
    *groups, last = path.split(".")
    for name in groups:
        node = nodes.get(name)
        if not isinstance(node, dict) or "permissions" not in node:
            return None
        nodes = node["permissions"]
    if last not in nodes:
        return None
    if isinstance(nodes[last], str):
        nodes[last] = {"title": nodes[last]}
    return nodes[last]


def _rename(draw: Draw, data: Data) -> None:
    """Give some nodes aliases and earlier paths that nothing else has."""
    catalog = Catalog(data)
    old = iter(["old.one", "gone", "old.two"])
    for alias in draw(st.lists(st.sampled_from(ALIASES), max_size=2, unique=True)):
        node = _node(data, draw(st.sampled_from(catalog.rows)).path)
        if node is not None:
            node["aliases"] = [*node.get("aliases", []), alias]
    for _ in range(draw(st.integers(0, 2))):
        node = _node(data, draw(st.sampled_from(catalog.rows)).path)
        if node is not None and "renamed_from" not in node:
            node["renamed_from"] = next(old)
    groups = sorted({row.path.rpartition(".")[0] for row in catalog.rows if row.path.count(".") == 1})
    if groups and sometimes(draw, 2):
        data["permissions"][draw(st.sampled_from(groups))]["aliases"] = ["all:of it"]
    if groups and sometimes(draw, 4):
        group = draw(st.sampled_from(groups))
        data["permissions"][group]["renamed_from"] = "former"
        _rename_within(draw, data, group)


def _rename_within(draw: Draw, data: Data, group: str) -> None:
    """Rename something in a renamed group as well, before or after that."""
    nodes = [
        node for name in data["permissions"][group]["permissions"] if (node := _node(data, f"{group}.{name}"))
    ]
    node, head = draw(st.sampled_from(nodes)), draw(st.sampled_from([group, "former"]))
    text = f"{head}.{draw(st.sampled_from(WORDS))}"
    if "renamed_from" not in node and text not in meanings(data):
        node["renamed_from"] = text
