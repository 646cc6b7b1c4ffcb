"""The history as JSON lines, for an auditor who has nothing but the file.

Each line has its number in the file, the first says what the file is, and the last how many entries there are
and the head of each domain: a line that is missing, changed, added or in another place shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rolegate.store.history_chain import (
    VERSION,
    BrokenEntry,
    HistoryAudit,
    HistoryCheck,
    HistoryEntry,
    HistoryHead,
    time_text,
)
from rolegate.store.item import canonical

_FIRST = {"history": "rolegate", "version": VERSION, "sequence": 0}


def write_lines(entries: Iterable[HistoryEntry]) -> Iterator[str]:
    """The lines of *entries*, which are those of whole domains, without the ends of lines."""
    yield canonical(_FIRST)
    sequence, heads = 0, {}
    for sequence, entry in enumerate(entries, 1):
        heads[entry.domain] = HistoryHead(entry.domain, entry.number, entry.link)
        yield canonical(
            {
                "sequence": sequence,
                "domain": entry.domain,
                "number": entry.number,
                "revision": entry.revision,
                "at": time_text(entry.at),
                "salt": entry.salt,
                "content": entry.content,
                "digest": entry.digest,
                "link": entry.link,
            }
        )
    last = [[head.domain, head.number, head.link] for head in sorted(heads.values())]
    yield canonical({"sequence": sequence + 1, "entries": sequence, "heads": last})


def verify_lines(lines: Iterable[str], *, kept: Iterable[HistoryHead] = ()) -> HistoryCheck:
    """Whether a file of `write_lines` is as it was written, from its lines alone.

    Whoever can write the whole file anew can also make links: *kept* are heads written down elsewhere.
    """
    audit = HistoryAudit(kept)
    broken: list[BrokenEntry] = []
    heads: list[HistoryHead] = []
    is_whole, at = False, 0
    for at, line in enumerate(lines):
        said = _read(line)
        if is_whole:
            broken.append(_broken_line(at, "it is after the last line"))
        elif said is None or said.get("sequence") != at:
            broken.append(_broken_line(at, "it is not what was written here"))
        elif at == 0:
            broken += [] if said == _FIRST else [_broken_line(at, "it is not the first line of a history")]
        elif (found := _heads(said, at)) is not None:
            heads, is_whole = found, True
        elif (entry := _entry(said)) is not None:
            audit.add(entry)
        else:
            broken.append(_broken_line(at, "it is not an entry"))
    if not is_whole:
        broken.append(_broken_line(at + 1, "the last line is missing"))
    found_in_chains = audit.finish(heads)
    return HistoryCheck(
        found_in_chains.entries,
        found_in_chains.forgotten,
        found_in_chains.deleted,
        found_in_chains.heads,
        (*broken, *found_in_chains.broken),
    )


def _broken_line(at: int, reason: str) -> BrokenEntry:
    return BrokenEntry("", at, f"line {at + 1}: {reason}")


def _read(line: str) -> dict[str, Any] | None:
    """The object that *line* is; None where it could have been written in another way."""
    text = line.removesuffix("\n")
    try:
        said = json.loads(text)
        return said if isinstance(said, dict) and canonical(said) == text else None
    except (ValueError, RecursionError):
        return None


def _heads(said: dict[str, Any], at: int) -> list[HistoryHead] | None:
    """The heads that the last line has."""
    if said.keys() != {"sequence", "entries", "heads"} or said["entries"] != at - 1:
        return None
    try:
        return [HistoryHead(str(domain), int(number), str(link)) for domain, number, link in said["heads"]]
    except (TypeError, ValueError):
        return None


def _entry(said: dict[str, Any]) -> HistoryEntry | None:
    names = ("domain", "number", "revision", "at", "salt", "content", "digest", "link")
    if said.keys() != {"sequence", *names}:
        return None
    numbers = (said["number"], said["revision"])
    texts = (said["domain"], said["at"], said["digest"], said["link"])
    secrets = (said["salt"], said["content"])
    if (
        any(type(number) is not int for number in numbers)
        or any(type(text) is not str for text in texts)
        or any(secret is not None and type(secret) is not str for secret in secrets)
    ):
        return None
    try:
        at = datetime.fromisoformat(said["at"])
    except ValueError:
        return None
    if time_text(at) != said["at"]:
        return None
    return HistoryEntry(**{name: said[name] for name in names if name != "at"}, at=at)
