"""A process that begins with rolegate imported is what a new interpreter would be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from command_line import SMALL, environment, write_set
from ready_processes import write_tools

HELPER = "WHAT = 'said'\n"
SCRIPT = """\
import os, subprocess, sys
import helper
print(sys.argv[1:], __name__, helper.WHAT, os.getcwd(), os.environ.get("ASKED"), sys.stdin.read(), flush=True)
print("told", file=sys.stderr)
"""
INNER = "subprocess.run([sys.executable, '-m', 'rolegate_cli', 'validate', 'set'], check=True)\n"
ENDINGS = (
    INNER,
    "sys.exit(3)\n",
    "sys.exit('sorry')\n",
    "1 / 0\n",
    "os._exit(4)\n",
)
COMMANDS = (
    "rolegate check set write --role reader",
    'echo \'{"permission": "read", "role": "reader"}\' | rolegate check set --batch - | cat',
    "(cd set && rolegate tree ./nowhere 2> ../told.txt); cat told.txt",
    "python -c 'import sys; sys.exit(5)'",
    *(
        f"echo given | ASKED=é python 'a script{number}.py' one 'two  three' ''"
        for number in range(len(ENDINGS))
    ),
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a policy set, scripts, and both kinds of tools."""
    folder = tmp_path_factory.mktemp("here")
    write_set(folder / "set", SMALL)
    (folder / "helper.py").write_text(HELPER, "utf-8")
    for number, ending in enumerate(ENDINGS):
        (folder / f"a script{number}.py").write_text(SCRIPT + ending, "utf-8")
    write_tools(folder / "ready")
    (folder / "new").mkdir()
    for name, module in (("rolegate", " -m rolegate_cli"), ("python", "")):
        (folder / "new" / name).write_text(f'#!/bin/sh\nexec {sys.executable}{module} "$@"\n')
        (folder / "new" / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_ends_as_in_a_new_interpreter(here: Path, command: str) -> None:
    """With the same streams, folder, environment and code."""
    ready, new = (
        subprocess.run(
            ["bash", "-c", command],
            cwd=here,
            env=environment({"PATH": f"{here / kind}:/usr/bin:/bin", "NO_COLOR": "1"}),
            capture_output=True,
            timeout=60,
            check=False,
        )
        for kind in ("ready", "new")
    )
    last = [done.stderr.decode().splitlines()[-1:] for done in (ready, new)]  # a traceback has more lines
    assert (new.returncode, new.stdout, last[1]) == (ready.returncode, ready.stdout, last[0])
