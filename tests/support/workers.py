"""How several processes share the tests: nothing is compiled twice, and no fixture of a file is made twice.

On a fresh clone nothing is compiled yet. The workers collect all files in the same order and at the same
time, so each of them would compile all of them; instead each compiles a part for all before it collects. And
the tests of one file stay together, for the fixtures that they share: servers, policy sets, texts.
"""

from __future__ import annotations

import os
import py_compile
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion import rewrite

SOURCES = ("src", "cli", "benchmarks", "examples", "tests")


def keep_what_is_compiled() -> None:
    """Let this process and those that it starts keep compiled files, whatever the environment says.

    The tests start hundreds of processes, each of which would compile rolegate anew.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def compile_a_part(config: pytest.Config) -> None:
    """Compile what this worker compiles for all of them; where there is one process, importing does it."""
    # An editable install makes pytest take all of rolegate for a plugin whose assertions are to be explained.
    config.pluginmanager.rewrite_hook._must_rewrite.discard("rolegate")  # type: ignore[attr-defined]
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if count == 1 or config.getoption("assertmode") != "rewrite":
        return
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    found = [path for folder in SOURCES for path in sorted((config.rootpath / folder).rglob("*.py"))]
    for path in found[number::count]:
        if path.name.startswith("test_"):
            compile_rewritten(path, config)
        elif not Path(cache_from_source(str(path))).exists():
            py_compile.compile(str(path))


def compile_rewritten(path: Path, config: pytest.Config) -> Path | None:
    """Rewrite the assertions of one file as pytest does when it imports it; the place where it is kept.

    pytest has no public names for it. Where they change, each worker compiles everything, as ever.
    """
    try:
        state = config.stash[rewrite.assertstate_key]
        kept = rewrite.get_cache_dir(path) / (path.name[:-3] + rewrite.PYC_TAIL)
        if rewrite._read_pyc(path, kept) is None:
            kept.parent.mkdir(exist_ok=True)
            stamp, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(state, code, stamp, kept)
    except (AttributeError, KeyError, OSError, TypeError):
        return None
    return kept


def slow_files_first(items: list[pytest.Item]) -> None:
    """Move the files with tests that take long to the front: what is left for the end is short.

    Otherwise one worker begins with a long file when the others have nothing left to do.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)


def scheduler(config: pytest.Config, log: Any) -> Any:
    """Who gets which tests: file by file, in their order; None where another way was chosen."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)
