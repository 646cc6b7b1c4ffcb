"""Entries that many roles have in common are worked out once, and mean what they mean when read each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

import rolegate
from adversarial import SETS
from adversarial import write as write_files
from reading import write
from repository import ROOT
from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants import known_roles
from rolegate.grants.entries import Verb, read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.known_entries import KnownEntries
from rolegate.grants.rights import Right
from rolegate.grants.roles import Brought, Origin, bring

CATALOG = """\
catalog: x
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  g:
    permissions:
      plain: Plain
      seen: {title: Seen, scopes: reach, aliases: ["seen:g"]}
      read: {title: Read, per: inbox, scopes: reach}
      old: {title: Old, deprecated: true}
      now: {title: Now, renamed_from: [g.then]}
"""
GRANTS: tuple[str, ...] = (
    "g.*",
    "*",
    "g.*@team",
    "g.seen@my",
    "g.seen@all",
    "seen:g@team",
    "g.read[a]@all",
    "g.read[*]@my",
)
GRANTS += ("g.old", "g.then", "g.now", "g.nowhere", "g", "g.seen", "g.plain[a]", "g.*[a]", "g.read[a]@team")


class PlainEntries(KnownEntries):
    """Reads every entry as if there were no other."""

    def read(self, texts: Sequence[Text], report: Report, verb: Verb = "brings") -> tuple[GrantEntry, ...]:
        read = (read_entry(text, self._catalog, report, verb) for text in texts)
        return tuple(entry for entry in read if entry is not None)

    def bring(
        self, entries: Iterable[GrantEntry], rights: dict[Right, Origin], report: Report, role: str
    ) -> Brought:
        return bring(entries, rights, self._catalog, report, role)


def said(folder: Path) -> tuple[Any, ...]:
    """What is found in a set, and the lines with their sources, if it has none."""
    found = rolegate.validate([folder])
    if not found.ok:
        return (found.diagnostics,)
    compiled = rolegate.load(folder).compile()
    rights = [list(role.rights.items()) for role in rolegate.load(folder).resolved.roles.values()]
    return found.diagnostics, compiled.policy_text, list(compiled.p.items()), rights


def both(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The set with entries that are remembered, and read plainly."""
    remembered = said(folder)
    monkeypatch.setattr(known_roles, "KnownEntries", PlainEntries)
    return remembered, said(folder)


@pytest.mark.parametrize("folder", sorted((ROOT / "policies").iterdir()), ids=lambda folder: folder.name)
def test_our_sets_mean_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, their sources, the order of rights, and findings."""
    remembered, plain = both(folder, monkeypatch)
    assert remembered == plain


@pytest.mark.parametrize(
    "name", ["exceptions_of_instances", "the_same_star_many_times", "permissions_and_instances"]
)
def test_repeated_entries_are_counted_each_time(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a set may have does not depend on what was seen before."""
    folder = write_files(tmp_path, SETS[name][0](300))
    remembered, plain = both(folder, monkeypatch)
    assert [(found.code, found.span) for found in remembered[0]] == [
        (found.code, found.span) for found in plain[0]
    ]


def test_each_mistake_is_reported_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the second time: roles with all pairs of entries, valid or not."""
    pairs = [(one, other) for one in GRANTS for other in GRANTS if one <= other]
    files = {
        f"roles/r{i}.yaml": f"role: r{i}\ngrants: ['{one}', '{other}']\nexcept: ['g.*@all', 'g.read[a]@my']\n"
        for i, (one, other) in enumerate(pairs)
    }
    folder = write(tmp_path, {"catalog.yaml": CATALOG, **files})
    remembered, plain = both(folder, monkeypatch)
    assert remembered == plain
    assert len({found.code for found in remembered[0]}) > 5


def test_pairs_of_valid_entries_bring_the_same_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same order and for the same reason, whichever comes first."""
    valid = [*GRANTS[:8], "g.then", "g.old"]
    roles = [f"{{grants: ['{one}', '{other}'], except: ['g.*@all']}}" for one in valid for other in valid]
    text = "roles:\n" + "".join(f"  r{i}: {role}\n" for i, role in enumerate(roles))
    folder = write(tmp_path, {"catalog.yaml": CATALOG, "roles/all.yaml": text})
    remembered, plain = both(folder, monkeypatch)
    assert len(plain) == 4
    assert remembered == plain
