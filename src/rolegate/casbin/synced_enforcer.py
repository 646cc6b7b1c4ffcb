"""A `casbin.SyncedEnforcer` that looks its answers up."""

from __future__ import annotations

from typing import Any

import casbin

from rolegate.casbin.enforcer import IndexedEnforcer


class IndexedSyncedEnforcer(casbin.SyncedEnforcer):  # type: ignore[misc]  # casbin has no types
    """Takes the place of `casbin.SyncedEnforcer`. Only questions that Casbin answers itself take its lock."""

    def __init__(self, model: Any = None, adapter: Any = None) -> None:
        super().__init__(_nothing())
        self._e = IndexedEnforcer(model, adapter)

    @property
    def indexed(self) -> bool:
        """Whether answers come from the index."""
        return self._e.indexed

    @property
    def why_not_indexed(self) -> str | None:
        """What the index does not cover; `None` if it answers."""
        return self._e.why_not_indexed

    def enforce(self, *rvals: Any) -> bool:
        """Decides whether a subject may do something; takes what the model's request definition says."""
        decide = self._e._index.alone()
        if decide is not None:
            try:
                return decide(*rvals)
            except TypeError:  # not as many texts as the model says
                pass
        return bool(super().enforce(*rvals))

    def batch_enforce(self, rvals: Any) -> list[bool]:
        """The answer to each of *rvals*."""
        enforce = self.enforce
        return [enforce(*request) for request in rvals]


def _nothing() -> Any:
    """A model for the enforcer that `casbin.SyncedEnforcer` makes, in whose place ours comes."""
    model = casbin.Model()
    for section, text in (
        ("r", "sub"),
        ("p", "sub"),
        ("e", "some(where (p.eft == allow))"),
        ("m", "r.sub == p.sub"),
    ):
        model.add_def(section, section, text)
    return model
