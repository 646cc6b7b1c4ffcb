"""Gains: what each single role, team or user comes to hold by a change, as an approval names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.changed_periods import Period, SubjectWord, period_words
from rolegate.review.extents import AccessChange
from rolegate.review.owned_names import one_word, owned_name
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.permission_meanings import PermissionMeanings


@dataclass(frozen=True, slots=True)
class Whose:
    """One whose access changes, and where; without a domain for roles that all domains share.

    `owner` is the domain to which a role or a team belongs, empty for what belongs to none.
    """

    kind: SubjectWord
    name: str
    owner: str
    domain: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """What an approval may call them."""
        here = () if self.domain is None else (self.domain,)
        said = (owned_name(self.kind, self.name, self.owner, domains) for domains in (here, ()))
        return tuple(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class Gain:
    """A permission of which somebody is allowed more than before.

    `texts` is everything that they hold of it afterwards: an approval has to name all of it.
    Each says as well how the permission differs from what it was, by `PermissionMeanings`, what the subject
    was called, and from when to when it is held.
    """

    whose: Whose
    permission: str
    texts: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class _Gainer:
    """One subject of a line in one of its domains.

    `said` says what is called otherwise than before: an approval has to name that.
    """

    whose: Whose
    said: str


_Part = tuple[_Gainer, PairedPermission, str]
"""Whose gain it is, of what, and the text of a part that they hold of it, without its times."""

_TIMES = re.compile(
    r"( from (?P<day>\d{4}-\d\d-\d\d)( (?P<time>\d\d:\d\d:\d\d) UTC)?)?"
    r"(?P<until> until \d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?)?\Z",
    re.ASCII,
)
"""The last words of a gain: from when to when it is held."""

_Since = dict[datetime | None, datetime | None]
"""When it begins to be held, None for now, and when it ends, None for never."""


def gains_of(
    lines: Sequence[ChangedSubjects], meanings: PermissionMeanings
) -> Iterator[tuple[ChangedSubjects, Gain]]:
    """Each gain of everybody whom the lines of a diff are about, with the line.

    What is held in several periods that follow one another is in several lines, and is one gain: each of
    them says the whole time.
    """
    times: dict[_Part, _Since] = {}
    for line in lines:
        if line.since is not None or line.until is not None:  # nothing goes on in another line without
            for part in _parts(line, meanings):
                times.setdefault(part, {})[line.since] = line.until
    whole = {part: dict(_whole_periods(known)) for part, known in times.items()}
    for line in lines:
        for gainer, change, parts in _changes(line, meanings):
            ends = (whole.get((gainer, change.permission, part), {}) for part in parts)
            periods = ((line.since, line.until) if not known else known[line.since] for known in ends)
            texts = tuple(
                f"{part}{period_words(*period)}" for part, period in zip(parts, periods, strict=True)
            )
            yield line, Gain(gainer.whose, change.permission.path, texts, change.sensitive)


def _parts(line: ChangedSubjects, meanings: PermissionMeanings) -> Iterator[_Part]:
    for gainer, change, parts in _changes(line, meanings):
        yield from ((gainer, change.permission, part) for part in parts)


def _changes(
    line: ChangedSubjects, meanings: PermissionMeanings
) -> Iterator[tuple[_Gainer, AccessChange, tuple[str, ...]]]:
    """Each change by which somebody gains, with what they hold afterwards."""
    changes = [(change, list(_said(line, change, meanings))) for change in line.changes if change.gains]
    for gainer in _gainers(line):
        for change, texts in changes:
            yield gainer, change, tuple(f"{text}{gainer.said}" for text in texts)


def _said(line: ChangedSubjects, change: AccessChange, meanings: PermissionMeanings) -> Iterator[str]:
    """Each part that is held afterwards, and how it means another thing than before."""
    pair = change.permission
    where = meanings.offered(pair) if line.kind == "role" else ""
    for part in change.after:
        yield f"{pair.path}{part}{meanings.otherwise(pair, part)}{where}"


def _gainers(line: ChangedSubjects) -> Iterator[_Gainer]:
    """Everybody whom a line of a diff is about, in each of its domains."""
    owned = line.owned or (("", ""),)
    for (name, owner), was in zip(owned, line.was or line.names or ("",), strict=True):
        said = "" if was == name else f" ({line.kind} was {one_word(was)})"
        if not line.domains:
            yield _Gainer(Whose(line.kind, name, owner, None), said)
        for domain, once in zip(line.domains, line.domains_were or line.domains, strict=True):
            where = "" if domain == once else f" (domain was {one_word(once)})"
            yield _Gainer(Whose(line.kind, name, owner, domain), said + where)


def _whole_periods(known: _Since) -> Iterator[tuple[datetime | None, Period]]:
    """For the beginning of each period, the whole time of it and of those that it goes on from and into."""
    together: list[datetime | None] = []
    for since in sorted(known, key=lambda moment: (moment is not None, moment)):
        if together and known[together[-1]] != since:
            yield from ((start, (together[0], known[together[-1]])) for start in together)
            together = []
        together.append(since)
    yield from ((start, (together[0], known[together[-1]])) for start in together)


def without_times(text: str) -> tuple[str, str]:
    """*text* of a gain, and its last words: from when to when it is held."""
    at = _times(text).start()
    return text[:at], text[at:]


def from_then_on(text: str, since: datetime) -> str:
    """*text* of a gain as it is said from *since* on: what had begun by then begins now."""
    found = _times(text)
    if found["day"] is None:
        return text
    try:
        begins = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00:00'}+00:00")
    except ValueError:  # no such day
        return text
    return text if begins > since else f"{text[: found.start()]}{found['until'] or ''}"


def _times(text: str) -> re.Match[str]:
    found = _TIMES.search(text)
    assert found is not None  # noqa: S101  # both times may be missing
    return found


def approval_entry(subjects: ChangedSubjects, texts: tuple[str, ...]) -> Mapping[str, Any]:
    """The entry of approvals.yaml that approves *texts*."""
    names = [owned_name(subjects.kind, name, owner, subjects.domains) for name, owner in subjects.owned]
    who: dict[str, Any] = (
        {"everyone": True} if subjects.kind == "everybody else" else {subjects.kind: _short(names)}
    )
    domain = {"domain": _short(list(subjects.domains))} if subjects.domains else {}
    return {**who, **domain, "gains": list(texts)}


def _short(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names
