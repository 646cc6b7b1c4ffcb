"""How much a run measures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.workload import LINES_PER_DOMAIN


@dataclass(frozen=True)
class Plan:
    """`sizes` are policy lines; a quick run has fewer rounds and children, and leaves out what takes long.

    A large run has stores of a million bindings and a million domains.
    """

    sizes: tuple[int, ...]
    quick: bool
    folder: Path
    large: bool = False

    @property
    def rounds(self) -> int:
        return 5 if self.quick else 9

    @property
    def children(self) -> int:
        return 1 if self.quick else 3

    @property
    def domains(self) -> tuple[int, ...]:
        return tuple(max(1, size // LINES_PER_DOMAIN) for size in self.sizes)

    def room(self, name: str) -> Path:
        """A fresh folder for the files of one measurement."""
        room = self.folder / name
        room.mkdir(parents=True)
        return room


def size_name(lines: int) -> str:
    """A number of lines as it is said: 1k, 1M."""
    return f"{lines // 1_000_000}M" if lines >= 1_000_000 else f"{lines // 1000}k"
