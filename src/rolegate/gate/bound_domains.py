"""Domains whose bindings come from an application: read when they are asked about, and kept in memory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from time import monotonic, time

from rolegate.compiled.check_limits import check_compiled
from rolegate.diagnostics import Report
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidQuestionError, UnknownNameError, wrong_argument, wrong_kind
from rolegate.gate.binding_source import (
    AsyncBindingSource,
    BindingSource,
    BindingsReader,
    BindingsUnavailableError,
    PolicyStaleError,
    ReadBindings,
    refuse_errors,
)
from rolegate.gate.bound_state import BoundState
from rolegate.gate.domain_reading import Failures, NotedReading, RememberedFailure
from rolegate.gate.reloading import DomainStatus, ReloadingHolder
from rolegate.gate.source import PolicySource
from rolegate.gate.state import GateState
from rolegate.gate.watching import Watcher
from rolegate.grants.added_lines import LinesByDomain
from rolegate.grants.domains import DEFAULT
from rolegate.policy.policy import Policy
from rolegate.texts.spelling import sparing

_log = logging.getLogger("rolegate")

KEPT_DOMAINS = 1024
"""The bindings of so many domains are in memory."""

RETRY = 1.0
"""After a failure, questions do not make the gate ask for the same domain again for so many seconds."""


class DomainHolder(ReloadingHolder):
    """Holds a state for each domain that was asked about, if bindings come from an application.

    INVARIANT: what was read of a domain is put in force together with all states that follow from it, or not
    at all. `_said` changes only with `_live`, with `_swapping` held; nothing is read or compiled meanwhile.
    What was begun to be read earlier never replaces what was begun later.
    """

    def __init__(
        self,
        policy: Policy,
        source: PolicySource | None = None,
        *,
        bindings: BindingSource | AsyncBindingSource | None = None,
        keep: int = KEPT_DOMAINS,
    ) -> None:
        """A gate on *policy*; a reload reads *source*, or the folder of the policy, if it has one.

        With *bindings*, what they say of a domain is added to the files; so many domains are kept in memory.
        """
        if isinstance(policy, str | PurePath):
            raise TypeError(f"a gate takes a policy; for a folder write `Gate.from_path({str(policy)!r})`")
        if not isinstance(policy, Policy):
            raise wrong_argument(
                "Gate", policy, "a policy", "write `Gate.from_path(FOLDER)`, or `Gate(load(FOLDER))`"
            )
        self._reader = None if bindings is None else BindingsReader(bindings)
        self._most = keep
        self._said: Mapping[str, ReadBindings] = {}
        self._failed: Failures = {}
        self._reading: list[str] = []
        self._lines: tuple[GateState, LinesByDomain] | None = None
        self._poller: Watcher | None = None
        super().__init__(policy, source)

    def load(self, domain: str) -> None:
        """Read the bindings of *domain* and of those around it, unless they are in memory.

        Nothing is read for a domain that is set aside, which answers no.

        Raises:
            BindingsUnavailableError: when they cannot be had.
            UnknownNameError: for an unknown domain.
        """
        if not self._is_aside(domain):
            self._in_domain(self._current(time()), self._declared(domain))

    async def aload(self, domain: str) -> None:
        """As `load`, for bindings of either kind; where they are in memory, nothing is awaited."""
        if self._is_aside(domain):
            return
        name = self._declared(domain)
        live = self._current(time())
        if self._reader is None or (isinstance(live, BoundState) and name in live.domains):
            return
        with self._failing(name), NotedReading(self._reading, self._missing(name)) as missing:
            self._put({outer: await self._reader.aread(outer) for outer in missing}, name)

    def refresh(self, domain: str | None = None) -> bool:
        """Read the bindings of *domain*, or of all that are in memory, where they have changed.

        Whether what is in force is what is there now. Where reading fails, what was read before stays in
        force; the log and `status` say why.
        """
        good = True
        for name in self._loaded(domain):
            try:
                with self._failing(name):
                    assert self._reader is not None  # noqa: S101 - or nothing is loaded
                    if self._is_new(name, self._reader.look(name)):
                        self._put({name: self._reader.read(name)})
            except BindingsUnavailableError:
                good = False
        return good

    async def arefresh(self, domain: str | None = None) -> bool:
        """As `refresh`, for bindings of either kind."""
        good = True
        for name in self._loaded(domain):
            try:
                with self._failing(name):
                    assert self._reader is not None  # noqa: S101 - or nothing is loaded
                    if self._is_new(name, await self._reader.alook(name)):
                        self._put({name: await self._reader.aread(name)})
            except BindingsUnavailableError:
                good = False
        return good

    def policy_in(self, domain: str) -> Policy:
        """The policy in force in *domain* and around it, with the bindings of the application.

        Raises:
            BindingsUnavailableError: when they cannot be had.
            UnknownNameError: for an unknown domain.
        """
        return self._in_domain(self._current(time()), self._declared(domain)).policy

    # -- states --------------------------------------------------------------------------------------------

    def _state_of(self, policy: Policy) -> GateState:
        files = super()._state_of(policy)
        return files if self._reader is None else BoundState.joining(files)

    def _in_domain(self, live: GateState, domain: str | None) -> GateState:
        """The state that answers questions in *domain*; *live* itself for one that is not declared.

        Raises:
            BindingsUnavailableError: when its bindings cannot be had.
        """
        if not isinstance(live, BoundState) or self._reader is None:
            return live
        name = DEFAULT if domain is None and not live.policy.needs_domain else domain
        if not isinstance(name, str) or name not in live.policy.resolved.domains:
            return live
        found = live.domains.get(name)
        if found is not None:
            return found
        with self._loading.setdefault(name, threading.RLock()):
            failed = self._failed.get(name)
            if failed is not None and monotonic() - failed[0] < RETRY:
                raise failed[1]
            with self._failing(name), NotedReading(self._reading, self._missing(name)) as missing:
                return self._put({outer: self._reader.read(outer) for outer in missing}, name)

    def _put(self, fresh: Mapping[str, ReadBindings], wanted: str | None = None) -> GateState:
        """Put what was read in force, with the states that follow from it and that of a *wanted* domain."""
        while True:
            live, said = self._live, dict(self._said)
            assert isinstance(live, BoundState)  # noqa: S101
            said |= {n: read for n, read in fresh.items() if n not in said or said[n].number < read.number}
            outward = live.policy.resolved.domains.outward
            changed = [name for name in live.domains if not fresh.keys().isdisjoint(outward(name))]
            made = {name: self._made(live, name, said) for name in changed}
            if wanted is not None and wanted not in made:
                made[wanted] = live.domains.get(wanted) or self._made(live, wanted, said)
            domains = {**live.domains, **made}
            spared = outward(wanted) if wanted is not None else ()
            for gone in [name for name in said if name not in spared][: max(0, len(said) - self._most)]:
                del said[gone]
                domains = {name: state for name, state in domains.items() if gone not in outward(name)}
            with self._swapping:
                if self._live is live:
                    self._said = said
                    self._publish(BoundState.joining(live.files, domains))
                    return live if wanted is None else made[wanted]

    def _made(self, live: BoundState, name: str, said: Mapping[str, ReadBindings]) -> GateState:
        """The state of a domain, with what was *said* about it and those around it."""
        if self._lines is None or self._lines[0] is not live.files:
            self._lines = (live.files, LinesByDomain(live.policy.resolved))
        around = live.policy.resolved.domains.outward(name)
        report = Report()
        with sparing():
            added = {outer: said[outer].added for outer in around}
            narrow = self._lines[1].around(name, added, report)
            if not report.failed:
                check_compiled(narrow, report)
        refuse_errors(name, report)
        at = live.policy.at
        policy = Policy(resolved=narrow, warnings=report.sorted(), at=at)
        return GateState.of(policy, None if at is not None else datetime.fromtimestamp(time(), UTC))

    def _missing(self, name: str) -> list[str]:
        return [
            outer for outer in self._live.policy.resolved.domains.outward(name) if outer not in self._said
        ]

    def _loaded(self, domain: str | None) -> Iterable[str]:
        """The domains to look at again, or the one that is asked for: in memory, or on the way there."""
        known = {*self._said, *self._reading}
        names = known if domain is None else known & {domain}
        return sorted(name for name in names if name in self._live.policy.resolved.domains)

    def _is_new(self, name: str, look: object) -> bool:
        before = self._said.get(name)
        return look is None or before is None or bool(before.look != look)

    def _declared(self, domain: str) -> str:
        if not isinstance(domain, str):
            raise wrong_kind("domain")
        domains = self._live.policy.resolved.domains
        if domain not in domains:
            raise UnknownNameError("domain", domain, help=domains.help(domain))
        return domain

    def _is_aside(self, domain: str) -> bool:
        """Whether the files of *domain* are broken: then nothing is read for it, and it answers no."""
        return isinstance(domain, str) and domain in self._live.policy.resolved.domains.dark

    def _failing(self, name: str) -> RememberedFailure:
        return RememberedFailure(self._failed, name)

    def _domain_statuses(self) -> tuple[DomainStatus, ...]:
        live, said, failed = self._live, self._said, dict(self._failed)
        there = live.domains if isinstance(live, BoundState) else {}
        return tuple(
            DomainStatus(
                name,
                said[name].at if name in said and (name in there or name not in failed) else None,
                failed[name][1].reason if name in failed else None,
            )
            for name in sorted({*said, *failed})
        )

    def _whole(self, what: str) -> None:
        """Return if the files say all there is.

        Raises:
            InvalidQuestionError: if *what* needs the bindings of every domain, which the application has.
        """
        if self._closed is not None:
            raise PolicyStaleError(None, self._closed)
        if self._reader is not None:
            raise InvalidQuestionError(
                f"`{what}` needs all domains, but bindings from the application are read one domain at a "
                "time: `policy_in` gives the policy of one"
            )

    def _whole_snapshot(self, what: str, live: GateState) -> Snapshot:
        """The policy of *live* with all domains, compiled; see `_whole`."""
        self._whole(what)
        return live.snapshot

    def _poll(self, interval: float) -> None:
        """Refresh what was read every *interval* seconds, in a thread."""
        if self._reader is not None and not self._reader.asynchronous:
            self._poller = Watcher(lambda: None, lambda _: self.refresh(), interval, None)

    def close(self) -> None:
        """Stop watching the files and the bindings."""
        super().close()
        if self._poller is not None:
            self._poller.close()
            self._poller = None

    def _forked(self) -> None:
        super()._forked()
        if self._poller is not None:
            try:
                self._poller = self._poller.again()
            except RuntimeError as error:
                _log.error("the bindings are not refreshed in this process: %s", error)

    def _make_ready(self, live: GateState) -> None:
        if not isinstance(live, BoundState):  # the states of domains are made when they are asked for
            super()._make_ready(live)

    def _unlocked(self) -> None:
        super()._unlocked()
        self._loading: dict[str, threading.RLock] = {}  # while a domain is read for a question
