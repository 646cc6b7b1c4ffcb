"""What a question about one domain needs: whom each subject counts as, and the lines that count there."""

from __future__ import annotations

from collections.abc import Sequence

from rolegate.casbin.role_links import Edges, reach
from rolegate.casbin.visible_lines import VisibleLines

NO_LINKS: Edges = {}


class SubjectNames:
    """The names each subject goes by, its own and those of its roles, where the links are the same."""

    __slots__ = ("edges", "known", "steps")

    def __init__(self, edges: Edges, steps: int) -> None:
        self.edges = edges
        self.steps = steps
        self.known: dict[str, frozenset[str]] = {}

    def names(self, sub: str) -> frozenset[str]:
        """*sub* and its roles; kept if it has roles: asking about strangers stores nothing.

        Raises:
            TypeError: when *sub* is not a text.
        """
        known = self.known
        if not isinstance(sub, str):
            raise TypeError
        if sub not in self.edges:
            return frozenset((sub,))
        names = frozenset(reach(self.edges, sub, self.steps))
        known[sub] = names
        return names


class DomainTables:
    """The subjects and the lines of one domain."""

    __slots__ = ("subjects", "view", "visible")

    def __init__(self, subjects: SubjectNames, view: VisibleLines) -> None:
        self.subjects = subjects
        self.view = view
        self.visible: Sequence[str] = ()
        """The values of the domain column that count here."""
