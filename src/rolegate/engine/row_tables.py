"""Tables of domains made of their stored rows, over the lines of default roles: one domain at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rolegate.compiled.lines import Lines, links_by_subject
from rolegate.compiled.names import ALL, FULL
from rolegate.encoding import encode
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.index import Index
from rolegate.engine.index_builder import LineViews, SubjectBits, read_lines
from rolegate.engine.table_maker import Said, TableMaker
from rolegate.engine.vocabulary import Vocabulary

Rows = Sequence[tuple[Any, ...]]
"""Rows of a `casbin_rule` table: the section and six columns, None where a line has no value."""

_KEPT = 1024
"""Views of so many domains that say different things are kept for others that say the same."""


class RowTables:
    """Makes an index of one domain after another.

    *default* has the lines of default roles. INVARIANT: nothing that a domain says is kept here but its
    views, and no two threads that make tables disturb each other.
    """

    def __init__(self, default: Lines, vocabulary: Vocabulary) -> None:
        read = LineViews(default.p)
        offered = frozenset(name for dom, name in default.g2 if dom == FULL)
        self._vocabulary = vocabulary
        self._maker = TableMaker(read.said, read.shared, vocabulary, _KEPT)
        self._full = self._maker.table(offered | {ALL}, {}, {}, {})

    def index(self, domain: str, rows: Rows, unnamed: str | None, *, ends: bool) -> Index:
        """The index of *domain* alone; for the other arguments, see `Index`."""
        table = self._table(encode(domain), rows)
        return Index.of_tables({domain: table}, self._full, self._vocabulary, unnamed, ends=ends)

    def _table(self, dom: str, rows: Rows) -> DomainTable:
        # Sorted as in a compiled policy, so that domains that say the same have the same bits.
        lines = sorted([row[1:] for row in rows if row[0] == "p"])
        links = sorted([row[1:4] for row in rows if row[0] == "g"])
        offered = frozenset([row[2] for row in rows if row[0] == "g2"])
        said: dict[str, Said] = {}
        bits: dict[str, SubjectBits] = {}
        read_lines(lines, said, bits, SubjectBits())
        return self._maker.table(offered, said.get(dom, {}), bits.get(dom, {}), links_by_subject(links))
