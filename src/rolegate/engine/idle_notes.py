"""What a denial says about lines that have ended or have not begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rolegate.compiled.names import of_subject, user_name
from rolegate.documents.file_kinds import BINDINGS
from rolegate.encoding import decode
from rolegate.engine.idle_answers import coming_grants, ended_grants
from rolegate.engine.question import Asked, DecisionNote
from rolegate.engine.request import Request
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.moments import show_moment
from rolegate.texts.spelling import nearest
from rolegate.wording.phrases import Listing, Phrase, SaidName, named

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
        note = _note("RG610", "line_begins", coming, beginning_of(coming, domains), asked, snapshot)
        return Phrase("begins_on", when=beginning_of(coming, domains)), note
    gone = next(ended_grants(asked, snapshot, requests), None)
    if gone is not None:
        note = _note("RG607", "line_ended", gone, end_of(gone, domains), asked, snapshot)
        return Phrase("ended_on", when=end_of(gone, domains)), note
    return None


_HELP = {"line_begins": "earlier_from", "line_ended": "later_until"}


def _note(code: str, said: str, line: Binding, when: str, asked: Asked, snapshot: Snapshot) -> DecisionNote:
    who = snapshot.said(of_subject(line.subject), asked.dom)
    return DecisionNote(code, Phrase(said, who=who, place=_place(line), when=when), Phrase(_HELP[said]))


def nothing_bound(user: str, dom: str, snapshot: Snapshot, near: bool = False) -> DecisionNote | None:
    """What to know in an encoded domain of a user to whom nothing is bound now; None of any other.

    With *near* the help names a user of a similar name: for whoever may read the files, and types a name.
    """
    sub = user_name(user)
    if sub in snapshot.users:
        return None
    domains, here = snapshot.resolved.domains, decode(dom)
    file, who = snapshot.files.get(here, BINDINGS.place), named("user", user)
    first = next(snapshot.idle.coming([sub], here), None)
    if first is not None:
        message = Phrase("none_holds", who=who, place=_place(first), when=beginning_of(first, domains))
        return DecisionNote("RG610", message, Phrase("begin_earlier", file=file))
    last = next(snapshot.idle.ended([sub], here), None)
    if last is not None:
        message = Phrase("all_ended", who=who, place=_place(last), when=end_of(last, domains))
        return DecisionNote("RG607", message, Phrase("extend_there", file=file))
    folds = snapshot.users_by_fold(here)
    alike = folds.get(user.strip().casefold())
    close = nearest(user, folds.values(), 1) if near and alike is None else ()
    alike = close[0] if close else alike
    if alike is not None:
        help = Phrase("did_you_mean", names=Listing("or", [SaidName("code", alike)]))
    else:
        help = Phrase("bind_a_role", file=file)
    return DecisionNote("RG602", Phrase("nothing_bound", who=who), help)


def _place(binding: Binding) -> str:
    return f"{binding.span.file}:{binding.span.line}"
