"""The JSON Schemas that editors use agree with what is read."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from editors import SCHEMAS, marked
from reading import CATALOG
from repository import ROOT
from rolegate.documents.schema import schema_for

POLICIES = ROOT / "policies"
FOLDERS = {"roles": "role", "labels": "labels", "tests": "expectations"}
OWN = sorted(POLICIES.rglob("*.yaml"))


@pytest.mark.parametrize("kind", ["catalog", "role", "domains", "bindings", "labels", "expectations"])
def test_schema_is_of_the_dialect_it_names(kind: str) -> None:
    """Each schema is valid, has an address and a title, and uses nothing editors ignore."""
    schema = SCHEMAS[kind]
    Draft202012Validator.check_schema(schema)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    assert f"https://rolegate.dev/schema/{kind}.json" == schema["$id"]
    assert schema["title"]
    shown = str(schema)
    assert not any(
        word in shown
        for word in ("unevaluated", "patternProperties", "x-rolegate", "Shape", "'null'", "'default'")
    )


def test_every_key_is_described() -> None:
    """An editor has something to show for every key."""
    found = []
    for kind, schema in SCHEMAS.items():
        for name, part in [(kind, schema), *schema.get("$defs", {}).items()]:
            keys = part.get("properties", {})
            found += [f"{kind}: {name}.{key}" for key, one in keys.items() if not one.get("description")]
    assert [] == found


@pytest.mark.parametrize("path", OWN, ids=[path.relative_to(POLICIES).as_posix() for path in OWN])
def test_own_policies_are_not_marked(path: Path) -> None:
    """An editor marks nothing in the policy sets of this project."""
    assert [] == marked(FOLDERS.get(path.parent.name, path.stem), path.read_text(encoding="utf-8"))


GOOD = [
    (
        "catalog",
        "catalog: x\nrole_kinds: {a: A, b: {may: c, never: c, manage: c}}\npermissions: {c: C}\n",
    ),
    ("catalog", "catalog: x\ncustom_roles: {may: [c.*@my]}\npermissions: {c: C}\n"),
    ("role", "role: r\nkind: guest\n"),
    ("catalog", "catalog: x\nrestrictions: {a: {title: A, restrict: b}}\npermissions: {b: B}\n"),
    ("bindings", "bindings: [{user: a, restrictions: a}, {role: r, restrictions: [a, b]}]\n"),
    ("catalog", CATALOG),
    (
        "catalog",
        "catalog: x\nplans: {a: A}\nscopes: {r: [all, my], q: {a: All, b: {within: a}}}\n"
        "permissions: {a: {fields: [f]}}\n",
    ),
    ("catalog", "catalog: x\nscopes: {r: [all, my]}\npermissions: {a: {fields: {f: {scopes: r}}}}\n"),
    ("role", "role: 42\ngrants: a.*@my\nexcept: [b]\nlocked: true\n"),
    ("role", "roles: {a: {grants: [x]}, b: {extends: a}}\n"),
    ("domains", "domains: {acme: {teams: {t: [ana, 7]}, instances: {inbox: Default}}, b: {}}\n"),
    ("bindings", 'bindings: [{team: t, role: r, only: {inbox: [a]}, rest: drop, until: "2027-01-01"}]\n'),
    ("labels", "locale: fr-CA\npermissions: {a.b: B, c: {title: C, every: D}}\nscopes: {r: {all: Tous}}\n"),
]


GOOD += [
    (
        "expectations",
        "subjects: {a: {user: b}}\naccess: [{subjects: a, role: r, at: 2030-01-01, deny: c.*}]\n",
    ),
    ("expectations", "who_can: [{permission: 'a[x]@all', any: true, users: [], everyone: false}]\n"),
]


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_sound_file_is_not_marked(kind: str, text: str) -> None:
    """Every form of the language is known to the schemas."""
    assert [] == marked(kind, text)


BAD = [
    ("catalog", "catalog: x\ncustom_roles: {title: A}\npermissions: {c: C}\n", ["$.custom_roles"]),
    ("role", "role: r\nkind: a b\n", ["$"]),
    ("bindings", "bindings: [{user: a, restrictions: [a b]}]\n", ["$.bindings[0].restrictions"]),
    ("bindings", "bindings: [{user: a, restrictions: a, restrict: b}]\n", ["$.bindings[0]"]),
    ("catalog", "catalog: x\n", ["$"]),
    ("catalog", "catalog: 1x\npermissions: {a b: A}\n", ["$.catalog", "$.permissions"]),
    ("catalog", "catalog: x\npermissions: {a: {scope: r}}\n", ["$.permissions.a"]),
    ("catalog", "catalog: x\npermissions: {a: {fields: {f: {per: r}}}}\n", ["$.permissions.a"]),
    ("role", "role: x\ngrnats: [a]\n", ["$"]),
    ("role", "role: x\nlocked: maybe\n", ["$"]),
    ("domains", "domains: {acme: []}\n", ["$.domains.acme"]),
    ("bindings", "bindings: [{user: a, team: b, role: c}]\n", ["$.bindings[0]"]),
    ("bindings", "bindings: [{user: a}]\n", ["$.bindings[0]"]),
    ("bindings", "bindings: [{user: a, role: r, rest: kep}]\n", ["$.bindings[0]", "$.bindings[0].rest"]),
    ("bindings", "bindings: [{user: a, role: r, until: soon}]\n", ["$.bindings[0].until"]),
    ("labels", "title: T\n", ["$"]),
    ("expectations", "access: [{user: a}]\n", ["$.access[0]"]),
    ("expectations", "who_can: [{permission: a, domain: b}]\n", ["$.who_can[0]"]),
]


@pytest.mark.parametrize(("kind", "text", "places"), BAD)
def test_mistake_is_marked(kind: str, text: str, places: list[str]) -> None:
    """What reading would report, an editor marks while somebody types."""
    assert places == marked(kind, text)


NAMES = ["tickets.show", "tickets.edit", "tickets.*", "*", "inboxes.access", "read:org", "a-b.c+d"]


def test_grants_of_a_set_are_completed() -> None:
    """The schema of a set lists its grants, so that editors complete them."""
    grant = schema_for(NAMES)["role"]["$defs"]["Grant"]
    assert sorted(NAMES) == grant["anyOf"][0]["enum"]
    path = schema_for(NAMES)["catalog"]["$defs"]["Path"]
    assert [name for name in sorted(NAMES) if not name.endswith("*")] == path["anyOf"][0]["enum"]


@pytest.mark.parametrize(
    "grant",
    [
        *NAMES,
        "tickets.show@my",
        "inboxes.access[Default]",
        "inboxes.access[a]b@c]@all",
        "tickets.*[*]@my",
        "*@all",
    ],
)
def test_grants_of_a_set_are_accepted(grant: str) -> None:
    """A known path is fine as it is, with an instance, with a scope, with both."""
    for kind, text in [
        ("role", "role: x\ngrants: ['{}']\n"),
        ("bindings", "bindings: [{{user: a, restrict: '{}'}}]\n"),
    ]:
        assert [] == marked(kind, text.format(grant), schema_for(NAMES))


@pytest.mark.parametrize(
    "grant", ["tickets.shwo", "tickets", "tickets.show@", "tickets.show[]", "ticketsXshow", "a-b.ccd", ""]
)
def test_other_grants_are_marked(grant: str) -> None:
    """A misspelt path is marked, whatever suffix it has."""
    assert ["$.bindings[0].restrict"] == marked(
        "bindings", f"bindings: [{{user: a, restrict: '{grant}'}}]\n", schema_for(NAMES)
    )


def test_set_without_names_has_a_schema() -> None:
    """Nothing to complete is no mistake."""
    assert [] == marked("role", "role: x\ngrants: [a]\n", schema_for([]))


def test_named_restrictions_of_a_set_are_completed() -> None:
    """The names of its catalog, and no others."""
    known = schema_for(NAMES, ["contact_deletion"])
    line = "bindings: [{{user: a, restrictions: [{}]}}]\n"
    assert [] == marked("bindings", line.format("contact_deletion"), known)
    assert [] != marked("bindings", line.format("contact_deletions"), known)
    for schema in schema_for(NAMES).values():
        assert "'enum': []" not in str(schema)  # editors may refuse a schema with an empty list


def test_the_kinds_of_roles_of_a_set_are_completed() -> None:
    """An editor offers them, and marks a name that the catalog does not declare."""
    schemas = schema_for(NAMES, role_kinds=["member", "guest"])
    assert {"enum": ["guest", "member"]} == schemas["role"]["$defs"]["RoleKindName"]
    assert [] == marked("role", "role: r\nkind: guest\n", schemas)
    assert marked("role", "role: r\nkind: gest\n", schemas)
