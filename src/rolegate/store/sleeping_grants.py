"""What sleeps in a store counts when it is given: it may wake by an apply, or when an instance comes back.

A change is judged once more as if all of it were awake. What the catalog cannot give is a permission by
itself then, in the group in which it was: it is held by whoever has the same, or a star that takes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from rolegate.administration.administered_set import AdministeredSet, with_roles_in_every_plan
from rolegate.administration.judge import Actor, judge
from rolegate.administration.managing import Managing
from rolegate.administration.tenant_documents import Document, DocumentName, TenantDocuments, listed
from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.catalog_file import CatalogShape, NodeShape
from rolegate.documents.documents import Documents
from rolegate.documents.set_reader import read_both
from rolegate.documents.text import Text
from rolegate.giving.may_give import Refusal
from rolegate.grants.resolve import resolve
from rolegate.grants.rights import Right
from rolegate.store.item import Identity
from rolegate.store.stored_part import StoredPart
from rolegate.store.stored_states import GIVES, TAKES, StoredState

FilesOf = Callable[[TenantDocuments], Files]

_WHOM = ("user", "team", "everyone", "role", "domain", "from", "until")
"""What a line says beside what it takes away, and but for the role beside what it gives."""


class SleepingEntry(NamedTuple):
    """An entry of a document that gives or takes nothing today, and the key under which it is."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class SleepingGrants:
    """What gives or takes nothing today, by the names of documents, and the lines that say nothing at all.

    Of entries that are `gone` the instance alone is removed, so the catalog can still read them.
    """

    entries: Mapping[DocumentName, tuple[SleepingEntry, ...]]
    lines: tuple[tuple[Document, tuple[SleepingEntry, ...]], ...] = ()
    gone: frozenset[str] = frozenset()

    @classmethod
    def of(cls, part: StoredPart) -> SleepingGrants:
        """Those of a part of a store."""
        names = {item.identity: name for name, item in part.stored.items()}
        written = {one.item.identity: one.item.document for one in part.items} if part.states else {}
        entries = dict[DocumentName, tuple[SleepingEntry, ...]]()
        lines = dict[Identity, tuple[SleepingEntry, ...]]()
        for state in part.states:
            found = _entry(state)
            if found is not None and state.identity in names:
                name = names[state.identity]
                entries[name] = (*entries.get(name, ()), found)
            elif found is not None and state.identity[1] in ("binding", "restriction"):
                lines[state.identity] = (*lines.get(state.identity, ()), found)
        gone = frozenset(one.grant.text for one in part.states if one.grant.reason == "gone")
        return cls(entries, tuple((written[one], found) for one, found in lines.items()), gone)

    def __bool__(self) -> bool:
        return bool(self.entries or self.lines)

    def refusals(
        self,
        actor: Actor,
        sides: tuple[AdministeredSet, AdministeredSet],
        files_of: FilesOf,
        at: datetime,
        managing: Managing,
    ) -> Iterator[Refusal]:
        """Why *actor* may not make a change that is right as things are, since it would give what sleeps."""
        every = (*self.entries.values(), *(found for _, found in self.lines))
        texts = dict.fromkeys(one.text for found in every for one in found if one.text not in self.gone)
        bare, _ = read_both(files_of(TenantDocuments()), Report())
        places = {} if bare is None else _places(texts, bare.catalog)
        before, after = (self._awake(one.documents, places, files_of) for one in sides)
        named = {path: text for text, path in places.items()}
        for one in judge(actor, before, after, at, managing):
            if one.reason in ("beyond", "stronger") and one.right is not None:
                text = named.get(one.right.path)
                yield Refusal("asleep", one.domain, one.right if text is None else Right(text, "-", "-"))
            elif one.reason == "invalid":
                yield Refusal("asleep", one.domain, Right("*", "-", "-"))  # nobody knows what

    def _awake(
        self, documents: TenantDocuments, places: Mapping[str, str], files_of: FilesOf
    ) -> AdministeredSet:
        """The set that *documents* are with all that sleeps in them, and roles of each kind in any plan."""
        report = Report()
        written = TenantDocuments(dict(self._written(documents, places)))
        found, _ = read_both(files_of(written), report)
        resolved = None
        if found is not None:
            wanted = with_roles_in_every_plan(_with_permissions(found, places.values()))
            resolved = resolve(wanted, report)
        errors = tuple(one for one in report.sorted() if one.severity == "error")
        return AdministeredSet(written, resolved, errors)

    def _written(
        self, documents: TenantDocuments, places: Mapping[str, str]
    ) -> Iterator[tuple[DocumentName, Document]]:
        for name, document in documents.by_name.items():
            yield name, _with_entries(document, self.entries.get(name, ()), places)
        for line, found in self.lines:
            takes = all(one.key in TAKES for one in found)
            whom = {key: line[key] for key in _WHOM if key in line and (takes or key != "role")}
            if _is_there(whom, documents):
                said = _with_entries(whom, found, places)
                yield DocumentName.of("line", said), said


