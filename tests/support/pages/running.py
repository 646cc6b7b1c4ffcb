"""Runs what a page shows, in a folder of its own: files, commands and Python."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from command_line import rolegate
from pages.markdown import Block, Page
from ready_processes import write_tools
from repository import ROOT
from rolegate_cli.app import cli

_SHELL = frozenset("|&;<>()$`\\\n*?~#")
_PLAIN = {"NO_COLOR": "1", "FORCE_COLOR": None, "COLUMNS": None}
_PASSED_ON = re.compile(r"(rolegate [^|&;<>()$`\\\n*?~#]+) (?:(> \S+)|\| ([^|&;<>()$`\\\n]+))")
"""A command whose output goes into a file or to another program."""


@dataclass
class Place:
    """A folder in which the blocks of one page run, one after the other."""

    folder: Path
    names: dict[str, Any] = field(default_factory=dict)
    exported: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page, folder: Path) -> Place:
        """A place with what the page speaks of: the policy sets and examples of the repository."""
        for name in ("policies", "examples"):
            if f"{name}/" in page.text:
                shutil.copytree(ROOT / name, folder / name)
        return cls(folder)

    def write(self, block: Block) -> None:
        """Write the file that *block* shows."""
        assert block.file is not None
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def run(self, block: Block) -> str:
        """The text that the console *block* has when its commands are run."""
        shown, code = "", 0
        for command in _commands(block):
            words = [] if set(command) & _SHELL else shlex.split(command)
            if words[:1] == ["export"]:
                self.exported |= dict([words[1].split("=", 1)])
                output = ""
            elif words[:1] == ["rolegate"]:
                output, code = self._rolegate(words[1:])
            elif passed_on := _PASSED_ON.fullmatch(command):
                output, code = self._pass_on(*passed_on.groups())
            else:
                output, code = self._bash(f"(exit {code})\n{command}")
            shown += f"$ {command.replace(chr(10), chr(10) + '> ')}\n{output}"
        return shown

    def shell(self, script: str) -> str:
        """What *script* prints; errors among the rest, as on a terminal."""
        return self._bash(script)[0]

    def _pass_on(self, command: str, file: str | None, program: str | None) -> tuple[str, int]:
        """The same for a command whose output goes into a *file* or to a *program*; errors are shown."""
        done = rolegate(*shlex.split(command)[1:], env={**_PLAIN, **self.exported})
        output, code = self._bash(program or f"cat {file}", done.out)
        return done.err + output, code if file is None else done.code

    def _bash(self, script: str, given: str = "") -> tuple[str, int]:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._environment(),
            input=given.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return done.stdout.decode(), done.returncode

    def _rolegate(self, args: list[str]) -> tuple[str, int]:
        """The same for a plain command, in this process: a page has dozens of them."""
        assert Path.cwd() == self.folder.resolve()
        result = CliRunner().invoke(cli, args, env={**_PLAIN, **self.exported})
        return result.output, result.exit_code

    def python(self, block: Block, page: Page) -> str:
        """What is wrong with the Python *block*; empty when it does what it shows."""
        name = page.path.name
        if ">>> " not in block.text:
            exec(compile(block.text, f"{name}:{block.first}", "exec", dont_inherit=True), self.names)
            return ""
        test = doctest.DocTestParser().get_doctest(block.text, self.names, name, name, block.first)
        found: list[str] = []
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=found.append, clear_globs=False)
        self.names |= test.globs
        return "".join(found)

    def _environment(self) -> dict[str, str]:
        tools = self.folder.parent / f"{self.folder.name}-bin"
        write_tools(tools)
        sources = os.pathsep.join((str(ROOT / "src"), str(ROOT / "cli")))
        return {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": sources,
            "PYTHONUTF8": "1",
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            # The plugin as if rolegate were installed, and no other that happens to be.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "-p rolegate.testing -p no:cacheprovider",
            **self.exported,
        }


def _commands(block: Block) -> list[str]:
    """The commands of a console block; the lines after one that begin with `> ` belong to it."""
    found: list[str] = []
    reading = False
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
            reading = True
        elif reading and line.startswith("> "):
            found[-1] += f"\n{line[2:]}"
        else:
            reading = False
    return found
