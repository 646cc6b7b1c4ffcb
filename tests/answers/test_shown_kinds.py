"""The kind of a role, where roles and lines are shown."""

from __future__ import annotations

from pathlib import Path

import rolegate
from reading import write
from rolegate.answers.matrix_html import matrix_html

SET = {
    "catalog.yaml": 'catalog: desk\nrole_kinds: {guest: {title: "Guest <b>"}}\npermissions: {show: Show}\n',
    "domains.yaml": "domains: {acme: {}}\n",
    "roles/all.yaml": "roles:\n  agent: {grants: [show]}\n  visitor: {kind: guest, grants: [show]}\n"
    "  lead: {domain: acme, grants: [show]}\n",
    "bindings.yaml": "bindings:\n"
    + "".join(
        f"  - {{user: {user}, role: {role}, domain: acme}}\n"
        for user, role in (("ana", "agent"), ("gus", "visitor"), ("lea", "lead"))
    ),
    "labels/fr.yaml": "locale: fr\nrole_kinds: {guest: Invité}\n",
}


def test_a_matrix_has_the_kind_of_each_role(tmp_path: Path) -> None:
    """In the language that is asked for; a custom role names none."""
    policy = rolegate.load(write(tmp_path, SET))
    matrix = policy.matrix(locale="fr")
    assert [name for name, _ in matrix.roles] == ["agent", "visitor", "acme/lead"]
    assert [column.kind for column in matrix.columns] == ["", "Invité", ""]
    assert [role["kind"] for role in matrix.to_dict()["roles"]] == [None, "Invité", None]
    page = matrix_html(policy.matrix(), "Desk", "en")
    assert page.count('class="kind"') == 1
    assert "Guest &lt;b&gt;" in page and "Guest <b>" not in page


def test_a_line_tells_the_kind_that_its_role_names(tmp_path: Path) -> None:
    """So guests can be listed."""
    policy = rolegate.load(write(tmp_path, SET))
    assert {line.name: line.role_kind for line in policy.bindings()} == {
        "ana": None,
        "gus": "guest",
        "lea": None,
    }
    assert [line.to_dict()["role_kind"] for line in policy.bindings(user="gus")] == ["guest"]


def test_a_kind_without_a_label_is_missing_one(tmp_path: Path) -> None:
    """As other titles of the catalog are."""
    files = {**SET, "labels/fr.yaml": "locale: fr\n"}
    found = rolegate.load(write(tmp_path, files)).missing_labels("fr")
    assert [label.name for label in found if label.section == "role_kinds"] == ["guest"]
