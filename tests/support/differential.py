"""Asks many random questions of everybody who should know, and stops where two of them disagree.

    python tests/support/differential.py --questions 1000000

For each of many random policy sets, with the names of `plain/names.py`, the same questions are put to the
plain evaluator on the files, to rolegate's index, to a stock `casbin.Enforcer` on the compiled lines and to
an `IndexedEnforcer`. They are put before some bindings are added and others removed, half way through that,
and after it. Both enforcers are taken there line by line in random order, never reloaded; then roles are
taken from users and given back one at a time, also in the index. Last, an application gives users roles and
teams, and a part of all lines and members. Hypothesis only draws the sets.

The stock enforcer looks, for each request, at the lines with its permission and its scope. For one request in
fifty it looks at every line as well, and has to say the same.

The exit code is 1 after a disagreement, which is shown with all that is needed to see it again.
"""

import argparse
import logging
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from batches import drawn_in_batches
from bound import parted
from given import gate_at_now, questions_of, some_user, with_lines
from plain.asking import Request, Rolegate, Stock, questions, requests, telling
from plain.custom import forbidden
from plain.evaluator import Ask, Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from plain.writer import text_of
from rolegate import CompiledPolicy, Gate, Policy
from rolegate.casbin import IndexedEnforcer
from rolegate.compiled.lines import PLine
from rolegate.compiled.names import EVERY
from rolegate.encoding import decode
from rolegate.engine.index import Index

SHARE = 0.02
"""The part of the requests for which Casbin looks at every line as well."""

WHOLE = "casbin with every line"

STRANGE = ("nobody, *", "user:ana", ":full", "%2A", "\u202e", "-", ":every")
"""Names that most sets do not know."""


@dataclass
class Tally:
    """What was asked so far, and what went wrong."""

    wanted: int
    asked: int = 0
    whole: int = 0
    some: int = 0
    allowed: int = 0
    sets: int = 0
    changes: int = 0
    case: str | None = None
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0

    @property
    def over(self) -> bool:
        return self.case is not None or self.asked >= self.wanted

    def show(self, last: bool = False) -> None:
        """Progress, on a terminal."""
        if not sys.stderr.isatty() or (time.monotonic() - self.shown < 0.5 and not last):
            return
        self.shown = time.monotonic()
        end = "\n" if last else ""
        text = f"\r{self.asked:,} of {self.wanted:,} questions, {self.sets:,} sets"
        print(text, end=end, file=sys.stderr, flush=True)

    def __str__(self) -> str:
        return (
            f"{self.asked:,} questions ({self.allowed:,} allowed) about {self.sets:,} policy sets and after "
            f"{self.changes:,} single changes, and {self.some:,} with `any`, in "
            f"{time.monotonic() - self.started:.0f} s ({self.whole:,} requests to Casbin with every line): "
            f"{'a disagreement' if self.case else '0 disagreements'}"
        )


