"""A domain resolved and compiled by itself is what it is in its set: the same findings, roles and lines."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from domain_edits import edited
from drawing import examples, some
from item_sets import ItemSet, items_of
from plain.loading import sound_or_none
from plain.strategies import NOW, Files, policy_sets
from reading import write
from repository import ROOT
from rolegate.compiled import domain_lines
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.domain_lines import DefaultLines, DomainLines, compile_domain
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.names import of_role
from rolegate.diagnostics import Diagnostic, Report
from rolegate.encoding import encode
from rolegate.grants.ground import Ground
from rolegate.grants.resolve import Resolved, resolve
from rolegate.grants.resolve_domain import DomainDocuments, documents_by_domain, resolve_domain

ACROSS = frozenset({"RG117", "RG416"})
"""What tells ids of unrelated domains apart, which only the whole set can say."""

Told = set[tuple[str, Any, str, Any]]


class Whole:
    """A set read as a whole."""

    def __init__(self, items: ItemSet, at: datetime | None) -> None:
        self.documents, self.at = items.documents, at
        self.report = Report()
        resolved = resolve(self.documents, self.report)
        assert resolved is not None
        self.resolved: Resolved = resolved
        self.by_domain = documents_by_domain(self.documents)

    @property
    def failed(self) -> bool:
        """Whether there is an error; labels of what is gone are those of the whole set."""
        labels = {shape.span.file for shape in self.documents.labels}
        return any(one.severity == "error" and one.file not in labels for one in self.report.diagnostics)

    def lines(self) -> CompiledPolicy:
        return compile_policy(self.resolved, self.at)

    def near(self, domain: str) -> Mapping[str, DomainDocuments]:
        """The documents of *domain*, and of those around and inside it."""
        domains = self.resolved.domains
        names = dict.fromkeys((*domains.outward(domain), *domains.inside(domain)))
        return {name: self.by_domain[name] for name in names}


def told(found: tuple[Diagnostic, ...], files: frozenset[str]) -> Told:
    return {
        (one.code, one.span, one.message, one.related)
        for one in found
        if one.code not in ACROSS and one.span.file in files
    }


def rows(lines: DomainLines) -> list[Any]:
    return [*lines.p.items(), *lines.g.items(), *lines.g2]


def rows_of(compiled: CompiledPolicy, domain: str) -> list[Any]:
    dom = encode(domain)
    parts: tuple[Any, ...] = (compiled.p.items(), compiled.g.items())
    found = [pair for part in parts for pair in part if pair[0].dom == dom]
    return [*found, *(line for line in compiled.g2 if line.dom == dom)]


def ground_of(whole: Whole) -> Ground:
    report = Report()
    ground = Ground.of(whole.documents, report)
    assert ground is not None, report.diagnostics
    return ground


def check_apart(whole: Whole) -> None:
    """Each domain alone is what it is in *whole*."""
    ground, compiled = ground_of(whole), whole.lines()
    default = DefaultLines.of(ground.resolved)
    for domain in whole.resolved.domains.names:
        inside = whole.resolved.domains.inside(domain)
        files = frozenset[str]().union(*(whole.by_domain[name].files for name in inside))
        report = Report()
        alone = resolve_domain(ground, domain, whole.near(domain), report)
        assert alone is not None
        assert told(whole.report.sorted(), files) == told(report.sorted(), files)
        made = compile_domain(alone, default, domain, whole.at, report)
        assert {name: rows_of(compiled, name) for name in inside} == {n: rows(own) for n, own in made.items()}
        own = {key: role for key, role in whole.resolved.roles.items() if key[0] in inside}
        assert own == {key: role for key, role in alone.roles.items() if key[0] in inside}


def replaced(before: CompiledPolicy, made: Mapping[str, DomainLines]) -> list[str]:
    """The lines *before*, with those of some domains replaced, as rows of a table."""
    doms = {encode(name) for name in made}
    kept: list[str] = [f"p {line}" for line in before.p if line.dom not in doms]
    kept += [f"g {line}" for line in before.g if line.dom not in doms]
    kept += [f"g2 {line}" for line in before.g2 if line.dom not in doms]
    for own in made.values():
        kept += [*(f"p {line}" for line in own.p), *(f"g {line}" for line in own.g)]
        kept += [f"g2 {line}" for line in own.g2]
    return sorted([*kept, *(f"g3 {line}" for line in before.g3)])


def check_edit(before: Whole, after: Whole, domain: str, ground: Ground, default: DefaultLines) -> bool:
    """A change in *domain* changes the lines of it and of those inside it alone; whether it is valid."""
    report = Report()
    alone = resolve_domain(ground, domain, after.near(domain), report)
    assert report.failed == after.failed, (report.diagnostics, after.report.diagnostics)
    if alone is None or report.failed:
        return False
    made = compile_domain(alone, default, domain, after.at, report)
    new = after.lines()
    rows = [f"{section} {line}" for section, line in new.lines]
    assert replaced(before.lines(), made) == sorted(rows)
    return True


def check_edits(items: ItemSet, draw: random.Random, edits: int) -> int:
    """Random edits, one after the other, in random domains; how many were valid."""
    whole = Whole(items, NOW)
    ground = ground_of(whole)
    default, valid = DefaultLines.of(ground.resolved), 0
    for _ in range(edits):
        domain = draw.choice(whole.resolved.domains.names)
        changed = edited(items, domain if whole.resolved.domains.declared else None, draw)
        after = Whole(changed, NOW)
        if check_edit(whole, after, domain, ground, default):
            items, whole, valid = changed, after, valid + 1
    return valid


def item_set(files: Files) -> ItemSet:
    with TemporaryDirectory() as place:
        folder = Path(place)
        if sound_or_none(files, folder) is None:
            reject()
        return items_of(folder)


SETS = sorted(path.name for path in (ROOT / "policies").iterdir() if path.is_dir())


@pytest.mark.parametrize("name", SETS)
def test_our_sets_domain_by_domain(name: str) -> None:
    """Lines of any time, with where each comes from."""
    check_apart(Whole(items_of(ROOT / "policies" / name), None))


@pytest.mark.parametrize("name", SETS)
def test_edits_of_our_sets(name: str) -> None:
    """A role added, a line removed, a plan changed: no other domain has other lines."""
    draw = random.Random(name)
    assert check_edits(items_of(ROOT / "policies" / name), draw, some(120)) > 0


@examples(180, 24)
@given(policy_sets())
def test_random_sets_domain_by_domain(files: Files) -> None:
    """The same for random sets, with the lines in force at one time."""
    check_apart(Whole(item_set(files), NOW))


@examples(120, 24)
@given(policy_sets(), st.integers(0, 2**32))
def test_edits_of_random_sets(files: Files, seed: int) -> None:
    """The same for random sets."""
    check_edits(item_set(files), random.Random(seed), 4)


DESK = {
    "catalog.yaml": """
