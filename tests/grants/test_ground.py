"""A ground is made once, for as many domains and threads as there are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from item_sets import ItemSet, items_of
from reading import write
from repository import ROOT
from rolegate.diagnostics import Report
from rolegate.grants.ground import Ground
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_domain import DomainDocuments, documents_by_domain, resolve_domain

SET = {
    "catalog.yaml": "{catalog: x, resources: {inbox: I}, permissions: {read: {per: inbox}, a: A, b: B}}\n",
    "roles/agent.yaml": "{role: agent, grants: [a]}\n",
    "roles/own.yaml": "{role: own, domain: acme, grants: ['read[east]', 'read[*]', b]}\n",
    "domains.yaml": "domains: {acme: {instances: {inbox: [east]}}, beta: {}}\n",
    "bindings.yaml": "bindings: [{user: ana, role: own, domain: acme}]\n",
    "labels/fr.yaml": "{locale: fr, roles: {own: Propre}, instances: {acme: {inbox: {east: Est}}}}\n",
}


def grounded(items: ItemSet) -> tuple[Ground, dict[str, DomainDocuments]]:
    documents, report = items.documents, Report()
    ground = Ground.of(documents, report)
    assert ground is not None, report.diagnostics
    return ground, documents_by_domain(documents)


def sound(resolved: Resolved | None) -> Resolved:
    assert resolved is not None
    return resolved


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried")
def test_threads_share_a_ground() -> None:
    """Each gets for each domain what one gets alone; entries are remembered while all of them read."""
    items = items_of(ROOT / "policies" / "responso")

    def roles_of(ground: Ground, documents: dict[str, DomainDocuments]) -> list[object]:
        found = sound(resolve_domain(ground, list(documents), documents, Report()))
        return [(key, list(role.rights.items())) for key, role in found.roles.items()]

    expected = roles_of(*grounded(items))
    for _ in range(3):
        ground, documents = grounded(items)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda _: roles_of(ground, documents), range(8)):  # noqa: B023
                assert expected == found


def test_what_names_an_instance_goes_with_its_domain(tmp_path: Path) -> None:
    """The ground remembers what entries of the catalog say, of which there are only so many."""
    ground, documents = grounded(items_of(write(tmp_path / "x", SET)))
    resolved = sound(resolve_domain(ground, "acme", {"acme": documents["acme"]}, Report()))
    grants = [entry.grant for entry in resolved.roles["acme", "own"].grants]
    assert [False, True, True] == [ground.known.entries.keeps(grant) for grant in grants]


def test_labels_of_custom_roles_are_nothing_a_ground_could_know(tmp_path: Path) -> None:
    """Nor are those of instances; the words are there all the same."""
    ground, documents = grounded(items_of(write(tmp_path / "x", SET)))
    report = Report()
    resolved = sound(resolve_domain(ground, "acme", {"acme": documents["acme"]}, report))
    assert [] == report.diagnostics
    words = resolved.labels.words("fr")
    assert words is not None
    assert "Propre" == words.role("own", "own")


def test_there_is_no_ground_with_errors(tmp_path: Path) -> None:
    """A default role that grants what nobody knows is every domain's business."""
    items = items_of(write(tmp_path / "x", SET))
    (place,) = (place for place, (_, said) in items.items.items() if said.get("role") == "agent")
    report = Report()
    broken = items.changed(place, ("role", {"role": "agent", "grants": ["nowhere"]}))
    assert Ground.of(broken.documents, report) is None
    assert ["RG301"] == [one.code for one in report.diagnostics if one.severity == "error"]
