"""What the property tests share: loading a drawn set, and how many of them to draw."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, reject, settings

import rolegate
from plain.catalog import Data
from plain.strategies import TOLERATED
from plain.writer import write_set
from repository import ROOT


def source(name: str) -> Path:
    """A folder of the project."""
    return ROOT / name


def examples(count: int) -> Callable[[Any], Any]:
    """*count* random sets, the same ones in each run, or ROLEGATE_EXAMPLES of them, other ones each time."""
    wanted = os.environ.get("ROLEGATE_EXAMPLES")
    return settings(
        max_examples=int(wanted) if wanted else count,
        derandomize=wanted is None,
        database=None,
        deadline=None,
        # Shrinking a drawn set takes minutes; a long run does it.
        phases=tuple(Phase) if wanted else (Phase.explicit, Phase.generate),
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )


def loaded(folder: Path, files: Mapping[str, Data] | None = None) -> rolegate.Policy:
    """The policy in *folder*, written there first if *files* are given.

    A refusal for one of the tolerated codes drops the example.
    """
    if files is not None:
        write_set(files, folder)
    try:
        return rolegate.load(folder)
    except rolegate.InvalidPolicyError as error:
        codes = {found.code for found in error.diagnostics if found.severity == "error"}
        if files is not None and codes <= TOLERATED:
            reject()
        raise
