"""Where a gate gets lines of bindings and members of teams, besides its files: one domain at a time."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Protocol, cast

from rolegate.diagnostics import Report, quoted
from rolegate.documents.rows import read_members, read_rows
from rolegate.errors import RolegateError
from rolegate.gate.watching import words_of
from rolegate.grants.added_lines import AddedLines
from rolegate.texts.spelling import sparing

_SHOWN = 20
"""So many findings are in the text of an error."""


class BindingsUnavailableError(RolegateError):
    """The bindings of `domain` cannot be had from the application; nobody is allowed anything there."""

    def __init__(self, domain: str, reason: str) -> None:
        self.domain = domain
        self.reason = reason
        super().__init__(f"the bindings of domain {quoted(domain)} cannot be used: {reason}")


class PolicyStaleError(BindingsUnavailableError):
    """Nothing was heard of the store for longer than a gate was told to wait; nobody is allowed anything."""

    def __init__(self, domain: str | None, reason: str) -> None:
        self.domain = domain or ""
        self.reason = reason
        RolegateError.__init__(self, reason)


@dataclass(frozen=True, slots=True)
class DomainBindings:
    """What an application says about one domain, in addition to the files.

    Each of `lines` is a mapping with the keys of a line of `bindings.yaml`, such as `user`, `role` and
    `until`; a value that is None is left out, and so is the domain. `teams` has the users of each team; teams
    that the files do not declare in the domain are declared by it.
    """

    lines: Iterable[Mapping[str, Any]] = ()
    teams: Mapping[str, Iterable[str]] = field(default_factory=dict)


class BindingSource(Protocol):
    """Bindings from an application, such as from its tables. What it raises is told in the status."""

    def look(self, domain: str) -> object:
        """What *domain* looks like now, at a small price; None if that cannot be told.

        Two looks are equal if nothing has changed in between.
        """
        ...

    def read(self, domain: str) -> DomainBindings:
        """What is said about *domain* now, in one state; domains around it are asked for by themselves."""
        ...


class AsyncBindingSource(Protocol):
    """The same, asynchronous."""

    async def look(self, domain: str) -> object: ...

    async def read(self, domain: str) -> DomainBindings: ...


@dataclass(frozen=True, slots=True, eq=False)
class ReadBindings:
    """What a source said about one domain, and how it looked before.

    Of two, the one with the greater `number` was begun later: it has seen what the other may have missed.
    """

    number: int
    look: object
    added: AddedLines
    at: datetime


class BindingsReader:
    """Asks a source of either kind."""

    __slots__ = ("_name", "_numbers", "_source", "asynchronous")

    def __init__(self, source: BindingSource | AsyncBindingSource) -> None:
        self._source = source
        self._name = type(source).__name__
        self._numbers = count(1)
        self.asynchronous = inspect.iscoroutinefunction(source.read)

    def look(self, domain: str) -> object:
        """As the source; an asynchronous one raises."""
        try:
            return self._now(domain).look(domain)
        except Exception as error:
            raise _unavailable(domain, error) from error

    def read(self, domain: str) -> ReadBindings:
        """What the source says of *domain*.

        Raises:
            BindingsUnavailableError: for whatever the source raises, and for what files could not say.
        """
        number = next(self._numbers)
        try:
            source = self._now(domain)
            look = source.look(domain)  # before the lines: what changes in between is seen the next time
            return self._understood(domain, number, look, source.read(domain))
        except Exception as error:
            raise _unavailable(domain, error) from error

    async def alook(self, domain: str) -> object:
        """As `look`, for a source of either kind."""
        try:
            found = self._source.look(domain)
            return await found if inspect.isawaitable(found) else found
        except Exception as error:
            raise _unavailable(domain, error) from error

    async def aread(self, domain: str) -> ReadBindings:
        """As `read`, for a source of either kind."""
        number, look = next(self._numbers), await self.alook(domain)
        try:
            found = self._source.read(domain)
            said = await cast(Awaitable[DomainBindings], found) if inspect.isawaitable(found) else found
            return self._understood(domain, number, look, said)
        except Exception as error:
            raise _unavailable(domain, error) from error

    def _now(self, domain: str) -> BindingSource:
        if self.asynchronous:
            raise BindingsUnavailableError(domain, "await `gate.aload(domain)` before asking")
        return cast(BindingSource, self._source)

    def _understood(self, domain: str, number: int, look: object, said: DomainBindings) -> ReadBindings:
        if not isinstance(said, DomainBindings):
            raise RolegateError(f"`read` gives a `DomainBindings`, not `{type(said).__name__}`")
        report = Report()
        with sparing():
            members = read_members(said.teams, domain, f"{self._name}/{domain}/teams", report)
            lines = read_rows(said.lines, domain, f"{self._name}/{domain}", report)
        refuse_errors(domain, report)
        return ReadBindings(number, look, AddedLines(lines, members), datetime.now(UTC))


def refuse_errors(domain: str, report: Report) -> None:
    """Return if nothing is wrong with what was said about *domain*.

    Raises:
        BindingsUnavailableError: with the first findings.
    """
    if report.failed:
        errors = [found for found in report.sorted() if found.severity == "error"]
        shown = "\n".join(map(str, errors[:_SHOWN]))
        more = f"\n… and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
        raise BindingsUnavailableError(domain, f"they have errors:\n{shown}{more}")


def _unavailable(domain: str, error: Exception) -> BindingsUnavailableError:
    if isinstance(error, BindingsUnavailableError):
        return error
    return BindingsUnavailableError(domain, words_of(error))
