"""What a store keeps becomes files of a policy set again, so that everything that reads files reads it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import (
    BINDINGS,
    BINDINGS_OF_DOMAIN,
    DOMAIN,
    DOMAINS,
    ROLES,
    FileKind,
    is_yaml,
)
from rolegate.documents.files import REFUSED
from rolegate.documents.limits import Limits, chosen
from rolegate.encoding import encode
from rolegate.store.item import Document, Item, LeftOutDocument
from rolegate.store.stored_set import StoredSet

LONGEST = 200
"""The longest name of a file or a folder, without its ending: more than 255 bytes fit into no file system."""


def files_of_items(stored: StoredSet, folder: Path, limits: Limits | None = None) -> Files:
    """The files of *stored*, which messages say are in *folder*; of items, each is JSON.

    There may be the items of some domains only, with those of the domains around them.
    """
    contents = {name: text.encode() for name, text in stored.texts.items()}
    for name, value in documents_by_file(stored.items):
        lines = isinstance(value, dict) and isinstance(value.get(BINDINGS.key), list)
        text = _lines_text(value[BINDINGS.key]) if lines else yaml_text(value)
        contents[name] = text.encode()
    return Files(folder, contents, limits=chosen(limits))


def documents_by_file(items: Iterable[Item]) -> Iterator[tuple[str, Any]]:
    """Each file for *items* with what it says.

    A role has a file of its own, so that what is wrong in it concerns nobody else; so have a domain, and its
    lines. What is of a domain that is not declared, whose name is too long for a file, or says a former name
    of one, is in a file that is named after none.
    """
    listed = list(items)
    teams: dict[str, dict[str, Any]] = defaultdict(dict)
    for item in listed:
        if item.kind == "team":
            teams[item.domain][item.document["team"]] = item.document["members"]
    names = _FileNames.of(item.domain for item in listed if item.kind == "domain")
    shared: dict[str, Any] = {}
    lines: dict[str, list[Document]] = defaultdict(list)
    for item in listed:
        if item.kind == "domain":
            body = {key: value for key, value in item.document.items() if key != "domain"}
            body |= {"teams": teams[item.domain]} if teams[item.domain] else {}
            if item.domain in names.spelled:
                yield names.of_domain(DOMAIN, item.domain), body
            else:
                shared[item.document["domain"]] = body
        elif item.kind == "role":
            yield names.of_role(item), item.document
        elif item.kind != "team":
            lines[item.domain if names.has_home(item) else ""].append(item.document)
    if shared:
        yield DOMAINS.place, {DOMAINS.key: shared}
    for domain, documents in lines.items():
        name = names.of_domain(BINDINGS_OF_DOMAIN, domain) if domain else BINDINGS.place
        yield name, {BINDINGS.key: documents}


@dataclass(slots=True)
class _FileNames:
    """Names of files for domains and roles: no two differ in small and capital letters alone."""

    spelled: Mapping[str, str]
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, domains: Iterable[str]) -> _FileNames:
        listed = list(domains)
        alike = Counter(domain.lower() for domain in listed)
        spelled = {domain: _spelled(domain, alone=alike[domain.lower()] == 1) for domain in listed}
        return cls({domain: name for domain, name in spelled.items() if len(name) <= LONGEST})

    def has_home(self, item: Item) -> bool:
        """Whether *item* is in a file named after its domain: that is declared, and the item says it."""
        said = item.document.get("domain")
        return item.domain in self.spelled and said is not None and encode(said) == item.domain

    def of_domain(self, kind: FileKind[object], domain: str) -> str:
        return f"{_folder(kind)}/{self.spelled[domain]}.yaml"

    def of_role(self, item: Item) -> str:
        place = f"{ROLES.place}/{self.spelled[item.domain]}" if self.has_home(item) else ROLES.place
        own = _spelled(item.key, alone=True)
        name, number = f"{place}/{own if len(own) <= LONGEST else item.digest}", 1
        while (again := name if number == 1 else f"{name}~{number}").lower() in self.taken:
            number += 1
        self.taken.add(again.lower())
        return f"{again}.yaml"


def _folder(kind: FileKind[object]) -> str:
    return kind.pattern.partition("/")[0]


def _spelled(name: str, *, alone: bool) -> str:
    """An encoded *name* as part of a file name: none begins with a dot, since such files are hidden, and none
    ends as a file of YAML does, so that no folder looks like one.

    Of several that differ in their capital letters, these are encoded; the digits of an encoded letter stay.
    """
    shown = name
    if not alone:
        first, *others = name.split("%")
        shown = "%".join([_lower(first), *(part[:2] + _lower(part[2:]) for part in others)])
    if is_yaml(shown):
        stem, _, ending = shown.rpartition(".")
        shown = f"{stem}%2E{ending}"
    return f"%2E{shown[1:]}" if shown.startswith(".") else shown


def _lower(text: str) -> str:
    return "".join(f"%{ord(char):02X}" if "A" <= char <= "Z" else char for char in text)


def yaml_text(value: Any) -> str:
    """*value* as JSON that is YAML as well, on one line: what a file may not hold is written as an escape."""
    return _json(value) + "\n"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return REFUSED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _lines_text(documents: Iterable[Document]) -> str:
    """The text of a file of lines: each stands where it stands if all are read."""
    entries = []
    for one in documents:
        if not isinstance(one, LeftOutDocument):
            entries.append(f"{_json(one)}, ")
            continue
        one.width = one.width or len(_json(one))
        entries.append(" " * (one.width + 2))
    listed = "".join(entries)
    return f"{{{_json(BINDINGS.key)}: [{listed[:-2]}]}}\n"
