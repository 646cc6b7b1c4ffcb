"""What the tests run on: the committed lists of packages fit what pyproject.toml allows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEWEST, FLOORS = ROOT / ".ci" / "constraints.txt", ROOT / ".ci" / "floors.txt"


def pins(path: Path) -> dict[str, Version]:
    """The version that *path* names for each package, as far as its line holds on this machine."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    found = (Requirement(line) for line in lines)
    return {
        canonicalize_name(requirement.name): Version(str(requirement.specifier).removeprefix("=="))
        for requirement in found
        if requirement.marker is None or requirement.marker.evaluate()
    }


def direct(extra: str | None) -> dict[str, Requirement]:
    """What the project asks for with *extra*, through the extras that it names."""
    texts = PROJECT["dependencies"] if extra is None else PROJECT["optional-dependencies"][extra]
    found: dict[str, Requirement] = {}
    for requirement in map(Requirement, texts):
        if requirement.name == "rolegate":
            for inner in requirement.extras:
                found |= direct(inner)
        else:
            found[canonicalize_name(requirement.name)] = requirement
    return found


def floor(requirement: Requirement) -> Version:
    """The oldest release that *requirement* allows."""
    return next(Version(part.version) for part in requirement.specifier if part.operator == ">=")


@pytest.mark.parametrize("extra", [None, "test", "dev"])
def test_what_is_pinned_is_allowed(extra: str | None) -> None:
    """Each pinned release lies within what pyproject.toml asks for: otherwise `.ci/renew` was not run."""
    pinned = pins(NEWEST)
    outside = [
        str(requirement)
        for name, requirement in direct(extra).items()
        if pinned[name] not in requirement.specifier
    ]
    assert [] == outside


@pytest.mark.parametrize("extra", [None, "test"])
def test_the_floors_are_those_of_the_project(extra: str | None) -> None:
    """Each direct dependency is tried at the oldest release that pyproject.toml allows."""
    pinned = pins(FLOORS)
    expected = {name: floor(requirement) for name, requirement in direct(extra).items()}
    # A list has the oldest release that exists: `>=3.2` may begin with 3.2.1.
    newer = [name for name, low in expected.items() if pinned[name].release[:2] != low.release[:2]]
    older = [name for name, low in expected.items() if pinned[name] < low]
    assert ([], []) == (newer, older)


def test_the_tests_are_installed_from_the_list() -> None:
    """The command that the README gives for the tests reads the committed list."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = next(line for line in readme.splitlines() if "pytest" in line and "pip install" in line)
    assert "-c .ci/constraints.txt -e '.[test]'" in command


def test_ci_draws_all_that_the_laws_have() -> None:
    """The README's command draws a part of the random sets; CI draws all, once, but for the laws it names."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    runs = [line for line in script if "-m pytest" in line or 'bash -euc "$tests' in line]
    assert ["--laws full" in line for line in runs] == [True, False, False]
    assert "${drawn_in_part[*]/#/--ignore=}" in runs[0]
    assert runs[1].endswith('"${drawn_in_part[@]}"')  # what the first leaves out
