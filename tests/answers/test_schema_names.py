"""An editor offers the names of a set where they fit, and marks nothing that the set accepts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given

import rolegate
from bilingual import FILES
from drawing import examples
from editors import marked
from plain.loading import loaded
from plain.strategies import Files, policy_sets
from reading import write
from repository import ROOT

DESK = {
    **FILES,
    "domains.yaml": "domains:\n"
    "  acme: {title: Acme, plan: pro, teams: {night: [nia]}, instances: {inbox: [sales]}}\n"
    "  beta: {teams: {day: [dan]}, instances: {inbox: [42]}}\n  inner: {within: beta}\n",
    "roles/all.yaml": "roles:\n  lead: {domain: beta, grants: ['tickets.*']}\n"
    "  own: {domain: acme, replaces: agent, grants: ['tickets.*', 'inboxes.access[*]']}\n"
    "  '7': {grants: tickets.export}\n",
}
CATALOG = FILES["catalog.yaml"].replace(
    "permissions:\n  tickets:",
    "addons: [more]\npermissions:\n"
    "  old: {title: Old, deprecated: true}\n  secret: {title: Secret, hidden: true}\n"
    "  opens: {title: Opens, implies: secret, aliases: ['read:org'], renamed_from: opened}\n"
    "  limits: {title: Limits, permissions: {only: {title: Only, by_name: true}}}\n  tickets:",
)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> rolegate.Policy:
    """A set with tenants, and with permissions that a grant may not name as they are."""
    return rolegate.load(write(tmp_path_factory.mktemp("desk"), {**DESK, "catalog.yaml": CATALOG}))


@pytest.fixture(scope="module")
def schemas(policy: rolegate.Policy) -> dict[str, dict[str, Any]]:
    """Its schemas."""
    return policy.json_schemas()


def offered(schema: Any, whole: Any) -> Iterator[Any]:
    """What an editor offers for a value: the texts listed at any place but below `not`."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield from offered(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
        yield from schema.get("enum", ())
        for key in ("anyOf", "oneOf"):
            for inner in schema.get(key, ()):
                yield from offered(inner, whole)
        yield from offered(schema.get("items"), whole)


def of_line(schemas: dict[str, Any], key: str) -> list[Any]:
    """What is offered for a key of a line of bindings."""
    whole = schemas["bindings"]
    return list(offered(whole["$defs"]["Binding"]["properties"][key], whole))


def in_domains(schemas: dict[str, Any]) -> dict[str, Any]:
    """What a line of each domain may say under each key."""
    rules = schemas["bindings"]["$defs"]["Binding"]["allOf"]
    return {rule["if"]["properties"]["domain"]["enum"][0]: rule["then"]["properties"] for rule in rules}


def test_lines_offer_what_they_may_name(schemas: dict[str, Any]) -> None:
    """Roles of a tenant, and its teams, only where the line names it."""
    assert ["7", "agent", 7] == of_line(schemas, "role")
    assert [] == of_line(schemas, "team")
    assert ["acme", "beta", "inner"] == of_line(schemas, "domain")
    assert {"ann", "bo", "nia", "dan"} <= set(of_line(schemas, "user"))
    there = in_domains(schemas)
    assert {"acme": ["night"], "beta": ["day"], "inner": ["day"]} == {
        domain: keys["team"]["enum"] for domain, keys in there.items()
    }
    assert ["7", "agent", "lead", 7] == list(offered(there["beta"]["role"], {}))
    assert ["7", "agent", 7] == list(offered(there["acme"]["role"], {}))
    assert {"quiet"} == set(of_line(schemas, "restrictions"))
    only = schemas["bindings"]["$defs"]["Binding"]["properties"]["only"]
    assert ["42", "sales", 42] == list(offered(only["properties"]["inbox"], {}))[:3]


def test_grants_offer_what_may_be_granted(schemas: dict[str, Any]) -> None:
    """Nothing hidden or deprecated, no limited permission without its limits, no empty star."""
    grants = set(of_line(schemas, "grants"))
    assert {"*", "tickets.*", "tickets.show@my", "inboxes.access[*]", "read:org", "limits.only"} <= grants
    assert not grants & {"secret", "old", "tickets.show", "tickets", "inboxes.access", "limits.*", "opened"}
    taken = set(of_line(schemas, "restrict"))
    assert {"tickets.show", "tickets.show@all", "inboxes.access", "*"} <= taken
    assert "secret" not in taken
    catalog = schemas["catalog"]
    requires = set(offered(catalog["$defs"]["Node"]["properties"]["implies"], catalog))
    assert {"secret", "opens"} <= requires
    assert not {text for text in requires if "*" in text}


