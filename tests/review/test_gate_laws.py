"""Whatever the newer side says of itself, a gain that is not approved exactly is refused."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.editing import edited
from plain.loading import sound_or_none
from plain.strategies import NOW, Files, policy_sets
from rolegate import Policy, judge_change
from rolegate.compiled.names import FULL, STRANGER, availability_name, is_role, needs_of, parse_subject
from rolegate.encoding import decode, encode
from rolegate.review.asked_changes import changes_of
from rolegate.review.differences import PolicySide, differences, moments
from rolegate.review.paired_permissions import PairedPermission, paired_permissions

END = "2999-01-01"


def entries(old: Policy, new: Policy) -> Iterator[dict[str, Any]]:
    """An exact approval of each gain of each single subject, found without the lines of the diff."""
    pairs = paired_permissions(old.catalog, new.catalog)
    times = moments([old.resolved, new.resolved], NOW)
    held: dict[tuple[Any, ...], list[int]] = {}
    for number, moment in enumerate(times):
        sides = (PolicySide.at(old.resolved, moment), PolicySide.at(new.resolved, moment))
        for difference in differences(*sides, pairs):
            home = parse_subject(difference.sub).domain if is_role(difference.sub) else None
            inner = is_role(difference.sub) and difference.dom != (FULL if home is None else encode(home))
            for change in changes_of(difference):
                for part in change.after if change.gains else ():
                    key = (difference.sub, difference.dom, inner, change.permission, part)
                    held.setdefault(key, []).append(number)
    for (sub, dom, inner, pair, part), numbers in held.items():
        where = {} if dom == FULL else {"domain": decode(dom)}
        who = {"everyone": "true"} if sub == STRANGER else named(sub, where.get("domain"))
        for first, last in stretches(numbers):
            text = f"{pair.path}{part}{offered(pair) if is_role(sub) else ''}"
            text += f" from {said(times[first])}" if first else ""
            text += f" until {said(times[last + 1])}" if last + 1 < len(times) else ""
            yield {**who, **where, "gains": [text], "reason": "x", "until": END, "_inner": inner}


def offered(pair: PairedPermission) -> str:
    """Which domains have a permission that had it in others before: a role gains it in all of these."""
    assert pair.old is not None
    assert pair.new is not None
    here = pair.new.availability
    if here == pair.old.availability:
        return ""
    return " (in every domain)" if here.everywhere else f" (where {needs_of(availability_name(here))})"


def named(sub: str, domain: str | None) -> dict[str, str]:
    """Who gains in *domain*, with the domain to which a role or a team belongs; a team at home without it."""
    who = parse_subject(sub)
    if who.kind not in ("role", "team"):
        return {who.kind: who.name}
    owner = None if who.kind == "team" and who.domain == domain else who.domain
    return {
        who.kind: who.name
        if owner is None and "/" not in who.name
        else "/".join(map(word, filter(None, (owner, who.name))))
    }


def word(name: str) -> str:
    return name if re.fullmatch(r"[\w.-]+", name) else json.dumps(name, ensure_ascii=False)


def stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of those that follow one another."""
    for number in numbers:
        if number - 1 not in numbers:
            yield number, next(last for last in count(number) if last + 1 not in numbers)


def said(moment: datetime) -> str:
    day, _, time = moment.isoformat(" ", "seconds").removesuffix("+00:00").partition(" ")
    return day if time == "00:00:00" else f"{day} {time} UTC"


def attacked(entry: dict[str, Any], other: dict[str, Any], draw: random.Random) -> dict[str, Any] | None:
    """*entry* with something else in it; None takes it away."""
    changed = dict(entry)
    match draw.randrange(8):
        case 0:
            return None
        case 1:
            changed["until"] = "2000-01-01"
        case 2:
            changed["domain"] = "elsewhere"
        case 3:
            changed["gains"] = changed["gains"][:-1] or [f"{changed['gains'][0]} "]
        case 4:
            changed["gains"] = [text.partition("@")[0].partition("[")[0] + "[*]@x" for text in entry["gains"]]
        case 5:
            for key in ("role", "team", "user", "everyone"):
                changed.pop(key, None)
            changed["user"] = "somebody else"
        case 6:
            what, *ends = re.split(" (?=until|from)", entry["gains"][0])
            changed["gains"] = [what if ends else f"{what} {draw.choice(['from', 'until'])} 2998-01-01"]
        case _:
            changed["gains"] = other["gains"]
    return changed


def plain_of(found: list[dict[str, Any]], lifted: Sequence[str] = ()) -> Files:
    """The approvals of gains, and of what is *lifted* or given to others."""
    entries = [{k: v for k, v in entry.items() if k != "_inner"} for entry in found]
    rules = [{"rules": list(lifted), "reason": "x", "until": END}] if lifted else []
    return {"approvals.yaml": {"approvals": [*entries, *rules]}}


def lifted_by(old: Policy, new: Policy) -> tuple[str, ...]:
    """What a change gives people whom no file names: less is restricted, a grant or a domain has more."""
    refusals = judge_change(old, new, at=NOW).refusals
    rules = [text for refusal in refusals if refusal.kind == "rule" for text in refusal.what]
    expected = ("restriction ", "grant ", "permission ", "domain ", "role_kinds ")
    others = [text for text in rules if not text.startswith(expected)]
    assert all(re.fullmatch(".+ requires .+: gone", text) for text in others), others  # no more is edited
    return tuple(rules)


def gaining(
    files: Files, draw: random.Random, top: Path
) -> tuple[Policy, Files, list[dict[str, Any]], tuple[str, ...]] | None:
    """An edit of *files*, or the way back, by which somebody gains; its sides, the gains, what is lifted."""
    first = sound_or_none(files, top / "first", NOW)
    for number in range(8 if first is not None else 0):
        changed = edited(files, draw, 2)
        second = sound_or_none(changed, top / f"second-{number}", NOW)
        if first is None or second is None:
            continue
        for old, new, after in ((first, second, changed), (second, first, files)):
            needed = list(entries(old, new))
            lifted = lifted_by(old, new)
            assert bool(judge_change(old, new, at=NOW)) == (not needed and not lifted)
            if needed:
                return old, after, needed, lifted
    return None


@examples(15)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_only_exact_approvals_let_a_change_pass(files: Files, seed: int) -> None:
    """All of them let it pass; without one, or with another in its place, it is refused."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder:
        top = Path(folder)
        found = gaining(files, draw, top)
        if found is None:
            return
        old, changed, needed, lifted = found
        assert not judge_change(old, sound_or_none(changed, top / "bare", NOW) or old, at=NOW)
        approved = sound_or_none({**changed, **plain_of(needed, lifted)}, top / "approved", NOW)
        assert approved is not None
        assert judge_change(old, approved, at=NOW)
        # What a role gains in a domain is said once, where it is at home, if it gains it there as well.
        spots = [number for number, entry in enumerate(needed) if not entry["_inner"]]
        if not spots:
            return
        spot = draw.choice(spots)
        other = attacked(needed[spot], draw.choice(needed), draw)
        same = [{**entry, "_inner": 0} for entry in needed]
        if other is not None and {**other, "_inner": 0} in same:
            other = None
        kept = [
            entry
            for entry in needed
            if who_of(entry) != who_of(needed[spot]) or not set(entry["gains"]) & set(needed[spot]["gains"])
        ]
        others = [*kept, *([] if other is None else [other])]
        tried = sound_or_none({**changed, **plain_of(others, lifted)}, top / "tried", NOW)
        assert tried is None or not judge_change(old, tried, at=NOW)


def who_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("gains", "reason", "until", "_inner")}
