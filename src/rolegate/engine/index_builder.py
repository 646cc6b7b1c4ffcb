"""From compiled lines, or from what roles hold where no lines were made, to the tables of the index.

Default roles have the same bits everywhere; what a domain says by itself has bits of its own there, counted
from the first. So domains in which the lines say the same have equal masks, whatever their roles are
called, and share one set of views.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rolegate.compiled.lines import Lines, links_by_domain
from rolegate.compiled.names import ALL, FULL, NONE, is_availability
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.table_maker import Said, TableMaker
from rolegate.engine.views import View
from rolegate.engine.vocabulary import Vocabulary
from rolegate.grants.masked_rights import WHOLE, MaskedRights, holders
from rolegate.grants.rights import Right, widest


class SubjectBits(dict[str, int]):
    """A bit for each subject, in the order in which they are met."""

    def __missing__(self, sub: str) -> int:
        self[sub] = bit = 1 << len(self)
        return bit


class LineViews:
    """What lines say, by what they have in the place of a domain, and the bits of subjects in domains.

    `shared` are the bits of subjects that all domains share: those of default roles.
    """

    __slots__ = ("bits", "said", "shared")

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self.shared = SubjectBits()
        self.said: dict[str, Said] = {}
        self.bits: dict[str, SubjectBits] = {}
        if isinstance(lines, UnwrittenLines):
            _read_roles(lines, self.said, self.bits, self.shared)
            lines = lines.others
        read_lines(lines, self.said, self.bits, self.shared)


def tables(compiled: Lines, vocabulary: Vocabulary | None) -> dict[str, DomainTable]:
    """The table of each domain, by its name in compiled lines."""
    read = LineViews(compiled.p)
    links = links_by_domain(compiled)  # its own: tables are changed
    offered: dict[str, set[str]] = {}
    for dom, name in compiled.g2:
        offered.setdefault(dom, {ALL} if dom == FULL else set()).add(name)
    offered.setdefault(FULL, set())
    maker = TableMaker(read.said, read.shared, vocabulary)
    return {
        dom: maker.table(frozenset(names), read.said.get(dom, {}), read.bits.get(dom, {}), links.get(dom, {}))
        for dom, names in offered.items()
    }


def read_lines(
    lines: Iterable[Sequence[str]], said: dict[str, Said], bits: dict[str, SubjectBits], shared: SubjectBits
) -> None:
    """Add what *lines* say to *said*, and their subjects to *bits*, or to those that are *shared*."""
    for dom, sub, obj, act, scope, eft in lines:
        if act == NONE:
            continue  # the constant line that denies the empty request
        here = bits.get(dom)
        if here is None:
            here = bits[dom] = shared if dom == ALL or is_availability(dom) else SubjectBits()
            said[dom] = {}
        view = said[dom].get(scope)
        if view is None:
            view = said[dom][scope] = View()
        view.put(here[sub], obj, act, eft)


def _read_roles(
    lines: UnwrittenLines, said: dict[str, Said], bits: dict[str, SubjectBits], shared: SubjectBits
) -> None:
    """Read what roles hold, of which no lines are made."""
    default: dict[Right, int] = {}
    masked: list[tuple[int, MaskedRights]] = []
    for sub, (domain, rights) in sorted(lines.roles.items()):
        if domain is not None:
            columns = (
                (dom, sub, obj, path, scope, "allow")
                for dom, (path, obj, scope) in lines.in_domains(domain, rights)
            )
            read_lines(columns, said, bits, shared)
        elif isinstance(rights, MaskedRights):
            if rights:
                masked.append((shared[sub], rights))
        elif rights:
            bit = shared[sub]
            for right in widest(rights):
                default[right] = default.get(right, 0) | bit
    for right, mask in holders(masked).items():
        default[right] = default.get(right, 0) | mask
    for (path, obj, scope), mask in default.items():
        dom = lines.gate(path)
        bits[dom] = shared
        view = said.setdefault(dom, {}).get(scope)
        if view is None:
            view = said[dom][scope] = View()
        if obj in WHOLE:  # the name is one object for all, that of its permission
            view.allow[path] = view.allow.get(path, 0) | mask
        else:
            view.put(mask, obj, path, "allow")
