"""A mistake in a declaration is one error: what is declared is nowhere reported as unknown."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import rolegate
from counting import executed
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.documents.set_reader import read_set
from rolegate.grants.follow_ups import FollowUps
from rolegate.loading.load import resolve_files

SET: dict[str, Any] = yaml.safe_load("""
catalog.yaml:
  catalog: shop
  plans: {basic: Basic, pro: Pro}
  addons: {sso: SSO, audit: {title: Audit, requires: [sso]}}
  domain_kinds: {org: Organization, space: Workspace}
  role_kinds: {guest: {title: Guest, never: [billing.pay]}}
  custom_roles: {plans: [pro], manage: billing.pay}
  user: {region: text}
  records: {domain: account}
  scopes:
    reach:
      all: {title: All}
      team: {title: Team, within: all}
      my: {title: My, within: team, where: {owner: user.id, region: user.region}}
  resources: {box: {title: Box, attribute: box}, tray: {title: Tray, within: box}}
  restrictions: {quiet: {title: Quiet, restrict: [billing.pay, billing.see]}}
  permissions:
    tickets:
      title: Tickets
      permissions:
        view: {title: View, scopes: reach}
        edit: {title: Edit, scopes: reach, requires: [tickets.view], plans: [pro]}
    boxes:
      title: Boxes
      permissions:
        open: {title: Open, per: box}
        fill: {title: Fill, per: tray, addons: [sso]}
    billing: {title: Billing, permissions: {pay: {title: Pay, domain_kinds: [org]}, see: {title: See}}}
    people: {title: People, fields: {name: {title: Name}, phone: {title: Phone}}}
domains.yaml:
  domains:
    acme: {title: Acme, kind: org, plan: pro, addons: [sso, audit], zone: Europe/Paris,
           teams: {desk: [ana], night: [{team: desk}]}, instances: {box: [red, blue], tray: [red/one]}}
    inner: {title: Inner, kind: space, within: acme, teams: {hall: [bo]}, instances: {box: [white]}}
roles/agent.yaml: {role: agent, title: Agent, grants: [tickets.view@team, tickets.edit@team, "boxes.open[*]"]}
roles/lead.yaml: {role: lead, title: Lead, extends: [agent], grants: [billing.pay, people.fields.name@view]}
roles/own.yaml: {role: own, title: Own, domain: acme, extends: [agent], grants: ["boxes.fill[red/one]"]}
roles/visitor.yaml: {role: visitor, title: Visitor, kind: guest, grants: [tickets.view@my]}
bindings.yaml:
  bindings:
    - {user: ana, role: lead, domain: acme}
    - {user: cy, role: own, domain: inner}
    - {team: night, role: agent, domain: acme}
    - {team: desk, role: agent, domain: inner}
    - {team: hall, role: visitor, domain: inner}
    - {user: dan, role: agent, domain: acme, only: {box: [red]}, rest: drop}
    - {user: eve, grants: [tickets.view@my, "people.*"], domain: acme}
    - {user: ana, restrictions: [quiet], domain: acme}
    - {user: dan, restrict: ["boxes.open[blue]"], domain: inner}
labels/fr.yaml:
  locale: fr
  permissions: {tickets.view: Voir, billing: Factures}
  roles: {agent: Agent, lead: Chef, own: Propre}
  plans: {pro: Pro}
  addons: {sso: SSO}
  scopes: {reach: {my: Mes}}
  restrictions: {quiet: Calme}
  resources: {box: Boîte}
""")

_CATALOG = """
addons/audit role_kinds/guest records scopes/reach/team scopes/reach/my resources/box resources/tray
restrictions/quiet permissions/tickets permissions/tickets/permissions/view
permissions/tickets/permissions/edit permissions/boxes/permissions/open permissions/boxes/permissions/fill
permissions/billing permissions/people permissions/people/fields/name custom_roles
"""
DECLARED: list[tuple[str, list[str]]] = [
    *(("catalog.yaml", path.split("/")) for path in _CATALOG.split()),
    *(("domains.yaml", ["domains", domain]) for domain in ("acme", "inner")),
    *((f"roles/{role}.yaml", list[str]()) for role in ("agent", "lead", "own", "visitor")),
]
"""Where something is declared, by file and keys."""

_NAMES = ("within", "plan", "kind", "scopes", "per", "zone")
"""Keys that name something."""

_NOTES = {"RG340", "RG441"}
"""What is set aside for the one error."""


def at(value: Any, path: list[str]) -> Any:
    for step in path:
        value = value[step]
    return value


def mistakes(thing: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What may be written in the place of one declaration, each with one mistake in it."""
    yield "a key that is not known", {**thing, "colour": "red"}
    if "title" in thing:
        yield "a title of the wrong kind", {**thing, "title": ["x", "y"]}
    for key, value in thing.items():
        if key not in ("role", "title", "fields", "permissions"):
            yield f"nothing in {key}", {**thing, key: None}
        if key in ("within", "plan", "kind", "scopes", "per", "zone") or (
            key == "domain" and "role" in thing
        ):
            yield f"a misspelt {key}", {**thing, key: f"{value}zz"}
        if key in ("addons", "extends", "plans", "domain_kinds", "requires") and isinstance(value, list):
            yield f"a misspelt name in {key}", {**thing, key: [f"{value[0]}zz", *value[1:]]}
        if isinstance(value, list):
            yield f"nothing in a list of {key}", {**thing, key: [*value[:-1], None]}


