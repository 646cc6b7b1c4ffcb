"""The named restrictions of a set, and where they are switched on for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rolegate.answers.bound_lines import BoundLine, bound_line
from rolegate.catalog.labels import Words
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RestrictionState:
    """A named restriction, and the lines that switch it on for a subject.

    `restrict` is what it takes away, as the catalog says it. An application draws a box for it; a line about
    a team, or of an outer domain, is not one that the box can remove.
    """

    name: str
    title: str
    description: str
    restrict: tuple[str, ...]
    lines: tuple[BoundLine, ...] = ()

    @property
    def on(self) -> bool:
        """Whether it is switched on for the subject."""
        return bool(self.lines)

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "restrict": list(self.restrict),
            "on": self.on,
            "lines": [line.to_dict() for line in self.lines],
        }


def restriction_states(asked: Asked | None, snapshot: Snapshot, words: Words) -> tuple[RestrictionState, ...]:
    """Each named restriction in the order of the catalog, for the subject of *asked* if there is one."""
    resolved = snapshot.resolved
    on: dict[str, list[BoundLine]] = {}
    lines = []
    if asked is not None:
        lines = snapshot.lines_about(snapshot.lookup.subjects(asked.sub, asked.dom), asked.dom)
    for binding in lines:
        for name in binding.restrictions:
            on.setdefault(name, []).append(bound_line(binding, resolved.domains))
    return tuple(
        RestrictionState(
            name=name,
            title=words.restriction(name, named.title),
            description=words.restriction_description(name, named.description),
            restrict=tuple(entry.text for entry, _ in named.entries),
            lines=tuple(on.get(name, ())),
        )
        for name, named in resolved.restrictions.items()
    )
