"""Whoever has installed rolegate alone is told what to install, whichever way they come to a store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from repository import ROOT

COMMANDS = (
    "store init",
    "store plan SET",
    "store apply SET",
    "store status",
    "store dump dump",
    "store adopt role viewer",
    "store forget ana",
    "tree store: --role viewer",
    "import casbin MODEL --database ROLEGATE_STORE",
)

SCRIPT = f"""
import sys
sys.modules["sqlalchemy"] = None
from rolegate import Gate, StoreError
from rolegate_cli.app import cli
for command in {COMMANDS!r}:
    try:
        cli.main([sys.argv[1] if word == "SET" else sys.argv[2] if word == "MODEL" else word for word in command.split()])
    except SystemExit as done:
        print(done.code)
try:
    Gate.from_store("sqlite:///x.db")
except StoreError as error:
    print(error)
"""  # noqa: E501

MODEL = """\
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
"""


def test_a_missing_package_is_named_and_is_no_fault_of_rolegate(tmp_path: Path) -> None:
    """Exit code 2 of every command, a sentence for each, and an error of stores in the library."""
    (tmp_path / "m.conf").write_text(MODEL)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "policies/responso"), "m.conf"],
        cwd=tmp_path,
        env={"ROLEGATE_STORE": f"sqlite:///{tmp_path}/x.db", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    install = "needs SQLAlchemy: run `pip install 'rolegate[sqlalchemy]'`"
    assert done.stdout.splitlines() == [*["2"] * len(COMMANDS), f"a store {install}"]
    assert [line.partition(" needs ")[2] for line in done.stderr.splitlines()] == [
        install.removeprefix("needs ")
    ] * len(COMMANDS)
