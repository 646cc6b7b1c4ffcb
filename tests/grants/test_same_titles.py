"""Two roles that one domain can use do not have one title, or it is a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write

CATALOG = "catalog: demo\npermissions: {show: Show, edit: Edit}\n"
DOMAINS = "domains: {acme: {}, north: {within: acme}, beta: {}}\n"


def found(folder: Path, roles: str, **labels: str) -> list[str]:
    """Who has the title of whom, and in which language, if not in that of the catalog."""
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "roles/all.yaml": f"roles: {{{roles}}}\n"}
    files |= {f"labels/{name}.yaml": f"locale: {name}\nroles: {{{text}}}\n" for name, text in labels.items()}
    validation = rolegate.validate([write(folder, files)])
    assert validation.ok, validation.diagnostics
    return sorted(
        one.message.removeprefix("role ").partition(":")[0].replace("has the same title as ", "")
        for one in validation.diagnostics
        if one.code == "RG348"
    )


A = "a: {title: Agent, grants: show}"
SAME = {
    "two default roles": (f"{A}, b: {{title: Agent, grants: edit}}", ["`b` `a`"]),
    "other letters and spaces": (f'{A}, b: {{title: " AGENT ", grants: edit}}', ["`b` `a`"]),
    "letters that look alike": (f"{A}, b: {{title: Аgent, grants: edit}}", ["`b` `a`"]),
    "an invisible character": (f'{A}, b: {{title: "Ag\\u200bent", grants: edit}}', ["`b` `a`"]),
    "the title is an id": ("Agent: {grants: show}, b: {title: agent, grants: edit}", ["`b` `Agent`"]),
    "a custom role": (f"{A}, b: {{domain: beta, title: Agent, grants: edit}}", ["`b` `a`"]),
    "two of one domain": (
        "b: {domain: beta, title: X, grants: edit}, c: {domain: beta, title: X, grants: edit}",
        ["`c` `b`"],
    ),
    "one of an inner domain": (
        "b: {domain: north, title: X, grants: edit}, c: {domain: acme, title: X, grants: edit}",
        ["`b` `c`"],
    ),
    "beside the one that replaces it": (
        f"{A}, b: {{domain: acme, replaces: a, title: Agent, grants: show}}, "
        "c: {domain: acme, title: Agent, grants: show}",
        ["`c` `b`"],
    ),
    "two tenants": (
        "b: {domain: acme, title: X, grants: edit}, c: {domain: beta, title: X, grants: edit}",
        [],
    ),
    "in its place": (f"{A}, b: {{domain: acme, replaces: a, title: Agent, extends: a}}", []),
    "in its place, without a title": (f"{A}, b: {{domain: acme, replaces: a, extends: a}}", []),
    "in its place, inside and outside": (
        f"{A}, b: {{domain: acme, replaces: a, extends: a}}, c: {{domain: north, replaces: a, extends: a}}",
        [],
    ),
    "where another one is in its place": (
        f"{A}, b: {{domain: acme, replaces: a, title: Other, extends: a}}, "
        "c: {domain: acme, title: Agent, grants: show}",
        [],
    ),
    "another title": (f"{A}, b: {{title: Agents, grants: edit}}", []),
}


@pytest.mark.parametrize(("roles", "expected"), SAME.values(), ids=SAME)
def test_titles_of_roles_that_a_domain_can_use(roles: str, expected: list[str], tmp_path: Path) -> None:
    """Those that no domain can use both, and versions of a default role, may have one title."""
    assert expected == found(tmp_path, roles)


def test_each_language_is_looked_at(tmp_path: Path) -> None:
    """Two titles that differ may be one in another language; each pair is reported once."""
    roles = f"{A}, b: {{title: Editor, grants: edit}}, c: {{title: agent, domain: beta, grants: edit}}"
    sv = "a: Redaktör, b: redaktör, c: redaktör"
    expected = ["`b` `a` in `sv`", "`c` `a`", "`c` `b` in `sv`"]
    assert expected == found(tmp_path, roles, sv=sv, da="b: Redaktør")


def test_a_label_keeps_titles_apart_in_its_language_only(tmp_path: Path) -> None:
    """Where the titles of the catalog are one, it is reported all the same."""
    roles = f"{A}, b: {{title: Agent, grants: edit}}"
    assert ["`b` `a`"] == found(tmp_path, roles, sv="a: Ett, b: Två")


def test_it_is_accepted_by_the_name_of_the_other_role(tmp_path: Path) -> None:
    """A second one with the title is reported all the same."""
    roles = f"{A}, b: {{title: Agent, grants: edit, accept: {{RG348: {{a: the same people}}}}}}"
    assert [] == found(tmp_path, roles)
    assert ["`b` `c`"] == found(
        tmp_path, roles.replace(A, f"{A}, c: {{title: Agent, grants: show, accept: {{RG348: {{a: why}}}}}}")
    )