def test_labels_offer_what_can_be_labelled(schemas: dict[str, Any]) -> None:
    """Each section has the names of the set, and no others."""
    keys = schemas["labels"]["properties"]
    assert {"tickets", "tickets.show", "inboxes.access", "secret"} <= set(keys["permissions"]["properties"])
    assert {"agent", "lead", "own", "7"} == set(keys["roles"]["properties"])
    assert {"pro", "free"} == set(keys["plans"]["properties"])
    assert {"all", "team", "my"} == set(keys["scopes"]["properties"]["reach"]["properties"])
    assert {"sales"} == set(keys["instances"]["properties"]["acme"]["properties"]["inbox"]["properties"])
    assert ["fr"] == list(offered(keys["locale"], {}))


def quoted(values: Iterable[Any]) -> list[str]:
    """Values as YAML has them; a text in quotes."""
    return [json.dumps(value) for value in values]


def lines_of(schemas: dict[str, Any]) -> Iterator[str]:
    """A line for each name that is offered in one."""
    for text in quoted(of_line(schemas, "grants")):
        yield f"{{user: ann, grants: {text}, domain: acme}}"
    for number, text in enumerate(quoted(of_line(schemas, "restrict"))):
        yield f"{{user: u{number}, restrict: {text}, domain: acme}}"
    for domain, there in in_domains(schemas).items():
        for number, name in enumerate(quoted(offered(there["role"], {}))):
            yield f"{{user: r{number}, role: {name}, domain: {domain}}}"
        for name in quoted(there["team"]["enum"]):
            yield f"{{team: {name}, role: agent, domain: {domain}}}"


def roles_of(schemas: dict[str, Any]) -> Iterator[str]:
    """A role for each name that is offered in one."""
    whole = schemas["role"]
    for key, more in (("extends", ""), ("clone_of", ", grants: opens"), ("domain", ", grants: opens")):
        names = quoted(offered(whole["$defs"]["RoleBody"]["properties"][key], whole))
        yield from (f"{key}{number}: {{{key}: {name}{more}}}" for number, name in enumerate(names))


def domains_of(schemas: dict[str, Any]) -> Iterator[str]:
    """A domain for each name that is offered in one."""
    keys = schemas["domains"]["$defs"]["Domain"]["properties"]
    for key in ("plan", "within"):
        names = quoted(offered(keys[key], {}))
        yield from (f"{key}{number}: {{{key}: {name}}}" for number, name in enumerate(names))
    yield f"all: {{addons: {quoted(offered(keys['addons'], {}))[0]}}}".replace(': "', ': ["').replace(
        '"}', '"]}'
    )


LABELLED = ("permissions", "roles", "plans", "addons", "resources", "restrictions")


def test_what_is_offered_is_accepted(tmp_path: Path, schemas: dict[str, Any]) -> None:
    """Every name that a schema offers for a line, a role, a domain or a label loads."""
    labels = schemas["labels"]["properties"]
    titled = {section: dict.fromkeys(labels[section]["properties"], "T") for section in LABELLED}
    found = {
        "bindings.yaml": "bindings:\n" + "".join(f"- {line}\n" for line in lines_of(schemas)),
        "roles/new.yaml": "roles:\n" + "".join(f"  {role}\n" for role in roles_of(schemas)),
        "domains.yaml": DESK["domains.yaml"] + "".join(f"  {one}\n" for one in domains_of(schemas)),
        "labels/fr.yaml": json.dumps({"locale": "fr", **titled}),
    }
    result = rolegate.validate([write(tmp_path, {**DESK, "catalog.yaml": CATALOG, **found})])
    assert 50 < sum(text.count("\n") for text in found.values())
    # RG408: a line has to grant what its grants require, which no schema says.
    errors = [one for one in result.diagnostics if one.severity == "error" and one.code != "RG408"]
    assert [] == list(map(str, errors))


