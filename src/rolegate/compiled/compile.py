"""From a resolved policy set to the Casbin lines that are in force at one time."""

from __future__ import annotations

from datetime import datetime

from rolegate.compiled.line_collector import LineCollector
from rolegate.compiled.lines import (
    NOTHING,
    CompiledPolicy,
    PLine,
    Provenance,
)
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.compiled.names import (
    aside_name,
)
from rolegate.compiled.unwritten_lines import UnwrittenCollector, denies
from rolegate.diagnostics import Report, Span
from rolegate.grants.binding_moments import moments_of
from rolegate.grants.resolve import Resolved


def compile_policy(resolved: Resolved, at: datetime | None, report: Report | None = None) -> CompiledPolicy:
    """The lines in force at *at*, or those of any time; *report* counts them before they are made."""
    active = [binding for binding in resolved.bindings if at is None or binding.active(at)]
    collector = LineCollector if denies(resolved, active) else UnwrittenCollector
    lines = collector(resolved, active, report or Report())
    lines.collect()
    changes = () if at is None else moments_of(resolved.bindings)
    constant = {PLine(*NOTHING): Provenance("constant", "denies the empty request", Span(""))}
    return CompiledPolicy(
        model_text=MODEL_CONF,
        p=lines.lines_with(constant),
        g={link: lines.g[link] for link in sorted(lines.g)},
        g2=tuple(sorted(lines.g2)),
        g3=dict(sorted(lines.g3.items())),
        holds_until=min((moment for moment in changes if at is not None and at < moment), default=None),
        set_aside=tuple(sorted(map(aside_name, resolved.set_aside))),
    )
