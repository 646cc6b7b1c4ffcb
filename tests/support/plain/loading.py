"""Loads the policy sets that the property tests draw."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from hypothesis import reject

import rolegate
from plain.catalog import Data
from plain.strategies import NOW, TOLERATED
from plain.writer import write_set
from repository import ROOT


def source(name: str) -> Path:
    """A folder of the project."""
    return ROOT / name


def loaded(folder: Path, files: Mapping[str, Data] | None = None) -> rolegate.Policy:
    """The policy in *folder*, written there first if *files* are given.

    A refusal for one of the tolerated codes drops the example, and so do 1,000 problems or more (RG107), and
    errors of tolerated codes for which something was set aside.
    """
    if files is not None:
        write_set(files, folder)
    try:
        policy = rolegate.load(folder)
    except rolegate.InvalidPolicyError as error:
        codes = {found.code for found in error.diagnostics if found.severity == "error"}
        if files is not None and codes <= TOLERATED | {"RG107"}:
            reject()
        raise
    errors = {part.why.code for part in policy.set_aside if part.why.severity == "error"}
    if files is not None and errors:
        assert errors <= TOLERATED, errors
        reject()
    return policy


def sound(files: Mapping[str, Data], folder: Path) -> rolegate.Policy:
    """The policy of *files*; a set that is not valid, or of which a part is set aside, is not looked at."""
    policy = sound_or_none(files, folder)
    if policy is None:
        reject()
    return policy


def sound_or_none(
    files: Mapping[str, Data], folder: Path, at: datetime | None = None
) -> rolegate.Policy | None:
    """The same; None for a set that is not looked at."""
    write_set(files, folder)
    try:
        policy = rolegate.load(folder, at=at)
    except rolegate.InvalidPolicyError:
        return None
    return None if policy.set_aside else policy


def whole(folder: Path) -> rolegate.Policy:
    """The policy in *folder*; a set that is not valid, or of which a part is set aside, is not looked at."""
    try:
        policy = rolegate.load(folder, at=NOW)
    except rolegate.InvalidPolicyError:
        reject()
    if policy.set_aside:
        reject()
    return policy
