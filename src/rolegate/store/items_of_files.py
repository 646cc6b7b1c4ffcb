"""The files of a policy set become what a store keeps of them; nothing that they say is lost or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import TAKES
from rolegate.documents.capture import Files
from rolegate.documents.composer import compose
from rolegate.documents.domain_names import domain_of
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.file_kinds import BINDINGS, DOMAINS, ROLES, FileKind, kind_of
from rolegate.documents.files import decode
from rolegate.documents.former_domains import with_domains_of_today
from rolegate.documents.set_reader import read_set
from rolegate.documents.text import Keyed, Listed, Trap
from rolegate.documents.value_builder import ValueCount
from rolegate.encoding import encode
from rolegate.errors import StoreError
from rolegate.store.item import NO_DOMAIN, Document, Item, ItemKind, key_of
from rolegate.store.stored_set import NO_DOMAINS, WHOLE, StoredSet

_TEXTS = frozenset(kind.key for kind in WHOLE)
_TEAMS = "teams"


def items_of_files(files: Files) -> StoredSet:
    """What *files*, which are a policy set without errors, say; what they accept and note is kept as well.

    A file of expectations is not kept: it says nothing of what is in force.

    Raises:
        StoreError: for a file that cannot be read.
    """
    texts: dict[str, str] = {}
    found = _Documents(count=ValueCount(most=files.limits.values))
    for name in sorted(files.contents):
        kind, content = kind_of(name), files.contents[name]
        if kind is None or not kind.in_force:
            continue
        if not isinstance(content, bytes):
            raise _unreadable(files, name)
        if kind.key in _TEXTS:
            texts[name] = content.decode("utf-8")
        else:
            found.add(kind, name, content, files)
    if found.declares_none:
        texts[DOMAINS.place] = NO_DOMAINS
    return StoredSet.of(texts, found.items(_names_of_today(files, found)))


def _names_of_today(files: Files, found: _Documents) -> Mapping[str, str]:
    """What former names of domains are now, by the name that a file may still say."""
    if not any("renamed_from" in document for document in found.domains):
        return {}
    documents = read_set(files, Report())
    return {} if documents is None else with_domains_of_today(documents, Report()).former_domains


@dataclass(slots=True)
class _Documents:
    """What was found in files, kind by kind, with the domain that each document says."""

    count: ValueCount
    domains: list[Document] = field(default_factory=list)
    teams: list[Document] = field(default_factory=list)
    roles: list[Document] = field(default_factory=list)
    lines: list[Document] = field(default_factory=list)
    has_domains_file: bool = False

    @property
    def declares_none(self) -> bool:
        """Whether a file for domains is there, and no domain in it."""
        return self.has_domains_file and not self.domains

    def add(self, kind: FileKind[object], name: str, content: bytes, files: Files) -> None:
        """Add the documents in one file."""
        report, top = Report(), Span(files.shown(name))
        text = decode(content, top.file, report)
        value = None if text is None else compose(text, top.file, report, self.count)
        domain = domain_of(name, top, report) if kind.in_domain is not None else None
        if not isinstance(value, Keyed) or report.failed or (kind.in_domain is not None and domain is None):
            raise _unreadable(files, name)
        if kind.in_domain is not None and domain is not None:
            value = kind.in_domain(value, domain)
        said = plain_value(value)
        if kind.key == ROLES.key:
            self.roles += _roles_in(said)
        elif kind.key == BINDINGS.key:
            self.lines += said[BINDINGS.key]
        else:
            self._add_domains(said)

    def _add_domains(self, said: Mapping[str, Any]) -> None:
        self.has_domains_file = True
        for name, body in said[_DOMAINS].items():
            rest = {key: value for key, value in body.items() if key != _TEAMS}
            self.domains.append({"domain": name, **rest})
            for team, members in body.get(_TEAMS, {}).items():
                self.teams.append({"team": team, "domain": name, "members": members})

    def items(self, today: Mapping[str, str]) -> Iterator[Item]:
        """An item for each document; those that say a former domain are of the one of *today*."""
        named: tuple[tuple[ItemKind, list[Document]], ...] = (
            ("domain", self.domains),
            ("team", self.teams),
            ("role", self.roles),
        )
        for kind, documents in named:
            for document in documents:
                yield Item(kind, _domain(document, today), key_of(document, document[kind]), document)
        times: Counter[str] = Counter()
        for line in self.lines:
            key = key_of(line, None)
            times[key] += 1  # a line that is there twice is reported, and stays so
            again = f"{key}.{times[key]}" if times[key] > 1 else key
            taking = any(name in line for name in TAKES)
            yield Item("restriction" if taking else "binding", _domain(line, today), again, line)


_DOMAINS = next(iter(DomainsShape.model_fields))


def _domain(document: Document, today: Mapping[str, str]) -> str:
    said = document.get("domain")
    return NO_DOMAIN if said is None else encode(today.get(said, said))


def _roles_in(said: Mapping[str, Any]) -> Iterator[Document]:
    if ROLES.key in said:
        yield from ({"role": name, **body} for name, body in said[ROLES.key].items())
    else:
        yield said


def plain_value(value: Any) -> Any:
    """*value* as JSON has it: texts, true and false, lists and mappings."""
    if isinstance(value, Keyed):
        return {str(key): plain_value(inner) for key, inner in value.items()}
    if isinstance(value, Listed):
        return [plain_value(inner) for inner in value]
    if isinstance(value, Trap) and value.kind == "boolean":
        return value == "true"
    return str(value)


def _unreadable(files: Files, name: str) -> StoreError:
    return StoreError(f"{files.shown(name)} cannot be kept: `rolegate validate` says what is wrong with it")
