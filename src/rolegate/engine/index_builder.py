"""From compiled lines, or from what roles hold where no lines were made, to the tables of the index.

Default roles have the same bits everywhere; what a domain says by itself has bits of its own there, counted
from the first. So domains in which the lines say the same have equal masks, whatever their roles are
called, and share one set of views.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rolegate.compiled.lines import Lines, links_by_domain
from rolegate.compiled.names import ALL, FULL, NONE, is_availability
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.engine.domain_table import DomainTable, Granted
from rolegate.engine.views import View, view_key
from rolegate.engine.vocabulary import Views, Vocabulary
from rolegate.grants.masked_rights import WHOLE, MaskedRights, holders
from rolegate.grants.rights import Right, widest

Said = dict[str, View]
"""What lines say, by scope, before anything is filled in."""

Offered = frozenset[str]
"""What a domain offers: `*` and each availability that includes it."""


class _Bits(dict[str, int]):
    """A bit for each subject, in the order in which they are met."""

    def __missing__(self, sub: str) -> int:
        self[sub] = bit = 1 << len(self)
        return bit


class _Moved(dict[int, int]):
    """Masks moved to where the bits of shared subjects end; equal ones are one object."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by

    def __missing__(self, mask: int) -> int:
        self[mask] = moved = mask << self._by
        return moved


def tables(compiled: Lines, vocabulary: Vocabulary | None) -> dict[str, DomainTable]:
    """The table of each domain, by its name in compiled lines."""
    shared = _Bits()
    said: dict[str, Said] = {}
    bits: dict[str, _Bits] = {}
    lines = compiled.p
    if isinstance(lines, UnwrittenLines):
        _read_roles(lines, said, bits, shared)
        lines = lines.others
    _read(lines, said, bits, shared)
    links = links_by_domain(compiled)  # its own: tables are changed
    offered: dict[str, set[str]] = {}
    for dom, name in compiled.g2:
        offered.setdefault(dom, {ALL} if dom == FULL else set()).add(name)
    offered.setdefault(FULL, set())
    builder = _ViewBuilder(said, len(shared), vocabulary)
    own, everywhere = _Moved(len(shared)), dict(shared)
    return {
        dom: DomainTable(
            builder.granted(frozenset(names), dom),
            {sub: own[bit] for sub, bit in bits.get(dom, {}).items()},
            links.get(dom, {}),
            everywhere,
        )
        for dom, names in offered.items()
    }


def _read(
    lines: Iterable[Sequence[str]], said: dict[str, Said], bits: dict[str, _Bits], shared: _Bits
) -> None:
    for dom, sub, obj, act, scope, eft in lines:
        if act == NONE:
            continue  # the constant line that denies the empty request
        here = bits.get(dom)
        if here is None:
            here = bits[dom] = shared if dom == ALL or is_availability(dom) else _Bits()
            said[dom] = {}
        view = said[dom].get(scope)
        if view is None:
            view = said[dom][scope] = View()
        view.put(here[sub], obj, act, eft)


def _read_roles(lines: UnwrittenLines, said: dict[str, Said], bits: dict[str, _Bits], shared: _Bits) -> None:
    """Read what roles hold, of which no lines are made."""
    default: dict[Right, int] = {}
    masked: list[tuple[int, MaskedRights]] = []
    for sub, (domain, rights) in sorted(lines.roles.items()):
        if domain is not None:
            columns = (
                (dom, sub, obj, path, scope, "allow")
                for dom, (path, obj, scope) in lines.in_domains(domain, rights)
            )
            _read(columns, said, bits, shared)
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


class _ViewBuilder:
    """Makes views; domains that offer the same and say the same get the same."""

    def __init__(self, said: Mapping[str, Said], shared: int, vocabulary: Vocabulary | None) -> None:
        self._said = said
        self._vocabulary = vocabulary
        self._same, self._own = _Moved(0), _Moved(shared)
        self._made: dict[int, list[tuple[Offered, Said, Granted]]] = {}

    def granted(self, offered: Offered, dom: str) -> Granted:
        own = self._said.get(dom, {})
        made = self._made.setdefault(_fingerprint(offered, own), [])
        for others, other, granted in made:
            if offered == others and own == other:
                return granted
        views: Said = {}
        for name in sorted(offered):
            _add(views, self._said.get(name, {}), self._same)
        _add(views, own, self._own)
        granted = Granted(self._finished(views), self._vocabulary)
        made.append((offered, own, granted))
        return granted

    def _finished(self, views: Said) -> Views:
        if self._vocabulary is None:
            return {view_key(scope): view for scope, view in views.items()}
        return self._vocabulary.views(views)


def _add(views: Said, more: Said, moved: Mapping[int, int]) -> None:
    for scope, view in more.items():
        if scope not in views:
            views[scope] = View()
        views[scope].add(view, moved)


def _fingerprint(offered: Offered, said: Said) -> int:
    """Equal for domains with the same lines, and hardly ever for others: each tenant may have its own."""
    return hash((offered, frozenset((scope, view.fingerprint) for scope, view in said.items())))
