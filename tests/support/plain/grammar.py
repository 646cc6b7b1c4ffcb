"""The grant grammar, `path[instance]@scope`, read and written in the plainest way."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

STAR = "*"


class Entry(NamedTuple):
    """One grant, restriction, exception or dependency as it is in a file, cut into its halves."""

    name: str
    instance: tuple[str | None, ...] | None
    """The parts between the brackets, `None` for a star; `None` as a whole without brackets."""
    scope: str | None


@lru_cache(4096)
def parse(text: str) -> Entry:
    """Cut *text* at its first `[`, its last `]`, and the `@` behind that."""
    if "[" not in text:
        name, at, scope = text.partition("@")
        return Entry(name, None, scope if at else None)
    name, rest = text.split("[", 1)
    inside, after = rest.rsplit("]", 1)
    return Entry(name, parts(inside), after.removeprefix("@") if after else None)


def parts(text: str) -> tuple[str | None, ...]:
    """The ids of an instance path; `None` stands for a star."""
    return tuple(None if part == STAR else unquote(part, errors="strict") for part in text.split("/"))


def prefix(instance: tuple[str | None, ...]) -> tuple[str, ...]:
    """The ids before the star: everything at or below them is meant."""
    return tuple(part for part in instance if part is not None)


def write(name: str, instance: tuple[str, ...], depth: int, scope: str) -> str:
    """The entry that names everything at or below *instance* of a permission that takes *depth* ids."""
    text = name
    if depth:
        ids = [part.replace("%", "%25").replace("*", "%2A").replace("/", "%2F") for part in instance]
        text += "[" + "/".join(ids if len(ids) == depth else [*ids, STAR]) + "]"
    return text if scope == "-" else f"{text}@{scope}"
