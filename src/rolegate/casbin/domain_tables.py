"""What a question about one domain needs: whom each subject counts as, and the lines that count there."""

from __future__ import annotations

from collections.abc import Sequence

from casbin.util import key_match

from rolegate.casbin.model_layout import SharedName
from rolegate.casbin.role_links import Edges, reach
from rolegate.casbin.visible_lines import VisibleLines


class SubjectNames:
    """The names each subject goes by, its own and those of its roles, where the links are the same."""

    __slots__ = ("anybody", "graphs", "known", "shared", "steps")

    def __init__(
        self, graphs: Sequence[Edges], steps: int, shared: SharedName | None, anybody: frozenset[str]
    ) -> None:
        self.graphs = graphs
        """The links of each domain in which roles are looked up."""
        self.steps = steps
        self.shared = shared
        self.anybody = anybody
        self.known: dict[str, frozenset[str]] = {}

    def follow(self, graphs: Sequence[Edges]) -> None:
        """Look roles up in *graphs* from now on."""
        self.graphs = graphs
        self.known = {}

    def names(self, sub: str) -> frozenset[str]:
        """*sub* and its roles, those of a name that it shares, and the words for anybody.

        They are kept if it has roles of its own: asking about strangers stores nothing.

        Raises:
            TypeError: when *sub* is not a text.
        """
        known = self.known
        if not isinstance(sub, str):
            raise TypeError
        shared, names, linked = self.shared, {sub, *self.anybody}, False
        for edges in self.graphs:
            if sub in edges:
                names |= reach(edges, sub, self.steps)
                linked = True
        if shared is not None and sub != shared.name and key_match(sub, shared.pattern):
            names |= known.get(shared.name) or self.names(shared.name)
        found = frozenset(names)
        if linked:
            known[sub] = found
        return found


class DomainTables:
    """The subjects and the lines of one domain."""

    __slots__ = ("subjects", "view", "visible")

    def __init__(self, subjects: SubjectNames, view: VisibleLines) -> None:
        self.subjects = subjects
        self.view = view
        self.visible: Sequence[str] = ()
        """The values of the domain column that count here."""