_FOLDERS = {"roles": "role", "labels": "labels", "domains": "domain", "tests": "expectations"}


def kind_of(path: Path, folder: Path) -> str:
    """The schema of a file of a set."""
    first = path.relative_to(folder).parts[0]
    inside = len(path.relative_to(folder).parts) > 1
    return _FOLDERS.get(first, first) if inside else path.stem


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_own_policies_are_not_marked_by_their_own_schemas(name: str) -> None:
    """An editor with the names of the set marks nothing in it."""
    folder = ROOT / "policies" / name
    known = rolegate.load(folder).json_schemas()
    for path in [
        *folder.glob("*.yaml"),
        *(p for d in ("roles", "labels") for p in (folder / d).rglob("*.yaml")),
    ]:
        if kind_of(path, folder) in known:
            assert [] == marked(kind_of(path, folder), path.read_text(encoding="utf-8"), known), path


OTHER_NAMES = {
    "catalog.yaml": "catalog: desk\ndomain_kinds: [firm, site]\n"
    "role_kinds: {seat: {title: Seat, domain_kinds: [firm]}}\npermissions:\n"
    "  view:\n    title: View\n    renamed_from: old\n    permissions:\n"
    "      show: {title: Show, renamed_from: view.look}\n"
    "      more:\n        title: More\n        renamed_from: less\n"
    "        permissions: {edit: {title: Edit, renamed_from: less.e}}\n"
    "  plain: {title: Plain, renamed_from: bare, permissions: {one: One}}\n",
    "domains.yaml": "domains:\n  acme: {kind: firm}\n  inner: {kind: site, within: acme}\n",
    "roles/all.yaml": "roles:\n  agent: {grants: view.show}\n  own: {domain: acme, replaces: agent,"
    " grants: view.show}\n  seated: {domain: acme, kind: seat, grants: view.show}\n",
}


def test_each_name_that_a_role_has_in_a_domain_is_accepted(tmp_path: Path) -> None:
    """Its own one beside that of the role it replaces, and one of a kind that only outer domains have."""
    folder = write(tmp_path, OTHER_NAMES)
    known = rolegate.load(folder).json_schemas()
    there = in_domains(known)
    assert ["agent", "seated"] == list(offered(there["acme"]["role"], {}))
    assert ["agent"] == list(offered(there["inner"]["role"], {}))
    lines = "bindings:\n" + "".join(
        f"- {{user: {domain}-{role}, role: {role}, domain: {domain}}}\n"
        for domain in ("acme", "inner")
        for role in ("agent", "own", "seated")
    )
    assert [] == marked("bindings", lines, known)
    rolegate.load(write(tmp_path, {**OTHER_NAMES, "bindings.yaml": lines}))
    assert [] != marked("bindings", "bindings: [{user: a, role: none, domain: acme}]\n", known)


def test_former_names_in_renamed_groups_are_accepted(tmp_path: Path) -> None:
    """There can be too many to list; elsewhere a name that is not known is marked."""
    known = rolegate.load(write(tmp_path, OTHER_NAMES)).json_schemas()
    texts = [
        "old.look",
        "view.look",
        "old.more.e",
        "view.more.e",
        "less.e",
        "old.more.*",
        "less.*",
        "bare.one",
    ]
    lines = "bindings:\n" + "".join(f"- {{user: a, grants: {text}, domain: acme}}\n" for text in texts)
    assert [] == marked("bindings", lines, known)
    rolegate.load(write(tmp_path, {**OTHER_NAMES, "bindings.yaml": lines}))
    broken = 'bindings: [{user: a, restrict: "view.show[one\\ntwo]", domain: acme}]\n'
    assert [] == marked("bindings", broken, known)
    for text in ("bare.two", "plain.two", "older.look", "old.look.*.*"):
        wrong = f"bindings: [{{user: a, grants: {text}, domain: acme}}]\n"
        assert [] != marked("bindings", wrong, known), text


@examples(20)
@given(files=policy_sets())
def test_what_a_set_accepts_is_not_marked(files: Files) -> None:
    """Whatever the files of a set say: an editor that knows its names has nothing to object."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        known = policy.json_schemas()
        for path in sorted(Path(folder).rglob("*.yaml")):
            assert [] == marked(kind_of(path, Path(folder)), path.read_text(encoding="utf-8"), known)
