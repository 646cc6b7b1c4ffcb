"""A small set with tenants, and what these have stored, for tests of plans."""

from stored_items import run_time

CATALOG = """
catalog: desk
addons: [roles]
custom_roles: {addons: [roles], manage: people.edit}
permissions:
  people: {permissions: {edit: Edit}}
  tickets: {permissions: {show: Show, edit: Edit}}
"""
FILES = {
    "catalog.yaml": CATALOG,
    "roles/admin.yaml": "role: admin\ngrants: [people.edit, tickets.*]\n",
    "domains.yaml": "domains: {acme: {addons: [roles]}, other: {}}\n",
    "bindings.yaml": "bindings: [{user: ana, role: admin, domain: acme}]\n",
}
WIDER = {**FILES, "catalog.yaml": CATALOG.replace("edit: Edit}}", "edit: Edit, erase: Erase}}")}
STAR = run_time("role", role="desk", domain="acme", grants=["tickets.*"])
BO, CY = (run_time("binding", user=user, role="desk", domain="acme") for user in ("bo", "cy"))