class Case:
    """One policy set, and everybody who answers questions about it."""

    def __init__(self, tally: Tally, draw: random.Random, files: Files, strange: str, folder: Path) -> None:
        self.tally, self.draw, self.strange, self.folder = tally, draw, strange, folder
        lines = files["bindings.yaml"]["bindings"]
        self.files = files
        self.before = with_bindings(files, [line for line in lines if draw.random() < 0.7])
        self.after = with_bindings(files, [line for line in lines if draw.random() < 0.7])
        self.done: list[str] = []

    def run(self, count: int) -> None:
        """Ask about *count* questions."""
        old, new = loaded(self.folder / "old", self.before), loaded(self.folder / "new", self.after)
        plain = Evaluator(self.before, NOW)
        compiled = old.compile(at=NOW)
        self.stock = Stock(compiled.model_text, compiled.policy_text, self.folder / "compiled", plain)
        model, policy = (str(self.folder / "compiled" / name) for name in ("model.conf", "policy.csv"))
        self.ours = IndexedEnforcer(model, policy)
        if not self.ours.indexed:
            self.disagree("", {"not indexed": self.ours.why_not_indexed})
        self.ask_all(old, plain, count // 4)
        self.change(compiled, new.compile(at=NOW))
        plain = Evaluator(self.after, NOW)
        self.ask_all(new, plain, count // 2)
        self.lend(new.compile(at=NOW), plain, count // 4)
        self.give(new, count // 8)
        self.bind(count // 8)
        self.tally.sets += 1

    # -- questions ----------------------------------------------------------------------------------------

    def ask_all(self, policy: Policy, plain: Evaluator, count: int) -> None:
        """The plain evaluator, rolegate, and Casbin both ways."""
        rolegate = Rolegate(policy, NOW)
        index = Index(policy.compile(at=NOW))
        for ask in self.some(plain, count):
            if ask.any:
                self.tally.some += 1
                self.compare(ask, {"plain": plain.answer(ask), "rolegate": rolegate.answer(ask)})
                continue
            answers = {"plain": plain.answer(ask), "rolegate": rolegate.answer(ask)}
            self.count(ask, answers | self.law_of(ask, plain, index))

    def some(self, plain: Evaluator, count: int) -> list[Ask]:
        asks = questions(self.files, plain, [self.strange])
        return telling(asks, plain, count, self.draw.randrange(2**32))

    def ask_enforcers(self, requests: Iterable[Request], index: Index | None = None) -> None:
        """Casbin both ways, and the index if it is where they are."""
        for wanted in requests:
            self.count(wanted, self.law(wanted, index))

    def law(self, wanted: Request, index: Index | None) -> dict[str, bool]:
        answers = {"casbin": self.stock.enforce(wanted), "indexed enforcer": self.ours.enforce(*wanted)}
        if self.draw.random() < SHARE:
            self.tally.whole += 1
            answers[WHOLE] = bool(self.stock.enforcer.enforce(*wanted))
        return answers if index is None else answers | {"index": index.allows(*wanted)}

    def law_of(self, ask: Ask, plain: Evaluator, index: Index | None) -> dict[str, bool]:
        """What each says to the question: for a hidden permission, to one of the requests for it."""
        impliers = self.stock.enforcer.get_named_grouping_policy("g3")
        asked = [self.law(wanted, index) for wanted in requests(plain, ask, impliers)]
        who = {"casbin", "indexed enforcer"}.union({"index"} if index is not None else (), *asked)
        return {name: any(said.get(name, said["casbin"]) for said in asked) for name in sorted(who)}

    def count(self, ask: Any, answers: dict[str, bool]) -> None:
        self.tally.asked += 1
        self.tally.allowed += all(answers.values())
        self.compare(ask, answers)

    def compare(self, ask: Any, answers: dict[str, bool]) -> None:
        if len(set(answers.values())) > 1:
            self.disagree(ask, answers)

    def disagree(self, ask: Any, answers: dict[str, Any]) -> None:
        if self.tally.case is None:
            files = {name: text_of(data) for name, data in self.after.items()}
            old = text_of(self.before["bindings.yaml"])
            shown = [f"{name}: {text}" for name, text in files.items()]
            self.tally.case = "\n".join(
                [f"{ask}", f"{answers}", *shown, f"bindings before: {old}", "changes:", *self.done]
            )

    # -- changes ------------------------------------------------------------------------------------------

    def change(self, old: CompiledPolicy, new: CompiledPolicy) -> None:
        """Take both enforcers from *old* to *new*, and compare them on the way."""
        here, there = set(old.lines), set(new.lines)
        edits = [("remove", *line) for line in here - there] + [("add", *line) for line in there - here]
        edits.sort()
        self.draw.shuffle(edits)
        for number, (verb, section, line) in enumerate(edits):
            self.apply(verb, section, line)
            if number % 7 == 3:
                self.ask_enforcers(self.mixed([*old.p, *new.p]) for _ in range(3))

    def mixed(self, lines: Sequence[PLine]) -> Request:
        """A line as a request, some of it from other lines."""
        line = self.draw.choice(lines)
        dom, sub, obj, act, scope = (
            (line if self.draw.random() < 0.8 else self.draw.choice(lines))[number] for number in range(5)
        )
        return sub, dom, obj, act, scope

    def apply(self, verb: str, section: str, line: Iterable[str]) -> None:
        """One edit of both enforcers."""
        name = f"{verb}_named_policy" if section == "p" else f"{verb}_named_grouping_policy"
        self.done.append(f"{name}({section!r}, {', '.join(map(repr, line))})")
        self.tally.changes += 1
        done = [getattr(enforcer, name)(section, *line) for enforcer in (self.stock.enforcer, self.ours)]
        self.stock.seen.clear()
        if done != [True, True]:
            self.disagree(self.done[-1], {"casbin": done[0], "indexed enforcer": done[1]})

    def lend(self, compiled: CompiledPolicy, plain: Evaluator, count: int) -> None:
        """Take some roles from users and give them back, in the index and in both enforcers."""
        links = [link for link in compiled.g if link.sub.startswith("user:")]
        if not links:
            return
        index = Index(compiled)
        steps = self.draw.sample(links, min(4, len(links)))
        both: list[tuple[str, Callable[[str, str, str], None]]] = [
            ("remove", index.unlink),
            ("add", index.link),
        ]
        asks = [ask for ask in self.some(plain, max(8, count // len(steps))) if not ask.any]
        for verb, edit in both:
            self.draw.shuffle(steps)
            for link in steps:
                self.apply(verb, "g", link)
                edit(link.sub, link.role, decode(link.dom))
                impliers = compiled.g3
                some = [ask for ask in asks if self.draw.random() < 0.3]
                near = [wanted for ask in some for wanted in requests(plain, ask, impliers)[:9]]
                lines = [line for line in compiled.p if line.sub == link.role]
                for line in self.draw.sample(lines, min(5, len(lines))):
                    near.append((link.sub, link.dom, line.obj.replace("*", EVERY), line.act, line.scope))
                self.ask_enforcers(near, index)
        for ask in asks:
            self.count(ask, {"plain": plain.answer(ask), **self.law_of(ask, plain, index)})

    def give(self, policy: Policy, count: int) -> None:
        """Give some users roles and teams as an application does: answers are those of files with lines."""
        gate = gate_at_now(policy)
        for _ in range(4):
            who = some_user(self.after, self.draw, self.strange)
            there = with_lines(self.after, who)
            if forbidden(there):  # refused as files are
                continue
            plain, subject = Evaluator(there, NOW), who.of(gate)
            asks = questions_of(there, who)
            for ask in self.draw.sample(asks, min(len(asks), count // 4)):
                can = subject.can(ask.permission, on=ask.on or None, scope=ask.scope)
                self.count((who, ask), {"plain": plain.answer(ask), "given": can})

    def bind(self, count: int) -> None:
        """Let an application say a part of what the files do: a gate answers what files would."""
        rest, tables = parted(self.after, self.draw)
        gate = Gate(replace(loaded(self.folder / "rest", rest), at=NOW), bindings=tables)
        plain = Evaluator(self.after, NOW)
        for ask in self.some(plain, count):
            if ask.kind == "user" and not ask.any:
                details: Any = {"domain": ask.domain, "on": ask.on or None, "scope": ask.scope}
                can = gate.check(ask.name, ask.permission, **details)
                self.count(ask, {"plain": plain.answer(ask), "bound": can})


def with_bindings(files: Files, lines: list[Any]) -> Files:
    return {**files, "bindings.yaml": {"bindings": lines}}


def run(wanted: int, start: int = 0, per_set: int = 4000) -> Tally:
    """Ask *wanted* questions; the same ones for the same *start*."""
    tally = Tally(wanted)

    def ask(files: Files, strange: str, number: int) -> None:
        with TemporaryDirectory() as folder:
            Case(tally, random.Random(number), files, strange, Path(folder)).run(per_set)
        tally.show()

    drawn = policy_sets(), st.sampled_from(STRANGE), st.integers(0, 2**32)
    for _ in drawn_in_batches(ask, *drawn, start=start, over=lambda: tally.over):
        pass
    tally.show(last=True)
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--questions", type=int, default=1_000_000, help="how many (default 1000000)")
    parser.add_argument("--seed", type=int, default=0, help="other questions for another number (default 0)")
    parser.add_argument("--per-set", type=int, default=4000, help="about how many for each policy set")
    options = parser.parse_args()
    log = logging.getLogger("rolegate")
    level = log.level
    log.setLevel(logging.CRITICAL)  # of each unknown name
    try:
        tally = run(options.questions, options.seed, options.per_set)
    finally:
        log.setLevel(level)
    print(tally)
    if tally.case is not None:
        print(f"--seed {options.seed} --per-set {options.per_set}\n{tally.case}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
