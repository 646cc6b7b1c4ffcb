"""A plan as text, for terminals and logs: many tenants to whom the same happens are one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from rolegate.encoding import decode
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.changed_periods import changes_said
from rolegate.review.diff_text import change_lines, condition_lines, mark_line, named, period_text
from rolegate.review.stored_grants import Reason
from rolegate.store.item import Item
from rolegate.store.item_words import item_words, place_words
from rolegate.store.plan import StorePlan
from rolegate.store.plan_commits import short_source
from rolegate.store.stored_states import StoredState
from rolegate.texts.escaping import in_code_block, in_markdown, plain

Mark = Literal["+", "~", "-", "z", "!", " "]
PlanLine = tuple[Mark, str]
"""What a line is about: added or woken, changed, removed, asleep, refused; and its text."""

MOST_OF_COMMENT = 60_000
"""A comment has so many bytes at most, so that hosts take it."""
_NAMES = 5
_ITEMS = 20


def plan_lines(plan: StorePlan) -> Iterator[PlanLine]:
    """The lines of a report. Nothing in a name can end a line, or be obeyed by a terminal."""
    return ((mark, plain(text)) for mark, text in _lines(plan))


def plan_markdown(plan: StorePlan) -> str:
    """The same as a comment of a pull request: a block in which hosts colour what is added and removed."""
    shown: list[str] = []
    left = MOST_OF_COMMENT
    lines = [*plan_lines(plan)]
    for mark, text in lines[:-1]:
        line = f"{mark}{text.replace(f'{mark} ', '', 1)}" if mark in "+-!" else f" {text}"
        left -= len(line.encode()) + 1
        if left < 0:
            shown.append(f" … and {len(lines) - 1 - len(shown)} more lines: `rolegate store plan` has them")
            break
        shown.append(line)
    return f"**{in_markdown(summary(plan))}**\n\n{in_code_block(shown, 'diff')}\n"


def _lines(plan: StorePlan) -> Iterator[PlanLine]:
    where = f" from {short_source(plan.source)}" if plan.source else ""
    yield " ", f"{plan.store} at revision {plan.revision}: set {named(plan.catalog)}{where}"
    for lines in (_items(plan), _stored(plan), _conflicts(plan), _access(plan), _refused(plan)):
        found = [*lines]
        if found:
            yield " ", ""
            yield from found
    yield " ", ""
    yield " ", summary(plan)


def summary(plan: StorePlan) -> str:
    """The last line: how much of what happens."""
    if not plan and not plan.refusals:
        return "nothing changes"
    counts = plan.counts
    said = [f"{counts['added']} added", f"{counts['changed']} changed", f"{counts['removed']} removed"]
    words = {"gaining": "gaining access", "losing": "losing access"}
    for kind in ("asleep", "waking", "gaining", "losing", "refused"):
        if counts[kind]:
            said.append(f"{counts[kind]} {words.get(kind, kind)}")
    if plan.drift:
        said.append(f"{plan.drift} rules brought into line")
    return f"plan: {', '.join(said)}"


def _items(plan: StorePlan) -> Iterator[PlanLine]:
    marks: tuple[Mark, ...] = ("+", "~", "-")
    lines = [(mark, item) for mark, items in zip(marks, plan.items, strict=True) for item in items]
    if not lines and not plan.texts:
        return
    yield " ", "files:"
    for name in plan.texts:
        yield "~", f"  ~ {name}"
    for kind, several in _by_kind(lines):
        if len(several) > _ITEMS:
            yield from _folded(kind, several)
            continue
        for mark, item in several:
            yield mark, f"  {mark} {item_words(item)}{place_words(item)}"


def _by_kind(lines: Sequence[tuple[Mark, Item]]) -> Iterator[tuple[str, list[tuple[Mark, Item]]]]:
    found: dict[str, list[tuple[Mark, Item]]] = {}
    for mark, item in lines:
        found.setdefault(_KINDS[item.kind], []).append((mark, item))
    yield from found.items()


_KINDS = {
    "role": "roles",
    "domain": "domains",
    "team": "teams",
    "binding": "lines of bindings",
    "restriction": "restrictions",
}


def _folded(kind: str, several: Sequence[tuple[Mark, Item]]) -> Iterator[PlanLine]:
    marks: tuple[Mark, ...] = ("+", "~", "-")
    for mark in marks:
        some = [item for known, item in several if known == mark]
        if some:
            domains = {item.domain for item in some if item.domain}
            where = f" in {_number(len(domains), 'domain')}" if domains and kind != "domains" else ""
            yield mark, f"  {mark} {_counted(len(some), kind)}{where}"


def _stored(plan: StorePlan) -> Iterator[PlanLine]:
    """What happens to what run time stored, with those entries together of which the same is said."""
    if plan.moved or plan.waking or plan.asleep:
        yield " ", "stored at run time:"
    yield from _states("~", plan.moved, plan)
    yield from _states("+", plan.waking, plan)
    yield from _states("z", plan.asleep, plan)


def _conflicts(plan: StorePlan) -> Iterator[PlanLine]:
    if plan.conflicts:
        yield " ", "conflicts of tenants' versions of default roles:"
    yield from (("!", f"  ! {text}") for text in sorted(plan.conflicts))


def _states(mark: Mark, states: Iterable[StoredState], plan: StorePlan) -> Iterator[PlanLine]:
    alike: dict[tuple[str, tuple[str, ...], str | None], list[StoredState]] = {}
    for state in states:
        text = state.grant.text if state.key else ""
        alike.setdefault((text, state.grant.now, state.grant.reason), []).append(state)
    for (text, now, _), several in alike.items():
        said = f"{text}: " if text else ""
        if mark == "~" and now:
            said = f"{text} → {', '.join(now)}: "
        end = {"z": f": {_because(several)}", "+": " wakes"}.get(mark, "")
        yield mark, f"  {mark} {said}{_whose(several, plan)}{end}"


def _because(states: Sequence[StoredState]) -> str:
    """Why entries are asleep: in the words of one, or in those for all."""
    said = {state.grant.because for state in states}
    reason = states[0].grant.reason
    return said.pop() if len(said) == 1 or reason is None else _REASONS[reason]


_REASONS: Mapping[Reason, str] = {
    "unreadable": "it cannot be read",
    "unknown": "it names what is not there",
    "removed": "it names what was removed",
    "wider": "what took its place would hold more",
    "shape": "a permission is a group now, or the other way round",
    "scope": "there is no such scope",
    "instance": "there are no such instances",
    "gone": "the instance is removed",
    "hidden": "the permission is hidden",
    "requires": "what it requires is not held",
    "kind": "no role of this kind may hold it",
    "nothing": "it cannot be given as it stands",
}


def _whose(states: Sequence[StoredState], plan: StorePlan) -> str:
    """The items that have an entry: one by its name, many by their number."""
    items = {state.identity: plan.theirs.get(state.identity) for state in states}
    if len(items) == 1:
        (identity, item), *_ = items.items()
        return decode(identity[2]) if item is None else f"{item_words(item)}{place_words(item)}"
    kinds: dict[str, int] = {}
    for identity in items:
        kinds[_KINDS[identity[1]]] = kinds.get(_KINDS[identity[1]], 0) + 1
    domains = {identity[0] for identity in items}
    counted = " and ".join(_counted(number, kind) for kind, number in kinds.items())
    return f"{counted} in {_number(len(domains), 'domain')}"


def _access(plan: StorePlan) -> Iterator[PlanLine]:
    diff = plan.diff
    if plan.is_first:
        return
    if not diff:
        if plan:
            yield " ", "access: nobody's changes"
        return
    yield " ", "access:"
    for mark in diff.marks:
        yield "!", f"  {mark_line(mark)}"
    for line in condition_lines(diff.conditions):
        yield " ", f"  {line}"
    for several in alike(diff):
        yield " ", f"  {whom(several)}{period_text(several[0])}"
        for line in change_lines(several[0].changes):
            yield _marked(line), f"    {line}"


def alike(diff: AccessDiff) -> Iterator[list[ChangedSubjects]]:
    """The lines of *diff* with those together in which the same happens to subjects of one kind."""
    found: dict[tuple[object, ...], list[ChangedSubjects]] = {}
    for line in diff.subjects:
        about = (line.kind, bool(line.domains), changes_said(line.changes), line.since, line.until)
        found.setdefault(about, []).append(line)
    yield from found.values()


def whom(several: Sequence[ChangedSubjects]) -> str:
    """Everybody in some lines of a diff, and where: few by their names, many by their number."""
    kind = several[0].kind
    domains = [*dict.fromkeys(domain for line in several for domain in line.domains)]
    where = f" in {_listed(domains)}" if domains else ""
    if kind == "everybody else":
        return f"everybody else{where}"
    owned = {pair for line in several for pair in line.owned}
    names = [*dict.fromkeys(name for line in several for name in line.names)]
    if len(owned) == 1:
        return f"{kind} {_listed(names)}{where}"
    called = f"{len(owned)} {kind}s: " if len(owned) == len(names) else f"{len(owned)} {kind}s called "
    return f"{called}{_listed(names)}{where}"


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMES + 1:
        return ", ".join(map(named, names)) if names else ""
    return f"{', '.join(map(named, names[:_NAMES]))} and {len(names) - _NAMES} more"


def _marked(line: str) -> Mark:
    return "+" if line[:1] in "+↑" else "-" if line[:1] in "-↓" else "~"


def _refused(plan: StorePlan) -> Iterator[PlanLine]:
    for refusal in plan.refusals:
        yield "!", f"! {refusal.what} ({refusal.code})"
        if refusal.help:
            yield " ", f"    {refusal.help}"


def _counted(number: int, kind: str) -> str:
    """So many things of a kind, of which `_KINDS` has the word for several."""
    return f"{number} {kind}" if number != 1 else f"1 {_ONE.get(kind, kind.removesuffix('s'))}"


_ONE = {"lines of bindings": "line of bindings"}


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
