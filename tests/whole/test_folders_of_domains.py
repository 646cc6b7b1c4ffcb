"""Our own policy sets, with a file for each domain: whatever they say, they say the same."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

import rolegate
from repository import ROOT

SETS = sorted(path.parent.name for path in ROOT.glob("policies/*/bindings.yaml"))
AT = datetime(2026, 10, 1, tzinfo=UTC)


def write(path: Path, value: object) -> None:
    """*value* as the YAML file *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")


def read(path: Path) -> Any:
    """What the YAML file *path* says; dates as they are written."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)


def flagged(value: Any) -> Any:
    """*value*, which was read as texts, with flags as flags."""
    if isinstance(value, dict):
        return {key: flagged(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [flagged(inner) for inner in value]
    return {"true": True, "false": False}.get(value, value)


@pytest.mark.parametrize("folders", [False, True], ids=["files", "folders"])
@pytest.mark.parametrize("name", SETS)
def test_a_set_in_folders_says_the_same(tmp_path: Path, name: str, folders: bool) -> None:
    """LAW: where the domains and the lines are written changes no compiled line and no warning."""
    whole, split = ROOT / "policies" / name, tmp_path / name
    shutil.copytree(whole, split)
    domains = flagged(read(split / "domains.yaml"))["domains"]
    lines = flagged(read(split / "bindings.yaml"))["bindings"]
    (split / "domains.yaml").unlink()
    (split / "bindings.yaml").unlink()
    for domain, about in domains.items():
        write(split / f"domains/{quote(domain, safe='')}.yaml", about)
    for number, line in enumerate(lines):
        home = quote(line.pop("domain"), safe="")
        file = split / (f"bindings/{home}/{number}.yaml" if folders else f"bindings/{home}.yaml")
        before = read(file)["bindings"] if file.exists() else []
        write(file, {"bindings": [*flagged(before), line]})
    first, second = rolegate.load(whole, at=AT), rolegate.load(split, at=AT)
    assert second.compile().policy_text == first.compile().policy_text
    assert second.domains == first.domains
    assert [one.message for one in second.warnings] == [one.message for one in first.warnings]
