"""What comes when a line in a store begins or ends: its documents are read before that moment."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from rolegate.errors import RolegateError
from rolegate.gate.publishing import StateHolder
from rolegate.gate.row_state import RowState
from rolegate.gate.state import GateState
from rolegate.gate.stored_holder import StoredDomainHolder

_log = logging.getLogger("rolegate")


class StoredMomentHolder(StoredDomainHolder):
    """Prepares the state for the next moment, where all domains are kept and the store is followed.

    So nobody waits for the database then, and nobody is denied where there is none.
    """

    def _make_ready(self, live: GateState) -> None:
        if isinstance(live, RowState) and live.rows is not None and self._watcher is not None:
            StateHolder._make_ready(self, live)
        else:
            super()._make_ready(live)

    def _prepare(self, live: GateState) -> None:
        stored = self._stored
        if stored is None or not isinstance(live, RowState):
            super()._prepare(live)
            return
        try:
            with self._writing, stored.store.reading() as snapshot:
                if self._live is not live or snapshot.revision != self._number:
                    return  # what comes after the next revision is prepared then
                at = datetime.fromtimestamp(live.ends or 0, UTC)
                coming = live.at_time(at, stored.next_states(snapshot, live))
        except RolegateError as error:
            _log.debug("the state for when the next binding begins or ends is not made in advance: %s", error)
            return
        with self._swapping:
            if self._live is live:
                self._coming = coming
