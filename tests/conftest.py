"""What all tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest

import drawing
import workers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden` and `--laws`."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Write what the tests found into the files they compare with; review the diff.",
    )
    parser.addoption(
        "--laws",
        choices=drawing.LAWS,
        default="quick",
        help="How much the tests of random policy sets draw: a part of it for a change, everything in CI.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose how much is drawn before a test module is imported, and compile before any is."""
    gc.disable()  # Until everything is collected: what is collected stays, so there is next to no garbage.
    drawing.choose(config.getoption("--laws"))
    workers.keep_what_is_compiled()
    workers.compile_a_part(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The tests of a file stay together."""
    return workers.scheduler(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A quick run of everything asks a part of long tables; several processes begin with what takes long."""
    if is_of_everything(config):
        items[:], left_out = drawing.some_rows(items)
        config.hook.pytest_deselected(items=left_out)
    if "PYTEST_XDIST_WORKER" in os.environ:
        workers.slow_files_first(items)


def is_of_everything(config: pytest.Config) -> bool:
    """Whether no file, folder or name of a test is asked for: who names one wants all of it."""
    named = {(config.invocation_params.dir / arg).resolve() for arg in config.args}
    known = {config.rootpath / folder for folder in config.getini("testpaths")}
    return named == known and not config.getoption("keyword") and not config.getoption("update_golden")


def pytest_collection_finish() -> None:
    """Thousands of tests are collected and stay: looking for garbage among them takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server: one for all tests of a process."""
    from postgres import shared_server

    with shared_server() as url:
        yield url


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected output is to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))
