"""The real yaml-language-server offers the names of a set, explains keys, and marks what is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import rolegate
from bilingual import bilingual
from language_server import LanguageServer
from repository import ROOT

pytestmark = pytest.mark.slow

VERSION = "1.19.2"
SETS = ("livechat", "respond-io", "responsive", "responso")
PLACES = {
    "catalog": ["catalog.yaml"],
    "role": ["roles/*.yaml", "roles/*/*.yaml"],
    "domains": ["domains.yaml"],
    "domain": ["domains/*.yaml"],
    "bindings": ["bindings.yaml", "bindings/*.yaml", "bindings/*/*.yaml"],
    "labels": ["labels/*.yaml"],
    "review": ["review.yaml"],
    "approvals": ["approvals.yaml"],
    "invariants": ["invariants.yaml"],
    "expectations": ["tests/*.yaml"],
}


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of the npm package. As with node-casbin, it is skipped only where nobody expects node."""
    if not shutil.which("node") and not os.environ.get("CI"):
        pytest.skip("node is not installed here")
    folder = tmp_path_factory.mktemp("server")
    (folder / "package.json").write_text('{"private": true}')
    package = f"yaml-language-server@{VERSION}"
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", package]
    for _ in range(2):  # registries have their moments
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
        if not done.returncode:
            script = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
            return ["node", str(script), "--stdio"]
    pytest.fail(f"`{' '.join(install)}` failed twice:\n{done.stderr.strip()[-1000:]}", pytrace=False)


@pytest.fixture(scope="session")
def desk(
    command: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LanguageServer, Path]]:
    """A server with the schemas of the bilingual set, and the folder of the set."""
    folder = tmp_path_factory.mktemp("edited")
    with server(command, {folder / "desk": bilingual(folder / "desk")}, folder / "schemas") as running:
        yield running, folder / "desk"


def server(command: list[str], policies: dict[Path, rolegate.Policy], schemas: Path) -> LanguageServer:
    """A server that uses, for the files in each folder, the schemas of the policy there."""
    schemas.mkdir()
    chosen = {}
    for folder, policy in policies.items():
        for kind, schema in policy.json_schemas().items():
            written = schemas / f"{folder.name}-{kind}.json"
            written.write_text(json.dumps(schema), encoding="utf-8")
            chosen[written.as_uri()] = [f"{folder}/{place}" for place in PLACES[kind]]
    return LanguageServer(command, chosen)


OFFERED = [
    ("roles/x.yaml", "role: x\nextends: [|]\n", {"agent"}, {"acme"}),
    (
        "roles/x.yaml",
        "role: x\ngrants:\n  - |\n",
        {"tickets.*", "tickets.show@my", "inboxes.access[*]"},
        {"tickets.show"},
    ),
    ("roles/x.yaml", "role: x\nexcept:\n  - |\n", {"tickets.show"}, {"inboxes"}),
    ("roles/x.yaml", "role: x\ndomain: |\n", {"acme"}, {"agent"}),
    ("bindings.yaml", "bindings:\n  - user: |\n", {"ann", "bo", "nia"}, {"agent"}),
    ("bindings.yaml", "bindings:\n  - user: ann\n    domain: acme\n    role: |\n", {"agent"}, {"night"}),
    ("bindings.yaml", "bindings:\n  - domain: acme\n    team: |\n", {"night"}, {"ann"}),
    ("bindings.yaml", "bindings:\n  - user: ann\n    restrictions: |\n", {"quiet"}, set()),
    (
        "bindings.yaml",
        "bindings:\n  - user: ann\n    role: agent\n    only:\n      |\n",
        {"inbox"},
        {"tickets"},
    ),
    ("domains.yaml", "domains:\n  x:\n    plan: |\n", {"pro", "free"}, {"acme"}),
    ("domains.yaml", "domains:\n  x:\n    within: |\n", {"acme"}, {"pro"}),
    ("labels/fr.yaml", "locale: fr\npermissions:\n  |\n", {"tickets", "tickets.show"}, {"agent"}),
    ("labels/fr.yaml", "locale: fr\nroles:\n  |\n", {"agent"}, {"tickets"}),
    ("labels/fr.yaml", "locale: |\n", {"fr"}, {"en"}),
    ("catalog.yaml", "catalog: x\npermissions:\n  a: {plans: [|]}\n", {"pro", "free"}, {"acme"}),
    ("catalog.yaml", "catalog: x\npermissions:\n  a:\n    scopes: |\n", {"reach"}, {"all"}),
]


@pytest.mark.parametrize(("file", "text", "wanted", "unwanted"), OFFERED)
def test_names_are_offered(
    desk: tuple[LanguageServer, Path], file: str, text: str, wanted: set[str], unwanted: set[str]
) -> None:
    """Those of the set that fit the place, and not those of another kind."""
    running, folder = desk
    found = set(running.complete(folder / file, text))
    assert wanted <= found
    assert not unwanted & found


def test_keys_are_explained(desk: tuple[LanguageServer, Path]) -> None:
    """Hovering over a key shows what it means."""
    running, folder = desk
    assert "Rights of its parents" in running.hover(folder / "roles/x.yaml", "role: x\nexc|ept: ['*']\n")
    assert "Ladders of scopes" in running.hover(folder / "catalog.yaml", "catalog: x\nsco|pes: {r: [all]}\n")


WRONG = [
    ("roles/x.yaml", "role: x\nextends: agnet\n"),
    ("roles/x.yaml", "role: x\ngrants: [tickets.shwo]\n"),
    ("bindings.yaml", "bindings: [{user: ann, role: agnet, domain: acme}]\n"),
    ("bindings.yaml", "bindings: [{user: ann, role: agent, domain: acmee}]\n"),
    ("bindings.yaml", "bindings: [{team: nigth, role: agent, domain: acme}]\n"),
    ("domains.yaml", "domains: {x: {plan: prp}}\n"),
    ("labels/fr.yaml", "locale: fr\npermissions: {ticket.show: X}\n"),
]


@pytest.mark.parametrize(("file", "text"), WRONG)
def test_misspelt_name_is_marked(desk: tuple[LanguageServer, Path], file: str, text: str) -> None:
    """A name that the set does not have is marked while somebody types."""
    running, folder = desk
    assert running.open(folder / file, text)


def test_nothing_is_marked_in_our_own_sets(command: list[str], tmp_path: Path) -> None:
    """The schemas of a set have nothing to object to its files."""
    policies = {ROOT / "policies" / name: rolegate.load(ROOT / "policies" / name) for name in SETS}
    every: list[Path] = []
    for folder in policies:
        known = {path for places in PLACES.values() for place in places for path in folder.glob(place)}
        assert len(known) > 5
        every += sorted(known)
    with server(command, policies, tmp_path / "schemas") as running:
        found = running.open_all({path: path.read_text(encoding="utf-8") for path in every})
    assert {} == {str(path.relative_to(ROOT)): told for path, told in found.items() if told}
