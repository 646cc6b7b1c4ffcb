"""A tenant is administered beside labels that name the roles and the inboxes of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolegate.administration.line_changes import Assign
from rolegate.store.store import Store

CATALOG = """\
catalog: desk
custom_roles: {manage: edit}
resources: {inbox: Inbox}
permissions:
  edit: Edit
  ship: Ship
  read: {title: Read, per: inbox}
"""
FILES = {
    "catalog.yaml": CATALOG,
    "labels/fr.yaml": """\
locale: fr
roles: {owner: Patron, left: Gauche, right: Droite}
instances: {a: {inbox: {east: Est}}, b: {inbox: {west: Ouest}}}
""",
    "roles/owner.yaml": 'role: owner\ngrants: ["*"]\n',
    "roles/left.yaml": "role: left\ndomain: a\ngrants: [ship]\n",
    "roles/right.yaml": "role: right\ndomain: b\ngrants: [ship]\n",
    "domains.yaml": "domains: {a: {instances: {inbox: [east]}}, b: {instances: {inbox: [west]}}}\n",
    "bindings.yaml": "bindings: [{user: ana, role: owner, domain: a}, {user: bea, role: owner, domain: b}]\n",
}


def write(folder: Path, **texts: str) -> Path:
    for name, said in {**FILES, **texts}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    return folder


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_labels_of_others_are_in_nobodys_way(store: Store, tmp_path: Path) -> None:
    """Somebody signs up, sees a preview, and changes something where a permission has another name by now."""
    store.apply(write(tmp_path))
    store.admin(system="sign-up", domain="c").create_domain("cy", role="owner")
    bea = store.admin("bea", domain="b")
    bea.create_role("night", grants=["ship", "read[west]"])
    line = {"user": "dan", "role": "night", "domain": "b"}
    assert bea.preview(Assign(line)).gains
    renamed = CATALOG.replace("ship: Ship", "send: {title: Send, renamed_from: ship}")
    store.apply(write(tmp_path, **{"catalog.yaml": renamed}))
    bea.assign(**line)
    bea.edit_role("night", title="Night")
    store.admin(system="sign-up", domain="c").add_instance("inbox", "z")
    assert store.policy().check("dan", "send", domain="b").allowed
    assert store.policy().tree(role="night", domain="b", locale="fr").title
    assert store.status().is_sound
