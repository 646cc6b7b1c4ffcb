"""Names that a database, a CSV or a shell would trip over come back exactly, or are refused with an error."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from drawing import some_of
from plain.catalog import Data
from plain.names import HOSTILE
from plain.writer import write_set
from rolegate.documents.capture import read_files
from rolegate.store.dump import dump_of
from rolegate.store.items_of_files import items_of_files
from rolegate.store.store import Store
from stores import compared

MORE = (
    "a\0b", "\0", "x" * 250, "x" * 251, "ü" * 41, "ü" * 42, "\U0001f469\u200d\U0001f4bb", "a\u2028b",
    "a\x85b", "\x7f", "'; DROP TABLE casbin_rule; --", '"; DELETE FROM rolegate_item', "%s", "{}", "ANA",
    "NULL", "None", "\ufeffa", "..", ".", ".hidden", "con", "a.yaml", "a~2",
)  # fmt: skip
NAMES = some_of(tuple(dict.fromkeys((*MORE, *HOSTILE))), 16)


def set_of(name: str) -> dict[str, Data]:
    """A set in which everything that may be called so is called *name*."""
    line: Data = {"domain": name, "note": name}
    return {
        "catalog.yaml": {
            "catalog": "desk",
            "resources": {"inbox": "Inbox"},
            "permissions": {"read": "Read", "open": {"title": "Open", "per": "inbox"}},
        },
        "domains.yaml": {
            "domains": {
                name: {"title": name, "teams": {name: [name]}, "instances": {"inbox": {"a": name}}},
                "other": {"within": name},
            }
        },
        "roles/x.yaml": {
            "roles": {
                name: {"domain": name, "title": name, "description": name, "grants": ["read"]},
                f"{name}2": {"grants": ["read"]},
            }
        },
        "bindings.yaml": {
            "bindings": [
                {"user": name, "role": name, **line},
                {"team": name, "grants": ["open[a]"], **line},
                {"user": name, "restrict": ["read"], "domain": "other"},
            ]
        },
    }


def test_hostile_names_come_back_or_are_refused(store: Store, tmp_path: Path) -> None:
    """A set that is valid is in the store as it is in the files, and in the table as Casbin has it."""
    kept = 0
    for number, name in enumerate(NAMES):
        folder = write_set(set_of(name), tmp_path / str(number))
        try:
            policy = rolegate.load(folder)
        except rolegate.InvalidPolicyError:
            with pytest.raises(rolegate.InvalidPolicyError):
                store.apply(folder)
            continue
        store.apply(folder)
        compared(store, policy)
        with store.reading() as snapshot:
            assert items_of_files(read_files(folder)).digest == snapshot.stored_set().digest
        kept += 1
    assert kept > len(NAMES) / 2, kept
    assert store.status().is_sound


def test_hostile_names_are_dumped_and_loaded(store: Store, tmp_path: Path) -> None:
    """What a dump has for them are files that the system takes, none of them outside of its folder."""
    other = Store(store.engine, store.schema, "other_")
    for number, name in enumerate(NAMES):
        folder = write_set(set_of(name), tmp_path / str(number))
        try:
            store.apply(folder)
        except rolegate.InvalidPolicyError:
            continue
        dump = tmp_path / f"dump {number}"
        with store.reading() as snapshot:
            for file, text in dump_of(snapshot).items():
                assert (dump / file).resolve().is_relative_to(dump.resolve())
                (dump / file).parent.mkdir(parents=True, exist_ok=True)
                (dump / file).write_bytes(text.encode())
        other.tables.metadata.drop_all(store.engine)
        other.create()
        other.load(dump)
        with store.reading() as one, other.reading() as two:
            assert one.stored_set().digest == two.stored_set().digest
            assert one.rules() == two.rules()
