"""Former names of what the catalog declares beside permissions, which keep their meaning with a warning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rolegate.diagnostics import Report
from rolegate.documents import former_name_problems as problems
from rolegate.documents.text import Text

Noun = Literal["plan", "add-on", "kind of domain", "scope", "resource"]


@dataclass(frozen=True, slots=True)
class FormerNames:
    """What each former name is called now, by what it is a name of."""

    by_noun: Mapping[Noun, Mapping[str, str]] = field(default_factory=dict)

    def of(self, noun: Noun) -> Mapping[str, str]:
        return self.by_noun.get(noun, {})

    def today(self, noun: Noun, name: Text, report: Report) -> Text:
        """*name*, or what it is called now; a former name is reported."""
        now = self.of(noun).get(name)
        if now is None:
            return name
        problems.name_renamed(report, name, noun, now)
        return Text(now, name.span)

    def all_today(self, noun: Noun, names: Iterable[Text], report: Report) -> list[Text]:
        return [self.today(noun, name, report) for name in names]


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
