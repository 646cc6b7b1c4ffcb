"""The order of keys in files is the one in which the reference lists them."""

from __future__ import annotations

import pytest

from pages.markdown import Page
from repository import ROOT
from rolegate.documents import catalog_file, expectations_file, invariants_file, labels_file
from rolegate.documents.addon_shapes import AddonShape
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.review_file import ReviewShape
from rolegate.documents.roles_file import RoleShape
from rolegate.documents.shape import Shape

TABLES: dict[tuple[str, str], type[Shape]] = {
    ("language.md", "catalog.yaml"): catalog_file.CatalogShape,
    ("language.md", "Keys for people"): catalog_file.NodeShape,
    ("language.md", "addons"): AddonShape,
    ("language.md", "role_kinds"): catalog_file.RoleKindShape,
    ("language.md", "scopes"): catalog_file.ScopeShape,
    ("language.md", "resources"): catalog_file.ResourceShape,
    ("language.md", "permissions"): catalog_file.NodeShape,
    ("language.md", "fields"): catalog_file.FieldShape,
    ("language.md", "roles/*.yaml"): RoleShape,
    ("language.md", "domains.yaml"): DomainShape,
    ("language.md", "bindings.yaml"): BindingShape,
    ("language.md", "labels/<locale>.yaml"): labels_file.LabelsShape,
    ("rules.md", "review.yaml"): ReviewShape,
    ("rules.md", "approvals.yaml"): ApprovalShape,
    ("rules.md", "invariants.yaml"): invariants_file.InvariantShape,
    ("expectations.md", "access"): expectations_file.ExpectedAccessShape,
    ("expectations.md", "subjects"): expectations_file.ExpectedSubjectsShape,
    ("expectations.md", "who_can"): expectations_file.ExpectedHoldersShape,
    ("expectations.md", "holds"): expectations_file.ExpectedRightsShape,
}


@pytest.mark.parametrize("place", TABLES, ids=" ".join)
def test_keys_are_written_as_they_are_listed(place: tuple[str, str]) -> None:
    """What a table has one below the other, `fmt` writes one below the other; `accept` is the last."""
    section = Page.read(ROOT / "docs/reference" / place[0]).section(place[1])
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    listed = [key for cell in rows for key in cell.split("`")[1::2]]
    order = TABLES[place].in_order()
    assert [key for key in listed if key in order] == [key for key in order if key in listed] != []
    assert "accept" not in order[:-1]


def test_every_mapping_has_what_people_read_first() -> None:
    """A title comes before everything but the name of the thing, and a description right after it."""
    for shape in TABLES.values():
        order = shape.in_order()
        if "title" in order and shape is not catalog_file.ScopeShape:
            assert order.index("title") <= 1
        if "description" in order:
            assert order.index("description") == order.index("title") + 1
