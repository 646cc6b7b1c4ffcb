"""Names for what the source calls by any text: each text gets one, and no two the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_LONGEST = 60


def names_for(
    texts: Iterable[str],
    otherwise: str,
    chosen: Mapping[str, str] = MappingProxyType({}),
    taken: Iterable[str] = (),
    beside: str = "",
) -> dict[str, str]:
    """A name for each of *texts*; those of *chosen* are given as they are.

    INVARIANT: the same texts get the same names, in whatever order they come, and two texts never get names
    that differ in capital letters alone. *otherwise* is the name of a text without letters; *beside* ends one
    whose name without it is *taken*.
    """
    found: dict[str, str] = {}
    used = {name.lower() for name in (*taken, *chosen.values())}
    for text in sorted(set(texts), key=lambda text: (plain_name(text, otherwise) != text, text)):
        if text in chosen:
            found[text] = chosen[text]
            continue
        base = name = plain_name(text, otherwise)
        if beside and name in used:
            base = name = f"{name}_{beside}"
        number = 1
        while name in used:
            number += 1
            name = f"{base}_{number}"
        used.add(name)
        found[text] = name
    return dict(sorted(found.items()))


def plain_name(text: str, otherwise: str) -> str:
    """The letters and digits of *text*, as a name."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lower()[:_LONGEST].strip("_")
    if not name:
        return otherwise
    return name if name[0].isalpha() else f"{otherwise}_{name}"
