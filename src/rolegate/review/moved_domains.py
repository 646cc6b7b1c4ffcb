"""Where a domain lies within another one than before, which gives or takes what is bound around it."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.compiled.names import FULL
from rolegate.diagnostics import Span
from rolegate.encoding import decode, encode
from rolegate.review.changed_question import Snapshots
from rolegate.review.paired_names import PairedNames


def lies_within(dom: str, sides: Snapshots, number: int) -> Iterator[tuple[str, Span]]:
    """That *dom* of side *number* lies within a domain in which it does not lie on the other side."""
    if dom == FULL:
        return
    names = PairedNames.of(sides[0].resolved, sides[1].resolved)
    here, there = sides[number].resolved.domains, sides[1 - number].resolved.domains
    around = there.outward(decode(names.on(1 - number, dom)))
    for name in here.outward(decode(dom)) if around else ():
        outer = here.by_name[name].within
        if outer is not None and decode(names.on(1 - number, encode(outer))) not in around:
            yield f"domain `{name}` lies within `{outer}`", here.by_name[name].span
            return
