"""What a run finds: tables to read, and figures that are held against what was asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One figure of the table "It must hold"; `value` has to be at least, or at most, `limit`."""

    name: str
    limit: float
    value: float
    unit: str = "times"
    at_least: bool = True
    note: str = ""

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def row(self) -> tuple[str, str, str, str]:
        sign = "≥" if self.at_least else "≤"
        verdict = "met" if self.met else "**short**"
        target = f"{sign} {number(self.limit)} {self.unit}".strip()
        measured = f"{number(self.value)} {self.unit}".strip()
        return self.name, target, f"{measured}{' (' + self.note + ')' if self.note else ''}", verdict


@dataclass
class Section:
    """One part of a run: a table, what has to be known to read it, and the figures it decides."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = [f"## {self.title}", "", *table(self.head, self.rows)]
        parts += ["", *(" ".join(note.split()) for note in self.notes)] if self.notes else []
        return "\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table that reads well as text and as Markdown."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in lines
    ]


def verdict(sections: Sequence[Section]) -> str:
    """The figures of all sections in one table."""
    rows = [figure.row for section in sections for figure in section.figures]
    return "\n".join(["## What must hold", "", *table(("figure", "to reach", "measured", ""), rows)]) + "\n"


def number(value: float) -> str:
    """*value* with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds * 1e9)} ns"


def megabytes(size: float) -> str:
    return f"{number(size / 1e6)} MB"
