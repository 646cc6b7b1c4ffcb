"""What a commit does to the four example policies: the whole command, with git and the start of Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.children import ROOT, environment, processor_time
from benchmarks.findings import Figure, Section, duration
from benchmarks.plan import Plan

ADDED = "role: added\ntitle: Added\nextends: {parent}\n"
"""A role that a commit adds to each set; it has the rights of another one."""


def write_commits(folder: Path) -> list[str]:
    """The four sets in *folder*, a repository whose last commit adds a role to each; their names."""
    import rolegate

    sets = sorted(path.name for path in (ROOT / "policies").iterdir() if (path / "catalog.yaml").exists())
    shutil.copytree(ROOT / "policies", folder / "policies")
    _git(folder, "init", "--quiet")
    _commit(folder)
    for name in sets:
        policy = folder / "policies" / name
        parent = rolegate.load(policy).resolved.roles.names(None)[0]
        (policy / "roles" / "added.yaml").write_text(ADDED.format(parent=parent), encoding="utf-8")
    _commit(folder)
    return sets


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "-c", "user.name=Ops", "-c", "user.email=ops@desk.example", "commit", "--quiet", "-m", "-")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)  # noqa: S603, S607


def told(folder: Path) -> str:
    """What `rolegate diff HEAD~1..HEAD` says about the sets in *folder*."""
    command = [sys.executable, "-m", "rolegate_cli", "diff", "HEAD~1..HEAD", "policies"]
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, check=True, capture_output=True, text=True, env=environment()
    )
    return done.stdout


def measure(plan: Plan) -> list[Section]:
    folder = plan.room("revisions")
    sets = write_commits(folder)
    text = told(folder)
    if any(f"policies/{name}:" not in text for name in sets):
        raise AssertionError(f"the change is not seen: {text}")
    found = []
    for _ in range(plan.children):
        start = processor_time()
        told(folder)
        found.append(processor_time() - start)
    seconds = median(found)
    section = Section("A commit compared", ("command", "processor time"))
    section.rows.append(("rolegate diff HEAD~1..HEAD policies", duration(seconds)))
    section.notes.append(
        f"The {len(sets)} example policies, of which each gets a role; the whole command, git included."
    )
    section.figures.append(
        Figure("diff HEAD~1..HEAD of the four example policies", 1, seconds, "s", at_least=False)
    )
    return [section]
