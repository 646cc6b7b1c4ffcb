"""What makers of adversarial sets share: how files are written, and where the makers are entered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

Files = Mapping[str, str]
Make = Callable[[int], Files]

SETS: dict[str, tuple[Make, int]] = {}


def largest(size: int) -> Callable[[Make], Make]:
    """Enter a function into `SETS`, with the largest *size* it is made for."""

    def enter(make: Make) -> Make:
        SETS[make.__name__] = make, size
        return make

    return enter


def write(folder: Path, files: Files) -> Path:
    """The set of *files*, by their paths, in *folder*."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def block_of(lines: Iterable[str], indent: int = 2) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def catalog_of(permissions: Iterable[str], more: str = "") -> str:
    return f"catalog: x\n{more}permissions:\n{block_of(permissions)}"


def flat_catalog(count: int, body: str = "P", more: str = "", stem: str = "p") -> str:
    return catalog_of((f"{stem}{i}: {body}" for i in range(count)), more)


def dense_graph(count: int, key: str, more: str = "") -> Iterator[str]:
    """*count* permissions, each with the 300 before it under *key*."""
    for i in range(count):
        before = ", ".join(f"p{j}" for j in range(max(0, i - 300), i))
        yield f"p{i}: {{{more}{key}: [{before}]}}"


KIND = "resources: {k: K}\n"


def per_instance(count: int) -> str:
    """A catalog of *count* permissions that are held on instances of `k`."""
    return flat_catalog(count, "{per: k}", KIND)


def ladder_of(count: int) -> str:
    """The scopes `s0`, `s1` and so on, on the ladder `l`."""
    return f"scopes: {{l: [{', '.join(f's{i}' for i in range(count))}]}}\n"


def roles_of(roles: Iterable[str]) -> str:
    return f"roles:\n{block_of(roles)}"


def bindings_of(lines: Iterable[str]) -> str:
    return f"bindings:\n{block_of(f'- {line}' for line in lines)}"


def list_of(items: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"


ALL = 'role: all\ngrants: ["*"]\n'
