"""A restriction names what is there or was, and ids that look alike are seen wherever they stand."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.writer import write_set

Draw = Any
CATALOG: Data = {
    "catalog": "drawn",
    "resources": {"box": "Box", "inte": "Integration", "acct": {"title": "Account", "within": "inte"}},
    "permissions": {
        "boxes": {
            "permissions": {"use": {"title": "Use", "per": "box"}, "see": {"title": "See", "per": "box"}}
        },
        "accounts": {
            "permissions": {"list": {"title": "List", "per": "inte"}, "use": {"title": "Use", "per": "acct"}}
        },
        "plain": {"permissions": {"show": "Show", "look": "Look", "wipe": "Wipe"}},
    },
}


def found(files: Data) -> tuple[rolegate.Diagnostic, ...]:
    """What is found in a set."""
    with TemporaryDirectory() as name:
        return rolegate.validate([write_set(files, Path(name))]).diagnostics


# -- restrictions -------------------------------------------------------------------------------------------

DOMAINS = ("d1", "d2", "d3", "d4")
ENTRIES = [
    "boxes.use[{a}]",
    "boxes.*[{a}]",
    "accounts.use[{a}/{b}]",
    "accounts.use[{a}/*]",
    "accounts.list[{a}]",
    "accounts.*[{a}]",
    "boxes.use[*]",
    "accounts.use",
]
ids = st.sampled_from(["kar", "lom", "nid"])


@st.composite
def restricted_sets(draw: Draw) -> Data:
    """Domains that list some instances, and restrictions on some."""
    domains: Data = {}
    for place, name in enumerate(DOMAINS):
        node: Data = {"title": name}
        if place and draw(st.booleans()):
            node["within"] = draw(st.sampled_from(DOMAINS[:place]))
        for key in ("instances", "removed"):
            listed = node.setdefault(key, {})
            for kind, count in (("box", 1), ("inte", 1), ("acct", 2)):
                if draw(st.integers(0, 2)) == 0:
                    listed[kind] = ["/".join(draw(st.tuples(*[ids] * count)))]
        known = [one for paths in node["instances"].values() for one in paths]
        for kind, gone in list(node["removed"].items()):
            if any(f"{one}/".startswith(f"{gone[0]}/") for one in known):
                del node["removed"][kind]
        domains[name] = node
    lines = [
        {
            "user": "ana",
            "domain": draw(st.sampled_from(DOMAINS)),
            "restrict": [draw(st.sampled_from(ENTRIES)).format(a=draw(ids), b=draw(ids))],
        }
        for _ in range(5)
    ]
    return {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": domains},
        "bindings.yaml": {"bindings": lines},
    }


def names_nothing(domains: Data, line: Data) -> bool:
    """Does the line restrict an instance that was never there, where such things are listed?"""
    entry = line["restrict"][0]
    if "[" not in entry:
        return False
    named = [part for part in entry.partition("[")[2][:-1].split("/") if part != "*"]
    kinds = ["box"] if entry.startswith("boxes") else ["inte", "acct"]

    def within(inner: str | None, outer: str) -> bool:
        return inner is not None and (inner == outer or within(domains[inner].get("within"), outer))

    def listed(domain: str, kind: str) -> set[str]:
        names = set()
        for listed in (domains[domain]["instances"], domains[domain]["removed"]):
            for other, paths in listed.items():
                if other == kind or (kind, other) == ("inte", "acct"):
                    names |= {path if other == kind else path.split("/")[0] for path in paths}
        return names

    here = line["domain"]
    for depth, kind in enumerate(kinds[: len(named)], 1):
        inside = [name for name in domains if within(name, here)]
        around = [name for name in domains if within(here, name)]
        known = {path for name in (*inside, *around) for path in listed(name, kind)}
        if any(listed(name, kind) for name in inside) and "/".join(named[:depth]) not in known:
            return True
    return False


@examples(300)
@given(restricted_sets())
def test_exactly_the_restrictions_that_name_nothing_are_errors(files: Data) -> None:
    """In nested domains, at each level of a chain, for stars and single permissions alike."""
    lines = files["bindings.yaml"]["bindings"]
    wrong = [line for line in lines if names_nothing(files["domains.yaml"]["domains"], line)]
    errors = [finding.code for finding in found(files) if finding.severity == "error"]
    # One of a domain may also be removed in a domain around it.
    assert [code for code in errors if code != "RG413"] == ["RG414"] * len(wrong)


@pytest.mark.parametrize("written", ["support", " Support", "Supp\u043ert", "Suppo\u0301rt", "Supprt"])
def test_a_misspelt_restriction_is_no_restriction(written: str) -> None:
    """It is an error that names what was meant."""
    files: Data = {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": {"acme": {"instances": {"box": ["Support", "Other"]}}}},
        "bindings.yaml": {
            "bindings": [{"user": "ana", "restrict": [f"boxes.use[{written}]"], "domain": "acme"}]
        },
    }
    errors = [finding for finding in found(files) if finding.severity == "error"]
    assert [(finding.code, "did you mean `Support`?" in finding.help) for finding in errors] == [
        ("RG414", True)
    ]


def test_a_removed_instance_does_not_break_a_restriction() -> None:
    """What was deleted is moved to `removed`, and the line stays."""
    lines = [{"user": "ana", "restrict": ["boxes.use[Support]"], "domain": "acme"}]
    domains: Data = {"acme": {"instances": {"box": ["Other"]}, "removed": {"box": ["Support"]}}}
    files = {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": domains},
        "bindings.yaml": {"bindings": lines},
    }
    assert found(files) == ()


# -- look-alikes --------------------------------------------------------------------------------------------


def set_with(places: dict[str, str]) -> Data:
    """A set in which an id stands at each of some places."""
    node: Data = {}
    roles: Data = {"custom": {"domain": "acme", "grants": ["plain.show"]}}
    lines: list[Data] = []
    catalog: Data = {**CATALOG, "permissions": {**CATALOG["permissions"]}}
    catalog["permissions"]["plain"] = {"permissions": dict(CATALOG["permissions"]["plain"]["permissions"])}
    plain = catalog["permissions"]["plain"]["permissions"]
    for place, one in places.items():
        if place in ("instances", "removed"):
            node[place] = {"box": [one]}
        elif place == "only":
            lines.append(
                {"user": "bo", "role": "boxer", "domain": "acme", "only": {"box": [one]}, "rest": "drop"}
            )
            roles["boxer"] = {"grants": ["boxes.use[*]"]}
        elif place in ("grants", "restrict"):
            lines.append({"user": "ana", place: [f"boxes.use[{one}]"], "domain": "acme"})
        elif place == "role":
            roles["custom"]["grants"] = ["plain.show", f"boxes.*[{one}]"]
        elif place == "except":
            roles["custom"]["except"] = [f"boxes.use[{one}]"]
        elif place == "never":
            catalog["custom_roles"] = {"never": [f"boxes.see[{one}]"]}
        elif place in ("requires", "implies", "recommends"):
            plain[{"requires": "look", "implies": "wipe", "recommends": "show"}[place]] = {
                "title": "P",
                place: f"boxes.use[{one}]",
            }
    return {
        "catalog.yaml": catalog,
        "domains.yaml": {"domains": {"acme": node}},
        "roles/all.yaml": {"roles": roles},
        "bindings.yaml": {"bindings": lines},
    }


PLACES = [
    "instances",
    "removed",
    "only",
    "grants",
    "restrict",
    "role",
    "except",
    "never",
    "requires",
    "implies",
    "recommends",
]
ALIKE = ("caf\u00e9", "Caf\u00e9", unicodedata.normalize("NFD", "caf\u00e9"), " caf\u00e9", "\u0441af\u00e9")


@examples(150)
@given(st.lists(st.sampled_from(PLACES), min_size=2, max_size=2, unique=True), st.permutations(ALIKE))
def test_ids_that_look_alike_are_seen_wherever_they_stand(places: list[str], ids: list[str]) -> None:
    """In each two of the places that take an id of an instance; and written the same way nothing is said."""
    pairs = [finding for finding in found(set_with(dict(zip(places, ids, strict=False)))) if finding.related]
    assert [finding.code for finding in pairs if "box" in finding.message] == ["RG117"], places
    same = found(set_with(dict.fromkeys(places, "caf\u00e9")))
    assert [finding for finding in same if finding.code == "RG117"] == []


def test_alike_within_one_outer_instance_alone() -> None:
    """`Shop` of one integration and `shop` of another are not confused; `Allegro` and `allegro` are."""
    for paths, count in ((["a/Shop", "b/shop"], 0), (["a/Shop", "a/shop"], 1), (["a/Shop", "A/shop"], 1)):
        files = {
            "catalog.yaml": CATALOG,
            "domains.yaml": {"domains": {"acme": {"instances": {"acct": paths}}}},
        }
        assert [finding.code for finding in found(files)] == ["RG117"] * count