catalog: desk
plans: [free, pro]
resources: {inbox: Inbox}
permissions:
  inbox:
    permissions:
      read: {title: Read, per: inbox}
      tag: {title: Tag, per: inbox, requires: inbox.read}
  report: {title: Report, plans: [pro], requires: inbox.read}
""",
    "roles/agent.yaml": "{role: agent, grants: ['inbox.read[*]', 'inbox.tag[*]', report]}\n",
    "roles/eastern.yaml": "{role: eastern, grants: ['inbox.read[east]', report]}\n",
    "domains.yaml": """
domains:
  acme: {plan: pro, instances: {inbox: [east, west]}, removed: {inbox: [south]}}
  acme-emea: {within: acme}
  beta: {plan: free, instances: {inbox: [east]}}
""",
    "bindings.yaml": """
bindings:
  - {user: ana, role: agent, domain: acme, only: {inbox: [east]}, rest: drop}
  - {user: bo, role: agent, domain: acme}
  - {user: dora, role: eastern, domain: acme}
  - {user: dora, restrict: 'inbox.read[east]', domain: acme}
  - {user: cy, role: agent, domain: beta}
""",
}


def _copies_everywhere(lines: Any) -> None:
    """As copies were before: wherever the permission is, like the role itself."""
    for binding in lines.active:
        for copy in binding.copies:
            assert binding.role is not None
            lines.role_lines(of_role(binding.role) + copy.label, binding.role.domain, copy.rights)


def _nothing(*_: Any) -> dict[Any, Any]:
    return {}


PLANTED: Mapping[str, tuple[str, Any]] = {
    "copies of roles are not the domain's": ("_DomainCollector.copies", _copies_everywhere),
    "no plan opens anything": ("_DomainCollector.used_gates", lambda lines: set()),
    "what default roles allow is not looked at": ("by_subject", _nothing),
    "removed instances take nothing": ("removed_lines", _nothing),
    "only one domain is compiled": ("_DomainCollector._inside", lambda lines, domain: (domain,)),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_the_law_sees_what_is_left_out(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without each of these, some domain alone is not what it is in its set."""
    whole = Whole(items_of(write(tmp_path / "desk", DESK)), NOW)
    check_apart(whole)
    place, planted = PLANTED[fault]
    monkeypatch.setattr(f"{domain_lines.__name__}.{place}", planted)
    with pytest.raises(AssertionError):
        check_apart(whole)


def test_a_change_of_one_line_moves_lines_of_its_domain_alone(tmp_path: Path) -> None:
    """What `only` leaves of a default role was written for every domain, and went with the last such line."""
    items = items_of(write(tmp_path / "desk", DESK))
    before = Whole(items, NOW)
    (narrowed,) = (place for place, (_, said) in items.items.items() if "only" in said)
    ground = ground_of(before)
    after = Whole(items.changed(narrowed, None), NOW)
    assert check_edit(before, after, "acme", ground, DefaultLines.of(ground.resolved))


def test_an_error_counts_wherever_its_place_is(tmp_path: Path) -> None:
    """A custom role extends a default one that holds what none may: the place is in the default role."""
    catalog = DESK["catalog.yaml"] + "custom_roles: {never: report}\n"
    items = items_of(write(tmp_path / "desk", {**DESK, "catalog.yaml": catalog}))
    before = Whole(items, NOW)
    role = {"role": "lead", "domain": "acme", "extends": ["agent"]}
    after = Whole(items.changed("store:new", ("role", role)), NOW)
    report, ground = Report(), ground_of(before)
    assert after.failed
    assert resolve_domain(ground, "acme", after.near("acme"), report) is not None
    assert [one.code for one in report.diagnostics if one.severity == "error"] == ["RG321"]
    assert not check_edit(before, after, "acme", ground, DefaultLines.of(ground.resolved))


def test_what_siblings_have_is_no_error_further_out(tmp_path: Path) -> None:
    """A line of `acme` restricts an instance that only a sibling inside it lists."""
    domains = """
domains:
  acme: {plan: pro}
  one: {within: acme, instances: {inbox: [east]}}
  two: {within: acme, instances: {inbox: [west]}}
"""
    lines = "bindings: [{user: bo, restrict: 'inbox.read[east]', domain: acme}]\n"
    files = {**DESK, "domains.yaml": domains, "bindings.yaml": lines}
    whole = Whole(items_of(write(tmp_path / "desk", files)), NOW)
    assert not whole.failed
    check_apart(whole)