@cache
def texts() -> dict[str, str]:
    return {name: text(value) for name, value in SET.items()}


def text(value: Any) -> str:
    """JSON is YAML; what is known of a user stands without quotes."""
    return re.sub(r'"(user\.\w+)"', r"\1", json.dumps(value))


def found(files: dict[str, str]) -> tuple[Diagnostic, ...]:
    report = Report()
    resolve_files(Files(Path(), {name: text.encode() for name, text in files.items()}), report, None)
    return report.sorted()


def test_the_set_is_sound() -> None:
    """Nothing is reported of it before a mistake is made."""
    assert () == found(texts())


def test_a_mistake_in_a_declaration_is_one_error() -> None:
    """LAW: wherever a declaration has a mistake, that is the one error, and it is in its file."""
    tried, wrong = 0, []
    for file, path in DECLARED:
        for mistake, thing in mistakes(at(SET[file], path)):
            changed = copy.deepcopy({"": SET[file]})
            at(changed, ["", *path][:-1])[["", *path][-1]] = thing
            said = [one for one in found({**texts(), file: text(changed[""])}) if one.code not in _NOTES]
            tried += 1
            if [file] != [one.file for one in said]:
                wrong.append((file, "/".join(path), mistake, list(map(str, said))))
    assert not wrong, "\n".join(map(str, wrong))
    assert tried > 100


@pytest.mark.parametrize("bottom", ["", "{within: gone}"])
def test_what_is_nested_deeply_is_walked_over_once(bottom: str) -> None:
    """Twice as deep costs about twice as much, whether the outermost one is declared or not."""

    def lines(depth: int) -> int:
        for_each = [f"{{within: n{i - 1}}}" if i else bottom or "{}" for i in range(depth)]
        nested = "".join(f"  n{i}: {text}\n" for i, text in enumerate(for_each))
        files = {
            "catalog.yaml": f"catalog: c\nresources:\n{nested}permissions: {{a: A}}\n".encode(),
            "domains.yaml": f"domains:\n{nested}".encode(),
        }
        documents = read_set(Files(Path(), files), Report())
        assert documents is not None
        return executed(lambda: FollowUps.of(documents, None))

    assert lines(800) < 3 * lines(400)


@pytest.mark.parametrize("grant", ["people.fields.*@write", "people.fields.*@Edit", "people.field.*@edit"])
def test_a_grant_at_fault_does_not_make_its_exception_one(grant: str, tmp_path: Path) -> None:
    """To remove the exception, as its finding would say, opens what is excepted once the grant is mended."""
    files = {
        "catalog.yaml": "catalog: x\npermissions: {people: {fields: [name, phone]}, see: See}\n",
        "roles/agent.yaml": f"role: agent\ngrants: [see, {grant}]\nexcept: [people.fields.phone]\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = [one for one in rolegate.validate([tmp_path]).diagnostics if one.severity == "error"]
    assert [one.line for one in found] == [2]


@pytest.mark.parametrize("role", ["agent", "lead", "own", "visitor"])
@pytest.mark.parametrize("file", ["roles/a.yaml", "roles/z.yaml"])
def test_a_role_that_is_declared_twice_is_one_error(role: str, file: str) -> None:
    """What is said of the others holds whichever of the two is meant; each is read all the same."""
    twin = {
        key: value for key, value in SET[f"roles/{role}.yaml"].items() if key in ("role", "domain", "kind")
    }
    said = found({**texts(), file: text({**twin, "title": "Twin", "grants": ["tickets.view@my"]})})
    assert ["RG319"] == [one.code for one in said if one.code not in _NOTES]
    wrong = {"bindings.yaml": text({"bindings": [{"user": "ana", "role": "lead", "domain": "gone"}]})}
    said = found({**texts(), **wrong, file: text({**twin, "title": "Twin", "grants": ["billing.gone"]})})
    assert {"RG319", "RG401"} <= {one.code for one in said}


@pytest.mark.parametrize(("kind", "code"), [("{}", "RG430"), ("{kind: orgs}", "RG230")])
def test_a_kind_that_is_not_known_has_every_role_and_grant(kind: str, code: str) -> None:
    """Whether a domain has what only some kinds have is not known of one of an unknown kind."""
    files = {
        "catalog.yaml": "catalog: c\ndomain_kinds: [org, space]\ncustom_roles: {domain_kinds: [org]}\n"
        "role_kinds: {guest: {domain_kinds: [org]}}\n"
        "permissions: {see: See, pay: {title: Pay, domain_kinds: [org]}}\n",
        "domains.yaml": f"domains: {{acme: {kind}, inner: {{kind: org, within: acme}}}}\n",
        "roles/own.yaml": "role: own\ndomain: acme\ngrants: [see, pay]\n",
        "roles/visitor.yaml": "role: visitor\nkind: guest\ngrants: [see]\n",
        "bindings.yaml": "bindings:\n  - {user: ana, role: visitor, domain: acme}\n"
        "  - {user: ana, role: own, domain: acme}\n  - {user: bo, grants: [pay], domain: acme}\n",
    }
    assert [(code, "domains.yaml")] == [(one.code, one.file) for one in found(files)]
