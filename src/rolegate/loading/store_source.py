"""A store in a database as a source: `store:`, or `store:NAME` where there are several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from rolegate.diagnostics import quoted
from rolegate.errors import StoreError

if TYPE_CHECKING:
    from rolegate.documents.capture import Files
    from rolegate.documents.limits import Limits

BEGINS = "store:"
"""What begins with this is a store, whatever revisions and folders there are."""

VARIABLE = "ROLEGATE_STORE"
"""The environment variable with the URL of the database; that of a store with a name has it at its end."""

_HOME = "rolegate.store.named_store"
"""INVARIANT: imported by its name, when a store is read: it knows SQLAlchemy, and comes after this room."""

_is_name = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}").fullmatch


@dataclass(frozen=True, slots=True)
class StoreSource:
    """The store that the environment has under a name, or the one without a name."""

    store: str = ""

    def __str__(self) -> str:
        return f"{BEGINS}{self.store}"

    @property
    def variable(self) -> str:
        """The environment variable that says where the store is."""
        return f"{VARIABLE}_{self.store.upper().replace('-', '_')}" if self.store else VARIABLE

    def files(self, limits: Limits | None) -> Files:
        """The set in the store, as files.

        Raises:
            StoreError: when the environment does not say where the store is, or it cannot be read.
        """
        with sqlalchemy_needed():
            files: Files = import_module(_HOME).files_of_store(self, limits)
        return files


@contextmanager
def sqlalchemy_needed() -> Iterator[None]:
    """Say what to install where a store is meant, and SQLAlchemy is not there.

    Raises:
        StoreError: in the place of the error of an import.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "sqlalchemy":
            raise
        raise StoreError("a store needs SQLAlchemy: run `pip install 'rolegate[sqlalchemy]'`") from None


def parse_store(text: str) -> StoreSource:
    """The store that *text* names, which begins with `store:`.

    Raises:
        StoreError: for what cannot be the name of a store.
    """
    name = text.removeprefix(BEGINS)
    if name and not _is_name(name):
        raise StoreError(
            f"{quoted(text)} names no store: write `{BEGINS}` or `{BEGINS}NAME`; a revision that is called "
            f"`store` is {quoted(f'store^0:{name}')}, a folder {quoted(f'./{text}')}",
            "RG903",
        )
    return StoreSource(name)
