"""A policy set through items and back says what it said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import policy_sets
from repository import ROOT
from rolegate.documents.capture import Files, read_files
from rolegate.documents.limits import Limits
from rolegate.loading.load import policy_of
from rolegate.store.files_of_items import files_of_items
from rolegate.store.items_of_files import items_of_files

SETS = ("livechat", "respond-io", "responsive", "responso")


def through_items(files: Files) -> Files:
    """The same set as a store keeps it, as files."""
    return files_of_items(items_of_files(files), Path("store:"), Limits.large())


OF_TWO = frozenset({"RG117", "RG348"})
"""Findings about two names, reported at that which is read later."""


def said(policy: rolegate.Policy) -> list[tuple[str, str]]:
    """The findings but for their places, which a store has elsewhere."""
    found = ((one.code, "" if one.code in OF_TWO else one.message) for one in policy.warnings)
    return sorted(found)


def same(files: Files) -> None:
    """Compare a set with the same through items; twice through items is the same items."""
    before, after = policy_of(files), policy_of(through_items(files))
    assert before.compile().policy_text == after.compile().policy_text
    assert said(before) == said(after)
    assert items_of_files(files).items == items_of_files(through_items(files)).items
    assert items_of_files(files).digest == items_of_files(through_items(files)).digest


@pytest.mark.parametrize("name", SETS)
def test_the_sets_of_products_say_the_same_through_items(name: str) -> None:
    """Nothing that a real set says is lost."""
    same(read_files(ROOT / "policies" / name))


@examples(30)
@given(policy_sets())
def test_drawn_sets_say_the_same_through_items(drawn: Mapping[str, Data]) -> None:
    """Whatever the names in a set, it compiles to the same bytes and has the same findings."""
    with TemporaryDirectory() as folder:
        loaded(Path(folder), drawn)
        same(read_files(Path(folder)))
