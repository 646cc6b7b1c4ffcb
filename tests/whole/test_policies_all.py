"""What holds for every policy set under `policies/`: our own first customer."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import rolegate
from repository import ROOT

POLICIES = ROOT / "policies"
SETS = sorted(path.parent.name for path in POLICIES.glob("*/catalog.yaml"))
AT = datetime(2026, 10, 1, tzinfo=UTC)

Files = dict[str, Any]
each_set = pytest.mark.parametrize("name", SETS)


class Quoted(str):
    """A text that is written in quotes: in a condition `"open"` is a text, and `open` is refused."""


class Loader(yaml.CSafeLoader):
    """Tells texts in quotes from those without."""


class Dumper(yaml.CSafeDumper):
    """Writes no anchors, which the language refuses, and quotes where they were."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return True


def text_of(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> str:
    """The text of *node*, which remembers its quotes."""
    return Quoted(node.value) if node.style in {'"', "'"} else str(node.value)


def write_quoted(dumper: yaml.CSafeDumper, text: Quoted) -> yaml.ScalarNode:
    """The text in quotes."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


Loader.add_constructor("tag:yaml.org,2002:str", text_of)
Dumper.add_representer(Quoted, write_quoted)


def read(folder: Path) -> Files:
    """The data of every policy file, by its path inside the set."""
    return {
        path.relative_to(folder).as_posix(): yaml.load(path.read_text(encoding="utf-8"), Loader)
        for path in sorted(folder.rglob("*.y*ml"))
    }


def write(files: Files, folder: Path) -> Path:
    """Write *files* as a policy set."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)
        path.write_text(text, encoding="utf-8")
    return folder


def shuffled(data: Any, chance: random.Random) -> Any:
    """*data* with the keys of every mapping and the items of every list in another order."""
    if isinstance(data, dict):
        keys = list(data)
        chance.shuffle(keys)
        return {key: shuffled(data[key], chance) for key in keys}
    if isinstance(data, list):
        items = [shuffled(item, chance) for item in data]
        chance.shuffle(items)
        return items
    return data


def shuffled_files(files: Files, seed: int) -> Files:
    """*files* with every order changed that means nothing: only a ladder written as a list has one."""
    chance = random.Random(seed)
    changed: Files = shuffled(files, chance)
    ladders = files["catalog.yaml"].get("scopes", {})
    for ladder, scopes in ladders.items():
        if isinstance(scopes, list):
            changed["catalog.yaml"]["scopes"][ladder] = scopes
    return changed


def roles_of(files: Files) -> Iterator[Files]:
    """Every role of the set in the form of one role a file."""
    for name, data in files.items():
        if name.startswith("roles/"):
            yield from (
                [data] if "role" in data else [{"role": role} | body for role, body in data["roles"].items()]
            )


def regrouped(files: Files, groups: Iterable[tuple[str, list[Files]]]) -> Files:
    """*files* with the roles in other files: one role as such, several under `roles:`."""
    rest = {name: data for name, data in files.items() if not name.startswith("roles/")}
    for name, roles in groups:
        several = {"roles": {role["role"]: {k: v for k, v in role.items() if k != "role"} for role in roles}}
        rest[f"roles/{name}.yaml"] = roles[0] if len(roles) == 1 else several
    return rest


def in_one_file(files: Files) -> Files:
    """All roles in one file; a further one only where domains have custom roles of the same name."""
    groups: list[list[Files]] = []
    for role in roles_of(files):
        free = (group for group in groups if role["role"] not in {other["role"] for other in group})
        group = next(free, None)
        if group is None:
            groups.append([role])
        else:
            group.append(role)
    return regrouped(files, ((f"together{number}", group) for number, group in enumerate(groups)))


def one_per_file(files: Files) -> Files:
    """Each role in a file of its own, under a name that says nothing."""
    return regrouped(files, ((f"r{number}", [role]) for number, role in enumerate(roles_of(files))))


def compiled(folder: Path) -> tuple[str, str, datetime | None]:
    """Model, policy and end of the set in *folder*."""
    result = rolegate.load(folder).compile(at=AT)
    return result.model_text, result.policy_text, result.holds_until


@cache
def as_it_is(name: str) -> tuple[str, str, datetime | None]:
    """The same of one of our sets, which is compared with many copies."""
    return compiled(POLICIES / name)


def test_the_four_products_are_there() -> None:
    """One set for each product of the first customers."""
    assert SETS == ["livechat", "respond-io", "responsive", "responso"]


def test_all_sets_validate_together() -> None:
    """`validate policies` finds each set and no error in any."""
    found = rolegate.validate([POLICIES])
    assert sorted(path.name for path in found.sets) == SETS
    assert [str(finding) for finding in found.diagnostics if finding.severity == "error"] == []
    assert found.ok


@each_set
def test_a_set_loads_under_its_name(name: str) -> None:
    """The folder is called what the catalog is called, and nothing in it is an error."""
    policy = rolegate.load(POLICIES / name)
    assert (name, []) == (
        policy.name,
        [finding for finding in policy.warnings if finding.severity == "error"],
    )


@each_set
def test_a_readme_maps_the_document(name: str) -> None:
    """Each README names files of its set and says what was assumed."""
    text = (POLICIES / name / "README.md").read_text(encoding="utf-8")
    assert [word for word in ("catalog.yaml", "roles/", "bindings.yaml") if word not in text] == []
    assert "assumed" in text.lower()


@each_set
def test_a_catalog_names_its_source(name: str) -> None:
    """Facts come with where they are from, and every file says in a comment what it is."""
    assert read(POLICIES / name)["catalog.yaml"]["source"]
    silent = [
        path.name
        for path in sorted((POLICIES / name).rglob("*.yaml"))
        if not path.read_text(encoding="utf-8").startswith("#")
    ]
    assert silent == []


@each_set
def test_every_role_is_in_the_set_for_a_reason(name: str) -> None:
    """A role holds something, and has a title: its own, or that of the role it replaces."""
    roles = list(roles_of(read(POLICIES / name)))
    assert roles
    assert [role["role"] for role in roles if not (role.get("grants") or role.get("extends"))] == []
    assert [role["role"] for role in roles if not role.get("title", role.get("replaces"))] == []


@each_set
@pytest.mark.parametrize("seed", range(4))
def test_order_in_the_files_means_nothing(name: str, seed: int, tmp_path: Path) -> None:
    """Shuffled keys and lists compile to the same bytes."""
    copy = write(shuffled_files(read(POLICIES / name), seed), tmp_path / name)
    assert as_it_is(name) == compiled(copy)


@each_set
@pytest.mark.parametrize("regroup", [in_one_file, one_per_file])
def test_role_files_mean_nothing(name: str, regroup: Any, tmp_path: Path) -> None:
    """Roles in one file or in a file each compile to the same bytes."""
    copy = write(regroup(read(POLICIES / name)), tmp_path / name)
    assert as_it_is(name) == compiled(copy)


@each_set
def test_the_folder_means_nothing(name: str, tmp_path: Path) -> None:
    """No path of the machine gets into what is compiled."""
    copy = write(read(POLICIES / name), tmp_path / "somewhere else")
    assert as_it_is(name) == compiled(copy)


COMPILING = """\
import sys
from rolegate_cli.app import cli
at, out, *folders = sys.argv[1:]
for folder in folders:
    try:
        cli.main(["compile", folder, "-o", f"{out}/{folder.rpartition('/')[2]}", "--at", at])
    except SystemExit as done:
        assert not done.code, folder
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What `rolegate compile` writes of each set under two hash seeds, in two processes."""
    folders = [tmp_path_factory.mktemp("written") for _ in range(2)]
    for seed, out in enumerate(folders, 1):
        environment = os.environ | {
            "PYTHONHASHSEED": str(seed),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        sets = [str(POLICIES / name) for name in SETS]
        command = [sys.executable, "-c", COMPILING, "2026-10-01T00:00:00Z", str(out), *sets]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    return folders


@each_set
def test_the_command_writes_the_same_bytes_each_time(name: str, written: list[Path]) -> None:
    """`rolegate compile` under two hash seeds, in two processes, gives the library's bytes."""
    for out in written:
        files = ((out / name / file).read_bytes().decode() for file in ("model.conf", "policy.csv"))
        assert as_it_is(name)[:2] == tuple(files)


@each_set
def test_compiled_lines_are_sorted_and_plain(name: str) -> None:
    """Printable ASCII, sorted, without repetition; the line that guards an empty policy is the last one."""
    text = as_it_is(name)[1]
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert re.fullmatch(r"p, -, -, lines=\d+, -, sha256=\w{64}, deny", lines[-1])
    assert [*sorted(set(lines[:-1])), lines[-1]] == lines
    assert lines.count(lines[-1]) == 1
    assert [line for line in lines if not (line.isascii() and line.isprintable())] == []
