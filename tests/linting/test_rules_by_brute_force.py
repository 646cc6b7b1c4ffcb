"""Every rule of lint says what asking the plain evaluator says, of drawn sets with and without an entry."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import rolegate
from commented_sets import repeated
from drawing import examples
from plain.evaluator import Atom, Evaluator
from plain.grammar import parse, parts
from plain.loading import whole
from plain.meanings import texts
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.linting.lint_rules import RULES
from rolegate.linting.linted_set import LintedSet

Place = tuple[str, int, str, int]
"""`role` or `line`, its number, a key, and the number of an entry."""


class Asked:
    """One drawn set: as it was loaded, and as plain data; roles and lines have the same numbers in both."""

    def __init__(self, files: Files, folder: Path) -> None:
        self.files = files
        self.policy = whole(write_set(files, folder))
        warnings = rolegate.validate([folder], at=NOW).diagnostics
        self.idle = [one.span for one in warnings if one.code == "RG323"]
        """The exceptions that take nothing away."""
        self.plain = Evaluator(files, NOW)
        self.roles = {(role.get("domain"), role["role"]): at for at, role in enumerate(self.plain.roles)}
        self.lines = {line.span: number for number, line in enumerate(self.policy.resolved.bindings)}

    def found(self, code: str) -> tuple[Diagnostic, ...]:
        report = Report()
        rule = next(rule for rule in RULES if rule.code == code)
        rule.find(LintedSet(self.policy.resolved, NOW), report)
        return report.sorted()

    def places(self) -> dict[Span, Place]:
        """Where each grant and each exception is written."""
        found: dict[Span, Place] = {}
        for key, role in self.policy.resolved.roles.items():
            for name, entries in (("grants", role.grants), ("except", role.excepted)):
                found |= {one.span: ("role", self.roles[key], name, at) for at, one in enumerate(entries)}
        for line in self.policy.resolved.bindings:
            number = self.lines[line.span]
            found |= {one.span: ("line", number, "grants", at) for at, one in enumerate(line.entries)}
        return found

    def without(self, gone: Iterable[Place]) -> Evaluator:
        """The same set without some entries."""
        made = Evaluator(copy.deepcopy(self.files), NOW)
        for kind, number, key, at in sorted(gone, reverse=True):
            holder = made.roles[number] if kind == "role" else made.lines[number]
            del holder[key][at]
        return made

    def entry(self, place: Place) -> str:
        kind, number, key, at = place
        holder = self.plain.roles[number] if kind == "role" else self.plain.lines[number]
        return str(holder[key][at])

    def is_star(self, place: Place) -> bool:
        return parse(self.entry(place)).name not in self.plain.catalog.named


def gives(plain: Evaluator, place: Place) -> frozenset[Atom]:
    """What a role, or a line of grants, gives."""
    kind, number, _, _ = place
    return plain.written(number) if kind == "role" else plain.granted(plain.lines[number]["grants"])


def held(asked: Asked) -> set[Atom]:
    """Everything that a role or a line gives."""
    plain = asked.plain
    found = {atom for number in range(len(plain.roles)) for atom in plain.written(number)}
    return found.union(*(plain.granted(line["grants"]) for line in plain.lines if "grants" in line))


def mark_sensitive(files: Files, draw: Random) -> None:
    for node in files["catalog.yaml"]["permissions"].values():
        if isinstance(node, dict) and draw.random() < 0.3:
            node["sensitive"] = "true"


def covered_grants(asked: Asked) -> None:
    """RG800: all that are found can go together, and of the others none that is named can go alone."""
    places = asked.places()
    gone = [places[one.span] for one in asked.found("RG800")]
    left = asked.without(gone)
    for place in places.values():
        assert gives(left, place) == gives(asked.plain, place)
    for place in places.values():
        if place[2] == "grants" and place not in gone and not asked.is_star(place):
            if place[0] == "line" and len(asked.plain.lines[place[1]]["grants"]) == 1:
                continue
            assert gives(asked.without([*gone, place]), place) != gives(left, place), asked.entry(place)


def covered_exceptions(asked: Asked) -> None:
    """RG801, with what takes nothing: all of it can go together, and of the others none that is named."""
    places = asked.places()
    gone = [places[one.span] for one in asked.found("RG801")]
    gone += [places[span] for span in asked.idle]
    left = asked.without(gone)
    for place in places.values():
        assert gives(left, place) == gives(asked.plain, place)
        if place[2] == "except" and place not in gone and not asked.is_star(place):
            assert gives(asked.without([*gone, place]), place) != gives(left, place), asked.entry(place)


def unheld_roles(asked: Asked) -> None:
    """RG802: no line that is not over means them, and they are behind no role that one means."""
    plain = asked.plain
    used = set(given_roles(plain))
    expected: set[Span] = set()
    if used:
        waiting = list(used)
        for number in waiting:
            for name in texts(plain.roles[number].get("extends")):
                parent = plain.parent(name, plain.roles[number])
                assert parent is not None
                waiting += [] if parent in waiting else [parent]
            replaced = plain.roles[number].get("replaces")
            default = None if replaced is None else plain.role(replaced, None)
            waiting += [] if default is None or default in waiting else [default]
        roles = asked.policy.resolved.roles.values()
        expected = {role.span for role in roles if asked.roles[role.key] not in waiting}
    assert {one.span for one in asked.found("RG802")} == expected


def given_roles(plain: Evaluator) -> Iterator[int]:
    for line in plain.lines:
        home = line.get("domain", "default")
        over = "until" in line and plain.moment(line["until"], home) <= NOW
        if "role" not in line or plain.taken_by(line) or over:
            continue
        for domain in plain.domains:
            if domain == home or (home in plain.outward(domain) and "only" not in line):
                number = plain.role(line["role"], domain)
                assert number is not None
                yield number


def unheld_permissions(asked: Asked) -> None:
    """RG803: no role and no line gives any of them; nothing is found where nobody has anything."""
    paths = {atom[0] for atom in held(asked)}
    rows = [row for row in asked.plain.catalog.rows if not row.hidden and not row.deprecated]
    expected = {row.path for row in rows if row.path not in paths} if paths else set()
    spans = {asked.policy.catalog.permission(path).span for path in expected}
    assert {one.span for one in asked.found("RG803")} == spans


def equal_roles(asked: Asked) -> None:
    """RG804 and RG805: the same atoms, in one domain or as a default role, and no line on the holders."""
    by_rights: dict[frozenset[Atom], list[tuple[str | None, Span]]] = {}
    restricted = set(restricted_roles(asked.plain))
    for role in sorted(asked.policy.resolved.roles.values(), key=lambda role: role.span):
        rights = asked.plain.written(asked.roles[role.key])
        if rights and asked.roles[role.key] not in restricted:
            by_rights.setdefault(rights, []).append((role.domain, role.span))
    equal, copies = set(), set()
    for same in by_rights.values():
        for number, (domain, span) in enumerate(same):
            if domain in {before for before, _ in same[:number]}:
                equal.add(span)
            if domain is not None and None in {other for other, _ in same}:
                copies.add(span)
    assert {one.span for one in asked.found("RG804")} == equal
    assert {one.span for one in asked.found("RG805")} == copies


def restricted_roles(plain: Evaluator) -> Iterator[int]:
    """The roles whose holders some line restricts, in some domain."""
    for line in plain.lines:
        home = line.get("domain", "default")
        if "role" not in line or not plain.taken_by(line):
            continue
        for domain in plain.domains:
            if home in plain.outward(domain):
                number = plain.role(line["role"], domain)
                assert number is not None
                yield number


def listed_instances(asked: Asked) -> None:
    """RG806: each instance that the domain knows is named, two at least, and no other one."""
    plain = asked.plain
    groups: dict[tuple[object, ...], dict[tuple[str | None, ...], Span]] = {}
    for span, place in sorted(asked.places().items()):
        kind, number, key, _ = place
        holder = plain.roles[number] if kind == "role" else plain.lines[number]
        domain = holder.get("domain", None if kind == "role" else "default")
        entry = parse(asked.entry(place))
        if key != "grants" or domain is None or asked.is_star(place) or entry.instance is None:
            continue
        row = plain.catalog.named[entry.name]
        group = groups.setdefault((kind, number, domain, row.path, entry.scope, row.chain), {})
        group.setdefault(entry.instance, span)
    expected = set()
    for (_, _, domain, _, _, chain), named in groups.items():
        known = known_instances(plain, str(domain), chain)  # type: ignore[arg-type]
        if len(named) > 1 and named.keys() == known:
            expected.add(min(named.values()))
    assert {one.span for one in asked.found("RG806")} == expected


def known_instances(plain: Evaluator, domain: str, chain: tuple[str, ...]) -> set[tuple[str | None, ...]]:
    """The paths of *chain* that a domain, or one around it, lists; what lies deeper names them as well."""
    found: set[tuple[str | None, ...]] = set()
    for name in plain.outward(domain):
        for kind, ones in plain.domains[name].get("instances", {}).items():
            if plain.catalog.chain(kind)[: len(chain)] == chain:
                found |= {parts(one)[: len(chain)] for one in texts(ones)}
    return found


def sensitive_stars(asked: Asked) -> None:
    """RG807: the stars by which a role, or a line, has an atom of what is sensitive."""
    marked = asked.files["catalog.yaml"]["permissions"]
    top = {name for name, node in marked.items() if isinstance(node, dict) and "sensitive" in node}
    expected = set()
    for span, place in asked.places().items():
        if place[2] == "grants" and asked.is_star(place):
            taken = asked.plain.granted([asked.entry(place)]) & gives(asked.plain, place)
            if any(atom[0].partition(".")[0] in top for atom in taken):
                expected.add(span)
    assert {one.span for one in asked.found("RG807")} == expected


def idle_restrictions(asked: Asked) -> None:
    """RG808: the lines that take away nothing of what roles and lines give."""
    plain, given_atoms = asked.plain, held(asked)
    expected = set()
    for span, number in asked.lines.items():
        taken: set[Atom] = set()
        for text in plain.taken_by(plain.lines[number]):
            for row, instance, scope in plain.touched(text, taking=True):
                taken |= plain.upward(row, instance, scope, above=True)
        if plain.taken_by(plain.lines[number]) and not taken & given_atoms:
            expected.add(span)
    assert {one.span for one in asked.found("RG808")} == expected


def ending_lines(asked: Asked) -> None:
    """RG809: the lines that hold today and do not in thirty days, or begin and end in between."""
    plain, expected = asked.plain, set()
    for span, number in asked.lines.items():
        line = plain.lines[number]
        if "until" in line:
            until = plain.moment(line["until"], line.get("domain", "default"))
            if NOW < until <= NOW + timedelta(days=30):
                expected.add(span)
    assert {one.span for one in asked.found("RG809")} == expected


def deprecated_dependencies(asked: Asked) -> None:
    """RG811: an entry of what stays that names what is deprecated, under whatever name."""
    catalog = asked.plain.catalog
    expected = {
        (row.path, catalog.named[parse(text).name].path)
        for row in catalog.rows
        if not row.deprecated
        for text in (*row.requires, *row.implies)
        if catalog.named[parse(text).name].deprecated
    }
    named = [one.message.split("`")[1::2] for one in asked.found("RG811")]
    assert {(path, catalog.named[entry].path) for path, entry in named} == expected


LAWS = (
    covered_grants,
    covered_exceptions,
    unheld_roles,
    unheld_permissions,
    equal_roles,
    listed_instances,
    sensitive_stars,
    idle_restrictions,
    ending_lines,
    deprecated_dependencies,
)


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_the_rules_agree_with_the_plain_evaluator(files: Files, seed: int) -> None:
    """Each rule finds exactly what it is about, and nothing else, in sets in which much is said twice."""
    draw = Random(seed)
    made = repeated(files, draw)
    mark_sensitive(made, draw)
    with TemporaryDirectory() as folder:
        asked = Asked(made, Path(folder))
    for law in LAWS:
        law(asked)


def test_what_only_limits_does_not_hold_inside(tmp_path: Path) -> None:
    """RG802: a version of an inner domain is not held by such a line, though it has the place of its role."""
    files: Files = {
        "catalog.yaml": {"catalog": "c", "resources": {"box": "Box"}, "permissions": {"a": {"per": "box"}}},
        "roles/x.yaml": {
            "roles": {
                "agent": {"grants": ["a[*]"]},
                "mine": {"domain": "emea", "replaces": "agent", "grants": ["a[One]", "a[Two]"]},
            }
        },
        "domains.yaml": {"domains": {"acme": {}, "emea": {"within": "acme"}}},
        "bindings.yaml": {
            "bindings": [
                {"user": "ana", "role": "agent", "domain": "acme", "only": {"box": ["One"]}, "rest": "drop"}
            ]
        },
    }
    asked = Asked(files, tmp_path)
    assert [one.message for one in asked.found("RG802")] == ["nobody holds role `mine`"]
    unheld_roles(asked)


@examples(6)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_labels_that_are_left_out_are_counted(files: Files, seed: int) -> None:
    """RG810: with a label for each text nothing is found; of those left out the number is told."""
    draw = Random(seed)
    with TemporaryDirectory() as folder:
        labels: Files = {"labels/xx.yaml": {"locale": "xx"}}
        asked = Asked(files | labels, Path(folder))
        everything = asked.policy.missing_labels("xx")
        named = [(label.section, label.name, label.key) for label in everything if label.key != "description"]
        assert sorted(named) == sorted(texts_to_label(asked))
        gone = draw.sample(range(len(everything)), min(len(everything), draw.randrange(4)))
        written = labels["labels/xx.yaml"]
        for number, label in enumerate(everything):
            if number not in gone:
                _write_label(written, label.section, label.name, label.key)
        (told,) = [one.message for one in asked.found("RG810")]
        assert told.startswith(f"{len(everything)} text")
        left = [one.message for one in Asked(files | labels, Path(folder)).found("RG810")]
        assert [message.split()[0] for message in left] == ([str(len(gone))] if gone else [])


def texts_to_label(asked: Asked) -> set[tuple[str, str, str]]:
    """The section, the name and the key of every text that people see, from the plain data."""
    data, catalog = asked.files["catalog.yaml"], asked.plain.catalog
    shown = [row for row in catalog.rows if not row.hidden]
    fields = [row for row in shown if ".fields." in f".{row.path}" and row.path.endswith((".view", ".edit"))]
    paths = {row.path for row in shown if row not in fields}
    paths |= {row.path.rsplit(".", up)[0] for row in shown for up in range(1, row.path.count(".") + 1)}
    found = {("permissions", path, "title") for path in paths} | {("title", "", "title")}
    found |= {
        ("permissions", path, "every") for path, node in _nodes(data) if "every" in node and path in paths
    }
    ladders = {row.ladder for row in shown if row.ladder is not None} | ({"field"} if fields else set())
    found |= {("scopes", f"{name}.{scope}", "title") for name in ladders for scope in catalog.ladders[name]}
    for section in ("resources", "restrictions", "domain_kinds", "role_kinds", "plans", "addons"):
        found |= {(section, name, "title") for name in data.get(section, ())}
    return found | {("roles", role["role"], "title") for role in asked.plain.roles if "domain" not in role}


def _nodes(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each permission and group of a catalog that is written as a mapping."""
    for name, inner in node.get("permissions", {}).items():
        if isinstance(inner, dict):
            yield f"{path}{name}", inner
            yield from _nodes(inner, f"{path}{name}.")


def _write_label(labels: dict[str, Any], section: str, name: str, key: str) -> None:
    if not name:
        labels[section] = "text"
    elif section == "scopes":
        ladder, _, scope = name.partition(".")
        labels.setdefault(section, {}).setdefault(ladder, {})[scope] = "text"
    elif section in ("permissions", "roles", "restrictions"):
        labels.setdefault(section, {}).setdefault(name, {})[key] = "text"
    else:
        labels.setdefault(section, {})[name] = "text"
