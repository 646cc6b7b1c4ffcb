"""What a denial says about lines that have ended or have not begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rolegate.compiled.names import of_subject
from rolegate.documents.file_kinds import BINDINGS
from rolegate.encoding import decode
from rolegate.engine.idle_answers import coming_grants, ended_grants
from rolegate.engine.question import Asked, DecisionNote, Question
from rolegate.engine.request import Request
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.moments import show_moment

if TYPE_CHECKING:
    from rolegate.engine.snapshot import Snapshot


def end_of(binding: Binding, domains: Domains) -> str:
    """When *binding* ends, in the zone of its domain."""
    assert binding.until is not None  # noqa: S101 - callers hold a line that has ended
    return show_moment(binding.until, domains[binding.domain].zone)


def beginning_of(binding: Binding, domains: Domains) -> str:
    """When *binding* begins, in the zone of its domain."""
    assert binding.begins is not None  # noqa: S101 - callers hold a line that has not begun
    return show_moment(binding.begins, domains[binding.domain].zone)


def idle_grant(
    asked: Asked, requests: Sequence[Request], snapshot: Snapshot
) -> tuple[str, DecisionNote] | None:
    """The reason and the note of a denial where a line that does not hold now would allow one of *requests*.

    A line that will hold comes before one that is over.
    """
    domains = snapshot.resolved.domains
    coming = next(coming_grants(asked, snapshot, requests), None)
    if coming is not None:
        when = beginning_of(coming, domains)
        message = f"the line of {_named(coming, asked, snapshot)} begins on {when}"
        help = "to let the line begin earlier, write an earlier moment in its `from`, or remove `from`"
        return f"what allows it begins on {when}", DecisionNote("RG610", message, help)
    gone = next(ended_grants(asked, snapshot, requests), None)
    if gone is not None:
        when = end_of(gone, domains)
        message = f"the line of {_named(gone, asked, snapshot)} ended on {when}"
        help = "to extend the line, write a later date in its `until`, or remove `until`"
        return f"what allowed it ended on {when}", DecisionNote("RG607", message, help)
    return None


def nothing_bound(asked: Asked, question: Question, snapshot: Snapshot) -> DecisionNote:
    """What to know of a user to whom nothing is bound now."""
    domains, here = snapshot.resolved.domains, decode(asked.dom)
    place = snapshot.files.get(here, BINDINGS.place)
    first = next(snapshot.idle.coming([asked.sub], here), None)
    if first is not None:
        when = f"{_place(first)} on {beginning_of(first, domains)}"
        message = f"no line of {question.subject} holds now, the next begins at {when}"
        return DecisionNote("RG610", message, f"let it begin earlier, or bind a role in {place}")
    last = next(snapshot.idle.ended([asked.sub], here), None)
    if last is not None:
        when = f"{_place(last)} on {end_of(last, domains)}"
        message = f"every line of {question.subject} has ended, the last at {when}"
        return DecisionNote("RG607", message, f"extend it there, or bind a role in {place}")
    return DecisionNote("RG602", f"nothing is bound to {question.subject}", f"bind a role in {place}")


def _named(binding: Binding, asked: Asked, snapshot: Snapshot) -> str:
    return f"{snapshot.said(of_subject(binding.subject), asked.dom)} at {_place(binding)}"


def _place(binding: Binding) -> str:
    return f"{binding.span.file}:{binding.span.line}"
