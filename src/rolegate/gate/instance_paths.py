"""Instances as applications name them."""

from __future__ import annotations

from rolegate.engine.question import sound_id

On = str | tuple[str, ...] | None


def sound_path(on: object, depth: int | None = None) -> tuple[str, ...] | None:
    """The path of raw ids that *on* names; None if a permission that is *depth* kinds deep does not take it.

    Without *depth*, it may be of any length. The empty path means every instance.
    """
    if not isinstance(on, (str, tuple, list)):
        return None
    path = (on,) if isinstance(on, str) else tuple(on)
    if (depth is not None and len(path) > depth) or not all(
        isinstance(part, str) and sound_id(part) for part in path
    ):
        return None
    return path
