"""What a question about one domain needs: whom each subject counts as, and the lines that count there."""

from __future__ import annotations

from collections.abc import Sequence

from casbin.util import key_match

from rolegate.casbin.model_layout import SharedName
from rolegate.casbin.role_links import Edges, reach
from rolegate.casbin.visible_lines import VisibleLines

NO_LINKS: Edges = {}


class SubjectNames:
    """The names each subject goes by, its own and those of its roles, where the links are the same."""

    __slots__ = ("edges", "known", "shared", "steps")

    def __init__(self, edges: Edges, steps: int, shared: SharedName | None) -> None:
        self.edges = edges
        self.steps = steps
        self.shared = shared
        self.known: dict[str, frozenset[str]] = {}

    def names(self, sub: str) -> frozenset[str]:
        """*sub* and its roles, and those of a name that it shares.

        They are kept if it has roles of its own: asking about strangers stores nothing.

        Raises:
            TypeError: when *sub* is not a text.
        """
        known = self.known
        if not isinstance(sub, str):
            raise TypeError
        edges, shared = self.edges, self.shared
        names = frozenset(reach(edges, sub, self.steps)) if sub in edges else frozenset((sub,))
        if shared is not None and sub != shared.name and key_match(sub, shared.pattern):
            names |= known.get(shared.name) or self.names(shared.name)
        if sub in edges:
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
