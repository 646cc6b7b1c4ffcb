"""What is remembered while the bindings of a domain are read, and afterwards."""

from __future__ import annotations

import logging
from time import monotonic

from rolegate.gate.binding_source import BindingsUnavailableError

_log = logging.getLogger("rolegate")

Failures = dict[str, tuple[float, BindingsUnavailableError]]
"""When reading a domain failed, and why."""


class RememberedFailure:
    """Remembers that reading a domain failed, or succeeded; the log says it when the reason is new."""

    __slots__ = ("_failed", "_name")

    def __init__(self, failed: Failures, name: str) -> None:
        self._failed = failed
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._failed.pop(self._name, None)
        elif isinstance(error, BindingsUnavailableError):
            before = self._failed.get(self._name)
            if before is None or before[1].reason != error.reason:
                _log.error("%s", error)
            self._failed[self._name] = (monotonic(), error)


class NotedReading:
    """Notes that domains are being read: a change that is told meanwhile has them read once more."""

    __slots__ = ("_names", "_reading")

    def __init__(self, reading: list[str], names: list[str]) -> None:
        self._reading = reading
        self._names = names

    def __enter__(self) -> list[str]:
        self._reading += self._names
        return self._names

    def __exit__(self, *_: object) -> None:
        for name in self._names:
            self._reading.remove(name)
