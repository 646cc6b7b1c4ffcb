"""Names of the past of what the catalog declares beside permissions.

Former names keep their meaning, with a warning; removed ones have none, and are never used again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rolegate.catalog.problems import name_unknown
from rolegate.catalog.removed_names import RemovedWord
from rolegate.diagnostics import Report, Span
from rolegate.documents import former_name_problems as problems
from rolegate.documents.text import Text, span_of

Noun = Literal["plan", "add-on", "kind of domain", "ladder of scopes", "scope", "resource"]


@dataclass(frozen=True, slots=True)
class FormerNames:
    """What each former name is called now, and each removed one has become, by what it is a name of."""

    by_noun: Mapping[Noun, Mapping[str, str]] = field(default_factory=dict)
    removed: Mapping[str, Mapping[str, RemovedWord]] = field(default_factory=dict)

    def of(self, noun: Noun) -> Mapping[str, str]:
        return self.by_noun.get(noun, {})

    def gone(self, noun: str) -> Mapping[str, RemovedWord]:
        return self.removed.get(noun, {})

    def fate(self, noun: str, name: str) -> str:
        """What became of the removed *name*, as the help of a finding; empty for any other name."""
        gone = self.gone(noun).get(name)
        return "" if gone is None else gone.fate

    def today(self, noun: Noun, name: Text, report: Report) -> Text:
        """*name*, or what it is called now; a former name is reported."""
        now = self.of(noun).get(name)
        if now is None:
            return name
        problems.name_renamed(report, name, noun, now)
        return Text(now, name.span)

    def all_today(self, noun: Noun, names: Iterable[Text], report: Report) -> list[Text]:
        return [self.today(noun, name, report) for name in names]


NO_FORMER = FormerNames()


def former_names(
    noun: Noun, given: Mapping[Text, Sequence[Text]], report: Report
) -> tuple[Noun, Mapping[str, str]]:
    """The former names in *given*, by what is called so now; one name means one thing."""
    found: dict[str, tuple[str, Text]] = {}
    declared = {str(name): name for name in given}
    for now, names in given.items():
        for name in names:
            other, earlier = found.get(name, (str(now), name))
            if name in declared:
                problems.former_name_taken(report, name, noun, str(name), declared[name].span)
            elif other != now:
                problems.former_name_taken(report, name, noun, other, earlier.span)
            else:
                found[str(name)] = (str(now), name)
    return noun, {name: now for name, (now, _) in found.items()}


def refuse_removed(
    noun: str, given: Mapping[Text, Sequence[Text]], removed: Mapping[str, RemovedWord], report: Report
) -> None:
    """Report each name in *given*, and each former name of it, that is *removed*."""
    for now, names in given.items() if removed else ():
        for name in (now, *names):
            if name in removed:
                problems.removed_name_used(report, name, noun, removed[name].span)


def unknown(
    name: Text,
    names: Collection[str],
    code: str,
    noun: str,
    at: Span,
    report: Report,
    former: FormerNames = NO_FORMER,
) -> bool:
    """Report *name* unless it is one of *names*; *former* tells what became of one that is removed."""
    if name in names:
        return False
    name_unknown(report, span_of(name, at), code, noun, name, names, former.fate(noun, name))
    return True
