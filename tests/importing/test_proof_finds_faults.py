"""Mistakes that are planted in the import: the proof finds each, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import rolegate
from command_line import rolegate as command
from drawn_casbin import BOTH, CasbinTexts, model_text
from rolegate.importing import imported_roles
from rolegate.importing.object_templates import Cover, ObjectTemplate, cover

SOURCE = CasbinTexts(
    model_text(
        "sub, dom, obj, act",
        "sub, dom, obj, act, eft",
        {"g": 3},
        BOTH,
        "(g(r.sub, p.sub, r.dom) || p.sub == '*') && r.dom == p.dom && keyMatch(r.obj, p.obj)"
        " && r.act == p.act",
    ),
    (
        "p, viewer, acme, /doc/*, read, allow",
        "p, editor, acme, /doc/*, write, allow",
        "p, viewer, beta, /doc/7, read, allow",
        "p, viewer, acme, /doc/9, write, deny",
        "p, ana, acme, menu, open, allow",
        "p, *, acme, help, open, allow",
        "g, editor, viewer, acme",
        "g, bo, editor, acme",
        "g, cy, viewer, beta",
    ),
)


def without_restrictions(lines: imported_roles.ImportedLines) -> imported_roles.ImportedLines:
    return replace(lines, restricted={})


def without_inherited_restrictions(lines: imported_roles.ImportedLines) -> imported_roles.ImportedLines:
    kept = {place: parts for place, parts in lines.restricted.items() if place[1] == "viewer"}
    return replace(lines, restricted=kept)


def without_parents(lines: imported_roles.ImportedLines) -> imported_roles.ImportedLines:
    roles = {place: replace(role, extends=frozenset()) for place, role in lines.roles.items()}
    return replace(lines, roles=roles)


def without_everyone(lines: imported_roles.ImportedLines) -> imported_roles.ImportedLines:
    kept = {place: parts for place, parts in lines.granted.items() if place[1] != imported_roles.EVERYONE}
    return replace(lines, granted=kept)


def with_roles_of_all_domains(lines: imported_roles.ImportedLines) -> imported_roles.ImportedLines:
    roles = {place: role for place, role in lines.roles.items() if place != ("beta", "viewer")}
    roles[None, "viewer"] = roles.pop(("acme", "viewer"))
    return replace(lines, roles=roles)


def with_more_instances(lines: imported_roles.ImportedLines) -> imported_roles.ImportedLines:
    wide = {
        place: replace(
            role, parts=frozenset(part._replace(ids=(None,) * len(part.ids)) for part in role.parts)
        )
        for place, role in lines.roles.items()
    }
    return replace(lines, roles=wide)


FAULTS = (
    without_restrictions,
    without_inherited_restrictions,
    without_parents,
    without_everyone,
    with_roles_of_all_domains,
    with_more_instances,
)


def test_without_a_fault_both_answer_alike(tmp_path: Path) -> None:
    """The source is one that can be said."""
    done = rolegate.import_casbin(*SOURCE.write(tmp_path))
    assert (done.ok, done.findings) == (True, ())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_a_difference(
    fault: Callable[[imported_roles.ImportedLines], imported_roles.ImportedLines],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is listed, the files are written, and the exit code is 1."""
    sound = imported_roles.imported_lines
    place = "rolegate.importing.import_casbin.imported_lines"
    monkeypatch.setattr(place, lambda names, grants: fault(sound(names, grants)))
    files = SOURCE.write(tmp_path / "source")
    done = rolegate.import_casbin(*files)
    assert done.proof.differ == len(done.proof.differences) > 0
    assert not done.ok
    run = command("import", "casbin", *files, "-o", tmp_path / "set")
    assert (run.code, (tmp_path / "set/catalog.yaml").exists()) == (1, True)
    assert "answered differently:" in run.out


def test_a_kind_that_is_read_too_widely_is_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prefix such as `/doc/1*` is not all documents."""

    def too_wide(function: str, text: str, template: ObjectTemplate) -> Cover:
        found = cover(function, text, template)
        return (None,) if found == "some" else found

    monkeypatch.setattr("rolegate.importing.line_grants.cover", too_wide)
    lines = tuple(line.replace("/doc/7", "/doc/1*") for line in SOURCE.lines)
    done = rolegate.import_casbin(*CasbinTexts(SOURCE.model, lines).write(tmp_path))
    assert all(one.gained for one in done.proof.differences)
    assert done.proof.differ > 0
