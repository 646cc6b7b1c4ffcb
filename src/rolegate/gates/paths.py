"""Instances and records as applications name them."""

from __future__ import annotations

from enum import Enum

from rolegate.engine.question import sound_id

On = str | tuple[str, ...] | None


class Record(Enum):
    """That a question is not about a record. `None` is what a look-up gives for one that is not there."""

    LEFT_OUT = "left out"

    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT = Record.LEFT_OUT


def sound_path(on: object, depth: int) -> tuple[str, ...] | None:
    """The path of raw ids that *on* names; None when a permission *depth* kinds deep cannot be asked on it.

    The empty path stands for every instance.
    """
    if not isinstance(on, (str, tuple, list)):
        return None
    path = (on,) if isinstance(on, str) else tuple(on)
    if len(path) > depth or not all(isinstance(part, str) and sound_id(part) for part in path):
        return None
    return path
