"""Change groups: those together to whom the same happens, and how many gain and lose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.change_reasons import ChangeReason, ReasonLine
from rolegate.review.changed_periods import SubjectWord
from rolegate.review.extents import AccessChange

NOUNS: dict[SubjectWord, tuple[str, str]] = {
    "role": ("role", "roles"),
    "team": ("team", "teams"),
    "user": ("person", "people"),
}


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes, and everybody to whom exactly these happen."""

    subjects: tuple[ChangedSubjects, ...]

    @property
    def changes(self) -> tuple[AccessChange, ...]:
        return self.subjects[0].changes

    @property
    def gains(self) -> bool:
        """Whether something is allowed that was not."""
        return any(change.gains for change in self.changes)

    @property
    def loses(self) -> bool:
        """Whether something is no longer allowed."""
        return any(change.verb in ("lost", "narrowed", "changed") for change in self.changes)

    def reasons(self) -> Iterator[tuple[ChangedSubjects, tuple[ChangeReason, ...]]]:
        """Why, for the first of them, and for each for whom there is more to say than was said before."""
        said: set[tuple[bool, ReasonLine]] = set()
        for number, subjects in enumerate(self.subjects):
            told = {(reason.gain, line) for reason in subjects.reasons for line in reason.said}
            if number == 0:
                yield subjects, subjects.reasons
            elif told - said:
                yield subjects, tuple(reason.without(said) for reason in subjects.reasons)
            said |= told


def change_groups(diff: AccessDiff, *, whenever: bool = False) -> tuple[ChangeGroup, ...]:
    """The groups of a diff, those first in which somebody gains: at the same time, or *whenever* it is."""
    alike: dict[tuple[object, ...], list[ChangedSubjects]] = {}
    for subjects in diff.subjects:
        time = () if whenever else (subjects.since, subjects.until)
        alike.setdefault((subjects.changes, *time), []).append(subjects)
    groups = [ChangeGroup(tuple(several)) for several in alike.values()]
    return tuple(sorted(groups, key=lambda group: not group.gains))


def headline(groups: Iterable[ChangeGroup]) -> str:
    """How many roles, teams and people gain, and how many lose; without any, that nothing changes."""
    groups = tuple(groups)
    gaining = counted(group for group in groups if group.gains)
    losing = counted(group for group in groups if group.loses)
    said = [f"{who} {'gains' if one else 'gain'} access" for who, one in gaining]
    said += [f"{who} {'loses' if one else 'lose'} access" for who, one in losing]
    return "; ".join(said) if said else "nobody's access changes"


def counted(groups: Iterable[ChangeGroup]) -> Iterator[tuple[str, bool]]:
    """Everybody in *groups*, counted, and whether that is one; nothing where there is nobody."""
    found: dict[SubjectWord, set[tuple[str, str]]] = {}
    for group in groups:
        for subjects in group.subjects:
            # A role or team that belongs to another domain is another one, whatever it is called.
            everybody = subjects.owned or [("", "")]
            found.setdefault(subjects.kind, set()).update(everybody)
    said: list[str] = []
    for kind, (one, many) in NOUNS.items():
        number = len(found.get(kind, ()))
        said += [f"{number} {one if number == 1 else many}"] * bool(number)
    said += ["everybody else"] * ("everybody else" in found)
    if said:
        text = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        yield text, len(said) == 1 and (said[0].startswith("1 ") or said[0] == "everybody else")
