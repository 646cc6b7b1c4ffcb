"""The columns of a matrix can be told apart."""

from __future__ import annotations

from pathlib import Path

import rolegate
from reading import write


def test_roles_of_a_tenant_are_shown_with_their_domain(tmp_path: Path) -> None:
    """Also where no other role has the title; that of a default role stays as it is."""
    files = {
        "catalog.yaml": "catalog: demo\npermissions: {a: A, b: B}\n",
        "domains.yaml": "domains: {north: {title: The north}, south: {}}\n",
        "roles/all.yaml": "roles:\n  lead: {title: Lead, grants: a}\n  chief: {title: Chief, grants: a}\n",
        "roles/north.yaml": "role: north-lead\ndomain: north\ntitle: Lead\ngrants: b\n",
        "roles/south.yaml": "roles:\n  south-lead: {domain: south, title: Lead, grants: a}\n"
        "  aide: {domain: south, title: Aide, grants: a}\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    titles = dict(policy.matrix().roles)
    assert titles == {
        "chief": "Chief",
        "lead": "Lead",
        "north/north-lead": "Lead (The north)",
        "south/aide": "Aide (south)",
        "south/south-lead": "Lead (south)",
    }
    assert ["Chief", "Lead", "Lead (The north)"] == [
        title for _, title in policy.matrix(domain="north").roles
    ]


def test_numbers_in_titles_count_as_numbers(tmp_path: Path) -> None:
    """And capitals and accents do not count."""
    titles = ("Level 10", "level 9", "Équipe", "Zoo", "equipe b")
    roles = "".join(f"  r{number}: {{title: {title}}}\n" for number, title in enumerate(titles))
    files = {"catalog.yaml": "catalog: demo\npermissions: {a: A}\n", "roles/all.yaml": f"roles:\n{roles}"}
    found = [name for _, name in rolegate.load(write(tmp_path, files)).matrix().roles]
    assert found == ["Équipe", "equipe b", "level 9", "Level 10", "Zoo"]
