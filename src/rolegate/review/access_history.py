"""How access came to be: which commit of a policy set gave it, and which took it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from rolegate.diagnostics import Diagnostic
from rolegate.documents.git_history import SetCommit
from rolegate.documents.git_merges import changed_in_merge, commits_of_merge
from rolegate.documents.limits import Limits
from rolegate.errors import InvalidPolicyError, RevisionError
from rolegate.grants.roles import RoleTable
from rolegate.loading.past_sets import PastSet, PastSets, past_sets
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff
from rolegate.review.asked_access import AskedAccess
from rolegate.review.asked_names import AskedNames

StepState = Literal["changed", "new", "gone", "broken"]


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A commit that changed the access that is asked about, or did not load; no `commit` for files on disk.

    `new` and `gone` are commits with which the policy set came and went: `diff` has what people gained and
    lost by that. A set that is `broken` has `errors` and no diff. `bridged` are the commits just before that
    did not load: the change is one of them all, told here. `brought` are those of a merge, and `in_merge` the
    files in which it has what none of its parents has, or lacks what one of them changed.
    """

    state: StepState
    commit: SetCommit | None
    diff: AccessDiff = field(default=AccessDiff(()), repr=False)
    errors: tuple[Diagnostic, ...] = ()
    bridged: tuple[SetCommit, ...] = ()
    brought: tuple[SetCommit, ...] = ()
    in_merge: tuple[str, ...] = ()
    was: AskedAccess | None = None
    """What was asked about as it was called before, where that is another name."""

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON; `commit` is null for files that are not committed."""
        told: dict[str, Any] = {"commit": None, "state": self.state}
        if self.commit is not None:
            told |= _said(self.commit) | {"merge": self.commit.is_merge}
            if self.commit.moved_from is not None:
                told["moved_from"] = self.commit.moved_from
        if self.was is not None:
            told["was"] = self.was.names()
        for key, commits in (("brought", self.brought), ("bridged", self.bridged)):
            if commits:
                told[key] = [_said(commit) for commit in commits]
        if self.in_merge:
            told["in_merge"] = list(self.in_merge)
        if self.state == "broken":
            return {**told, "errors": [error.to_dict() for error in self.errors]}
        return {**told, **{key: value for key, value in self.diff.to_dict().items() if key != "notes"}}


@dataclass(frozen=True, slots=True)
class AccessHistory:
    """The steps, the newest first; `more` if there may be older ones that were not asked for.

    `note` is what is to be known of a name: that no line names the user, or what is called so now.
    """

    asked: AskedAccess
    steps: tuple[HistoryStep, ...]
    more: bool = False
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        asked = {key: getattr(self.asked, key) for key in ("kind", "name", "domain", "permission")}
        note = {"note": self.note} if self.note else {}
        return {"asked": asked, "more": self.more, **note, "steps": [step.to_dict() for step in self.steps]}


def access_history(
    source: str,
    asked: AskedAccess,
    *,
    since: str | None = None,
    limit: int | None = None,
    at: datetime | None = None,
    limits: Limits | None = None,
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> AccessHistory:
    """How the access that is *asked* about came to be, along the first parents of the revision of *source*.

    Each commit is compared with the one before it at the time at which it was made, or *at*. Only those after
    *since*, a revision or a date, are looked at, and no more than *limit* steps are told. *tell* hears how
    many of how many states were read.

    Raises:
        RevisionError: when there is no git or no such history, or a shallow clone lacks a part of it.
        PolicyNotFoundError: when a folder holds no policy set.
        UnknownNameError: when no state has the permission, the domain, the role or the team, or when none has
            the user and nothing changed for everybody else.
        InvalidPolicyError: when no state can be loaded.
    """
    past = past_sets(source, since=since, limits=limits)
    walk = _HistoryWalk(past, asked, at, tell)
    steps: list[HistoryStep] = []
    try:
        for step in walk.steps():
            if len(steps) == limit:
                return walk.told(steps, more=True)
            steps.append(step)
    except RevisionError:
        if len(steps) != limit:
            raise
        return walk.told(steps, more=True)  # what is not here is older than what was asked for
    return walk.told(steps, more=past.first_before is not None)


class _HistoryWalk:
    """Goes from the newest state to the oldest, and compares each with the next that loads."""

    def __init__(
        self,
        past: PastSets,
        asked: AskedAccess,
        at: datetime | None,
        tell: Callable[[int, int], None],
    ) -> None:
        self._past, self._asked, self._at, self._tell = past, asked, at, tell
        self._today = asked
        self._names = AskedNames(asked)
        self._when = datetime.now(UTC)

    def steps(self) -> Iterator[HistoryStep]:
        """Every step, the newest first."""
        newer: tuple[PastSet, Policy | None] | None = None
        broken: list[HistoryStep] = []
        told: list[HistoryStep] = []
        first_before = self._past.first_before
        for number, state in enumerate(self._past.states):
            self._tell(number, len(self._past.states))
            is_older = first_before is not None and number >= first_before
            try:
                policy = self._past.load(state)
            except InvalidPolicyError as wrong:
                if is_older and newer is None:
                    break
                broken.append(_broken(state, wrong))
                told += [] if is_older else broken[-1:]
                continue
            if newer is not None:
                if policy is not None:
                    self._names.look_for_later(policy, self._asked)
                yield from self._step(newer, policy, broken)
            elif policy is not None:
                self._asked = self._today = self._asked.called_in(policy)
            if policy is not None:
                self._names.look_at(policy, self._asked)
            yield from told
            newer, broken, told = (state, policy), [], []
            if is_older:
                return
        else:
            self._past.need_older(None if newer is None else newer[0])
            if newer is not None:
                yield from self._step(newer, None, broken)
        yield from told

    def told(self, steps: Sequence[HistoryStep], *, more: bool) -> AccessHistory:
        """The history, after a look at the names."""
        told = any(step.diff for step in steps)
        refusal = self._names.refusal(part=more, told=told)
        if refusal is not None:
            raise refusal
        note = self._names.note(part=more)
        if self._today != self._names.asked:
            note = note or f"called now: {self._today.said()}"
        return AccessHistory(self._names.asked, tuple(steps), more, note)

    def _step(
        self, newer: tuple[PastSet, Policy | None], older: Policy | None, broken: list[HistoryStep]
    ) -> Iterator[HistoryStep]:
        state, policy = newer
        known = policy or older
        if known is None:
            return
        sides = (older or _nobody(known), policy or _nobody(known))
        found: StepState = "new" if older is None else "gone" if policy is None else "changed"
        if state.commit is not None and state.commit.when is not None:
            self._when = state.commit.when  # otherwise that of the commit after it
        before = self._asked.before(*sides)
        diff = self._asked.between(*sides, self._at or self._when)
        was = None if before == self._asked else before
        commit = state.commit
        moved = commit is not None and commit.moved_from is not None
        if diff or was is not None or moved:
            bridged = tuple(step.commit for step in broken if step.commit is not None)
            step = HistoryStep(found, commit, diff, bridged=bridged, was=was)
            if commit is not None and commit.is_merge:
                brought = commits_of_merge(commit, self._past.top)
                step = replace(step, brought=brought, in_merge=changed_in_merge(commit, self._past.top))
            yield step
        self._asked = before


def _nobody(policy: Policy) -> Policy:
    """A policy with the same catalog in which nobody has anything."""
    resolved = replace(policy.resolved, bindings=(), roles=RoleTable({}))
    return Policy(resolved=resolved, warnings=(), at=None, path=policy.path, files=())


def _broken(state: PastSet, wrong: InvalidPolicyError) -> HistoryStep:
    errors = tuple(found for found in wrong.diagnostics if found.severity == "error")
    return HistoryStep("broken", state.commit, errors=errors)


def _said(commit: SetCommit) -> dict[str, Any]:
    return {
        "commit": commit.id,
        "short": commit.short,
        "when": None if commit.when is None else commit.when.isoformat(),
        "author": commit.author,
        "title": commit.title,
    }
