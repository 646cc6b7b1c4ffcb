"""What the tests of the command line share: real runs, and small policy sets to run on."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from repository import ROOT
from rolegate_cli.app import cli

POLICIES = sorted(file.parent for file in (ROOT / "policies").glob("*/catalog.yaml"))
PLAIN_ENV = {
    "NO_COLOR": None,
    "FORCE_COLOR": None,
    "COLUMNS": None,
    "GITHUB_STEP_SUMMARY": None,
    "ROLEGATE_DEBUG": None,
    "_ROLEGATE_COMPLETE": None,
}


@dataclass(frozen=True)
class Run:
    """What came of a run."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def rolegate(
    *args: str | Path, input: str | bytes | None = None, env: Mapping[str, str | None] | None = None
) -> Run:
    """Run a command in this process."""
    split = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    runner = CliRunner(**split)  # type: ignore[arg-type]  # click 8.1 mixes the streams unless told
    result = runner.invoke(cli, [str(arg) for arg in args], input=input, env={**PLAIN_ENV, **(env or {})})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


def process(
    *args: str | bytes | Path,
    input: bytes = b"",
    env: Mapping[str, str] | None = None,
    stdout: Any = subprocess.PIPE,
) -> Run:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "rolegate_cli", *args],
        input=input,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(env),
        timeout=60,
        check=False,
    )
    return Run(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment, able to import what this process imports."""
    kept = {key: value for key, value in os.environ.items() if key not in PLAIN_ENV}
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT / "cli")))
    return {**kept, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **(more or {})}


def starter(folder: Path) -> Path:
    """The set that `rolegate init` writes, in a new folder."""
    assert rolegate("init", folder / "set").code == 0
    return folder / "set"


def write_set(folder: Path, files: Mapping[str, str]) -> Path:
    """A policy set of these files."""
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


SMALL = {
    "catalog.yaml": "catalog: small\npermissions: {read: Read, write: {title: Write, requires: read}}\n",
    "roles/reader.yaml": "role: reader\ngrants: [read]\n",
    "bindings.yaml": "bindings: [{user: ana, role: reader}]\n",
}