def _entry(state: StoredState) -> SleepingEntry | None:
    """What sleeps as an entry; a role or a line as a whole, or a parent of a role, is one by itself."""
    if state.key in (GIVES, *TAKES):
        return SleepingEntry(state.key, state.grant.text)
    if state.key in (None, "extends") and state.identity[1] in ("role", "binding"):
        return SleepingEntry(GIVES, f"{state.identity[1]} {state.grant.text}")
    return None


def _with_entries(document: Document, found: Sequence[SleepingEntry], places: Mapping[str, str]) -> Document:
    """*document* with what sleeps in it. What takes away takes all that may be of the same permission."""
    made: dict[str, Any] = dict(document)
    for key, text in found:
        texts = [places.get(text, text)]
        if key in TAKES:
            path = text.partition("@")[0].partition("[")[0].removesuffix(".*")
            texts += [place for other, place in places.items() if f"{other}.".startswith(f"{path}.")]
            texts += [place for other, place in places.items() if other.startswith((f"{path}@", f"{path}["))]
        made[key] = list(dict.fromkeys([*listed(made.get(key)), *texts]))
    return made


def _is_there(line: Document, documents: TenantDocuments) -> bool:
    """Whether there are the domain, the team and the role that a line names."""
    around = documents.around(line.get("domain"))
    roles = (one for one in documents.of_kind("role") if one["role"] == line.get("role"))
    return (
        (line.get("domain") is None or documents.get("domain", around[0], around[0]) is not None)
        and ("team" not in line or any(documents.get("team", one, line["team"]) for one in around))
        and ("role" not in line or any(one.get("domain") in (None, *around) for one in roles))
    )


def _places(texts: Iterable[str], catalog: CatalogShape) -> dict[str, str]:
    """For each of *texts* the path of a permission that is held like it: in the innermost group there is."""
    found: dict[str, str] = {}
    for number, text in enumerate(texts):
        try:
            names = parse_grant(text).path.split(".")
        except GrantSyntaxError:
            names = []
        inside, inner = list[str](), catalog.permissions
        for name in names[:-1]:
            group = inner.get(Text(name, _NOWHERE))
            if group is None or group.permissions is None:
                break
            inside, inner = [*inside, name], group.permissions
        found[text] = ".".join([*inside, f"asleep-{number}"])
    return found


def _with_permissions(documents: Documents, paths: Iterable[str]) -> Documents:
    """The same documents with more permissions in their catalog, and no limits to what roles may hold.

    Groups have no headers: what sleeps in one is held without.
    """
    catalog = documents.catalog
    permissions = catalog.permissions
    for path in paths:
        permissions = _with(permissions, path.split("."))
    free: dict[str, Any] = {"may": None, "never": []}
    custom = catalog.custom_roles and catalog.custom_roles.model_copy(update=free)
    kinds = {name: kind.model_copy(update=free) for name, kind in catalog.role_kinds.items()}
    changed = {"permissions": permissions, "custom_roles": custom, "role_kinds": kinds}
    return replace(documents, catalog=catalog.model_copy(update=changed))


def _with(permissions: Mapping[Text, NodeShape], path: list[str]) -> dict[Text, NodeShape]:
    name = Text(path[0], _NOWHERE)
    if len(path) == 1:
        return {**permissions, name: NodeShape.model_construct(title=name)}
    group = permissions[name]
    inner = _with(group.permissions or {}, path[1:])
    return {**permissions, name: group.model_copy(update={"permissions": inner, "header": None})}


_NOWHERE = Span("")
