"""The stores that the environment names: a command line is seen by everybody on a machine."""

from __future__ import annotations

import os

from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.errors import StoreError
from rolegate.loading.store_source import StoreSource
from rolegate.store.store import Store


def named_store(source: StoreSource, limits: Limits | None = None) -> Store:
    """The store that *source* names; nothing is read yet.

    Raises:
        StoreError: when its variable is not set, or has no URL of a database that can be used.
    """
    url = os.environ.get(source.variable)
    if not url:
        raise StoreError(
            f"the environment does not say where `{source}` is: set {source.variable} to the URL of its "
            "database, such as `postgresql://USER@HOST/NAME` or `sqlite:///FILE`",
            "RG903",
        )
    return Store.open(url, name=str(source), limits=limits)


def files_of_store(source: StoreSource, limits: Limits | None = None) -> Files:
    """The policy set in the store that *source* names, as files.

    Raises:
        StoreError: as for `named_store`, and when there is no store, or it is empty.
    """
    store = named_store(source, limits)
    try:
        with store.reading() as snapshot:
            return snapshot.files()
    finally:
        store.engine.dispose()
