"""Files that begin with a dot: one that spells a domain is an error, and others are ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write

FILES = {"catalog.yaml": "catalog: demo\npermissions: {a: A}\n", "domains.yaml": "domains: {acme: {}}\n"}
LINE = "bindings:\n  - {user: ana, grants: a}\n"


def found(folder: Path, name: str, text: str) -> list[str]:
    """What is reported of a set with *text* in the file *name*, as `file:line:column code help`."""
    return [
        f"{one.file.removeprefix(f'{folder.as_posix()}/')}:{one.line}:{one.column} {one.code} {one.help}"
        for one in rolegate.validate([write(folder, {**FILES, name: text})]).diagnostics
    ]


@pytest.mark.parametrize(
    ("name", "write_it"),
    [
        ("bindings/.net.yaml", "%2Enet.yaml"),
        ("bindings/.net.yml", "%2Enet.yaml"),
        ("bindings/.net.YAML", "%2Enet.yaml"),
        ("bindings/.net/x.yaml", "%2Enet"),
        ("bindings/..a.yaml", "%2E.a.yaml"),
        ("bindings/..data.yaml", "%2E.data.yaml"),
        ("domains/..a.yaml", "%2E.a.yaml"),
        ("domains/.acme.yaml", "%2Eacme.yaml"),
    ],
)
def test_a_domain_is_not_in_a_hidden_file(tmp_path: Path, name: str, write_it: str) -> None:
    """Its restrictions would be gone without a word; a leading dot is encoded."""
    help = f"write `{write_it}` if it is for a domain, or else remove it"
    assert found(tmp_path, name, LINE) == [f"{name}:1:1 RG116 {help}"]


@pytest.mark.parametrize(
    "name",
    [
        "bindings/.acme.yaml.swp",
        "bindings/.#acme.yaml",
        "bindings/.yaml",
        "bindings/..data/acme.yaml",
        "bindings/..2026_11_28_10_00_00.123456/acme.yaml",
        "bindings/.git/hooks/x.yaml",
        "domains/.idea/x.yaml",
        "roles/.x.yaml",
    ],
)
def test_files_of_other_programs_are_hidden(tmp_path: Path, name: str) -> None:
    """Those of editors, and those that Kubernetes keeps in a mounted folder: none spells a domain."""
    assert found(tmp_path, name, ": no YAML") == []
