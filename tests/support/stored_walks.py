"""Walks of random people through a store, beside the same steps on the pure rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from administered_walks import AS_FILES, WALKED, Step, begun, drawn_actor, drawn_change
from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.tenant_documents import DocumentChange, TenantDocuments
from rolegate.errors import ChangeError, RefusedChangeError
from rolegate.store.apply_files import StoredChange
from rolegate.store.databases import reading
from rolegate.store.store import Store
from rolegate.store.stored_part import StoredPart


def begin(store: Store, world: AdministeredSet, folder: Path) -> None:
    """Make *world* that of a store, as if people had made all of it but the default roles."""
    files = AS_FILES.files_of(world.documents)
    for name, content in files.contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else b"")
    store.apply(folder)
    items = store.tables.items
    with store.engine.begin() as connection:
        connection.execute(items.update().where(items.c.domain != "").values(owner="run time"))


def apply_shared(store: Store, folder: Path) -> StoredChange:
    """Apply the set in *folder* again, without all that people have made."""
    for path in folder.rglob("*.yaml"):
        if path.name in ("domains.yaml", "bindings.yaml") or b'"domain"' in path.read_bytes():
            path.unlink()
    return store.apply(folder)


def part_of(store: Store) -> StoredPart:
    """All that a store keeps."""
    with reading(store.engine) as connection:
        return StoredPart.read(connection, store.tables, None, store.name, store.limits)


def same_documents(store: Store, documents: TenantDocuments) -> None:
    """A store keeps these documents; of what it reads otherwise today, such as without a grant, the names."""
    part = part_of(store)
    assert part.documents.by_name.keys() == documents.by_name.keys()
    for name, item in part.stored.items():
        if item.reading is None:
            assert documents.by_name[name] == item.document


def stored_walk(store: Store, folder: Path, seed: int, steps: int) -> Iterator[Step]:
    """Steps that a store refuses or makes, just as the pure rules do."""
    pick = random.Random(seed)
    world = begun(pick)
    begin(store, world, folder)
    past: list[tuple[DocumentChange, ...]] = []
    done = 0
    while done < steps:
        actor = drawn_actor(pick)
        try:
            change = drawn_change(world, past, pick)
            tried = WALKED.try_change(actor, change, world, datetime.now(UTC))
        except (ChangeError, KeyError):
            continue
        done += 1
        refused: tuple[str, ...] = ()
        try:
            admin = store.admin(system=actor.name) if actor.system else store.admin(actor.name)
            made = admin.make(change)
        except RefusedChangeError as error:
            refused = tuple(sorted({refusal.reason for refusal in error.refusals}))
        expected = tuple(sorted({refusal.reason for refusal in tried.refusals}))
        assert (actor, change, expected) == (actor, change, refused)
        yield Step(actor, change, world, tried.after, tried.refusals)
        if not refused:
            wanted = world.documents.changes_to(tried.after.documents)
            assert sorted(made.documents, key=str) == sorted(wanted, key=str), change
            past = [*past[-5:], made.documents] if made.documents else past
            same_documents(store, tried.after.documents)
            world = WALKED.read(part_of(store).documents)
