"""A dump: what a store holds, as files that people read and every command takes, with their digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rolegate.documents.capture import Files, read_files
from rolegate.documents.json_text import read_json
from rolegate.documents.limits import Limits
from rolegate.documents.unreadable import UnreadableReason
from rolegate.errors import StoreError
from rolegate.store.files_of_items import documents_by_file
from rolegate.store.item import Item
from rolegate.store.items_of_files import items_of_files
from rolegate.store.readable_text import readable_text
from rolegate.store.store_snapshot import StoreSnapshot
from rolegate.store.stored_set import FORMER, StoredSet

MANIFEST = "dump.json"
"""The file with what the others do not say: who owns what, and the digest of each."""

FORM = 1
_OF_RUN_TIME = "owned_by_run_time"
_FORMERS = "former_catalogs"
_SAID = {"dump", "digest", "files", _FORMERS, _OF_RUN_TIME}


def dump_of(snapshot: StoreSnapshot) -> dict[str, str]:
    """The files of a dump, by their names.

    Raises:
        StoreError: while nothing was applied yet.
    """
    stored = snapshot.stored_set(formers=True)
    if not stored.texts:
        raise StoreError(f"{snapshot.name} is empty: apply a policy set first")
    formers = {name: text for name, text in stored.texts.items() if name.startswith(FORMER)}
    texts = {name: text for name, text in stored.texts.items() if name not in formers}
    texts |= {name: readable_text(said) for name, said in documents_by_file(stored.items)}
    manifest = {
        "dump": FORM,
        "catalog": snapshot.head.catalog,
        "revision": snapshot.revision,
        "source": snapshot.head.source,
        "digest": stored.digest,
        "heads": {head.domain: [head.number, head.link] for head in snapshot.heads()},
        _FORMERS: formers,
        _OF_RUN_TIME: [list(item.identity) for item in stored.items if item.owner == "run time"],
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(texts.items())},
    }
    return {**texts, MANIFEST: json.dumps(manifest, indent=1, ensure_ascii=True) + "\n"}


def read_dump(folder: Path, limits: Limits) -> StoredSet:
    """What the dump in *folder* says, each item with its owner.

    Raises:
        StoreError: when there is no dump, or it is not as it was written.
    """
    try:
        manifest = read_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise StoreError(
            f"{folder.as_posix()} is no dump: it has no {MANIFEST}; a policy set is written into a store by "
            "`rolegate store apply`",
            "RG906",
        ) from None
    except (OSError, ValueError):
        raise _altered(folder, MANIFEST) from None
    files = read_files(folder, limits)
    _check_files(files, folder, manifest)
    said = items_of_files(files)
    try:
        stored = StoredSet.of({**said.texts, **manifest[_FORMERS]}, said.items)
        is_other = stored.digest != manifest["digest"]
        owned = {tuple(identity) for identity in manifest[_OF_RUN_TIME]}
    except (TypeError, ValueError, AttributeError):  # it has something else where these are
        raise _altered(folder, MANIFEST) from None
    if is_other:
        raise _altered(folder, MANIFEST)
    return StoredSet.of(stored.texts, (_owned(item, owned) for item in stored.items))


def _owned(item: Item, owned: set[tuple[str, ...]]) -> Item:
    return replace(item, owner="run time") if item.identity in owned else item


def _check_files(files: Files, folder: Path, manifest: Any) -> None:
    """Refuse files that are not those of the *manifest*, each with its digest."""
    known = manifest.get("files") if isinstance(manifest, Mapping) else None
    if not (isinstance(known, Mapping) and manifest.keys() >= _SAID) or manifest["dump"] != FORM:
        raise _altered(folder, MANIFEST)
    if files.beyond is not None:
        raise StoreError(f"{files.shown(files.beyond[0])}: {files.beyond[1].message}", "RG906")
    for name in sorted({*known, *files.contents}):
        content = files.contents.get(name)
        if content is None or isinstance(content, UnreadableReason):
            raise _altered(folder, name)
        if hashlib.sha256(content).hexdigest() != known.get(name):
            raise _altered(folder, name)


def _altered(folder: Path, name: str) -> StoreError:
    return StoreError(
        f"{folder.as_posix()} is not as it was dumped: {name} was changed, added or removed; "
        "`rolegate store apply` takes it as a policy set that was edited",
        "RG906",
    )
