"""Processes of `python` and `rolegate` that begin with rolegate imported, for scripts that start dozens.

An interpreter takes half a second to import rolegate. Here one process imports it once and waits. A shell
that runs `rolegate` starts a client, which hands over its arguments, environment, folder and streams; the
process that waits forks one that has them, and this one runs the command and tells the client how it ended.
So each command has a process of its own, as ever. What is asked of a new interpreter itself is tested with
new ones: by `command_line.process`, and by the main job of CI.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import os
import runpy
import select
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn

from repository import ROOT
from rolegate_cli.__main__ import main

CLIENT = Path(__file__).with_name("ready_client.py")
SOURCES = os.pathsep.join((str(ROOT / "src"), str(ROOT / "cli"), str(ROOT / "tests" / "support")))


@cache
def waiting() -> Path:
    """The socket at which this worker's process waits; it ends with the worker."""
    place = Path(tempfile.mkdtemp(prefix="ready-")) / "socket"
    command = [sys.executable, "-c", "import ready_processes as ready; ready.wait()", str(place)]
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCES, "PYTHONUTF8": "1"}
    child = subprocess.Popen(command, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin and child.stdout
    assert child.stdout.readline() == b"ready\n"
    atexit.register(child.communicate)
    return place


def write_tools(folder: Path) -> None:
    """Write `rolegate`, `python` and `python3` into *folder*, which is to be first on a PATH."""
    folder.mkdir(exist_ok=True)
    for name, module in {"rolegate": " -m rolegate_cli", "python": "", "python3": ""}.items():
        words = shlex.join([sys.executable, "-I", "-S", str(CLIENT), str(waiting()), sys.executable])
        (folder / name).write_text(f'#!/bin/sh\nexec {words} "$0"{module} "$@"\n')
        (folder / name).chmod(0o755)


def wait() -> None:
    """Import what commands use, and fork a process for each client, until the worker ends."""
    import rolegate
    from rolegate_cli.app import COMMANDS

    for command in COMMANDS:
        importlib.import_module(f"rolegate_cli.commands.{command.replace('-', '_')}")
    for name in rolegate.__all__:
        getattr(rolegate, name)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(sys.argv[1])
        server.listen()
        os.write(1, b"ready\n")
        while server.fileno() in select.select([server.fileno(), 0], [], [])[0]:
            client, _ = server.accept()
            if not os.fork():
                server.close()
                tell(client)
            client.close()
            bury(os.WNOHANG)
    bury(0)
    shutil.rmtree(os.path.dirname(sys.argv[1]))


def bury(how: int) -> None:
    """Take note of the children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def tell(client: socket.socket) -> NoReturn:
    """Do what a client wants in a process of its own, and tell the client how this ended."""
    told, streams, _, _ = socket.recv_fds(client, 1 << 16, 3)
    while more := client.recv(1 << 16):
        told += more
    child = os.fork()
    if not child:
        client.close()
        run(told, streams)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    client.sendall(b"%d" % (code if code >= 0 else 128 - code))  # as shells have it
    os._exit(0)


def run(told: bytes, streams: list[int]) -> NoReturn:
    """Be the process that a client stands for."""
    count, tools, *rest = told.split(b"\0")
    arguments = [os.fsdecode(argument) for argument in rest[: int(count)]]
    folder, *environment = rest[int(count) :]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environb.clear()
    for entry in environment:
        name, _, value = entry.partition(b"=")
        os.environb[name] = value
    sys.executable = os.path.join(os.fsdecode(tools), "python")
    sys.stdin, sys.stdout, sys.stderr = map(opened, range(3))
    os._exit(ended_with(arguments))


def opened(number: int) -> io.TextIOWrapper:
    """The stream of this *number*, as Python opens it."""
    raw = io.FileIO(number, "w" if number else "r")
    buffer = io.BufferedWriter(raw) if number else io.BufferedReader(raw)
    return io.TextIOWrapper(
        buffer, "utf-8", "backslashreplace" if number == 2 else "strict", line_buffering=number == 2
    )


def ended_with(arguments: list[str]) -> int:
    """How `python` ends with *arguments*: `-m rolegate_cli …`, or the file of a script and its arguments."""
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            main()
        sys.argv = arguments
        sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
        runpy.run_path(arguments[0], run_name="__main__")
        code = 0
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
        if isinstance(done.code, str):
            print(done.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code
