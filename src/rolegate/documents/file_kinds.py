"""The kinds of files of a policy set. A new kind is one row of `FILE_KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import BindingShape, BindingsShape, read_bindings
from rolegate.documents.catalog_file import CatalogShape, read_catalog
from rolegate.documents.domains_file import DomainsShape, read_domains
from rolegate.documents.labels_file import LabelsShape, read_labels
from rolegate.documents.roles_file import Role, RoleShape, RolesShape, read_roles
from rolegate.documents.text import Value
from rolegate.spelling import nearest

P = TypeVar("P", covariant=True)


@dataclass(frozen=True, slots=True)
class FileKind(Generic[P]):
    """One kind of file: what it is called, what it contains, and what it means when it is gone."""

    key: str
    """The field of `Documents` that has what was read, and the name in `Documents.incomplete`."""

    pattern: str
    """The file, or the files of one folder, as people write it: `roles/*.yaml`."""

    read: Callable[[Value, Span, Report], tuple[P, ...]]
    """Gives the parts of a file that have no errors, and reports the others."""

    shape: Any
    """The shape of the whole file, for its JSON Schema: a `Shape`, or several joined by `|`."""

    schema: str
    """The name of its JSON Schema."""

    guarded: bool = True
    """Whether a policy in force is kept when the last file of this kind is gone."""

    empty: str = ""
    """The text of a file of this kind that says nothing, if there is such a text."""

    @property
    def place(self) -> str:
        """The file or the folder, as seen from the folder of the set."""
        return self.pattern.partition("/")[0]

    @property
    def is_folder(self) -> bool:
        """Whether there may be many files of this kind, in a folder of their own."""
        return "/" in self.pattern


CATALOG = FileKind("catalog", "catalog.yaml", read_catalog, CatalogShape, "catalog")
DOMAINS = FileKind("domains", "domains.yaml", read_domains, DomainsShape, "domains")
ROLES: FileKind[Role] = FileKind("roles", "roles/*.yaml", read_roles, RoleShape | RolesShape, "role")
BINDINGS: FileKind[BindingShape] = FileKind(
    "bindings", "bindings.yaml", read_bindings, BindingsShape, "bindings", empty="bindings: []"
)
LABELS = FileKind("labels", "labels/<locale>.yaml", read_labels, LabelsShape, "labels", guarded=False)

FILE_KINDS: tuple[FileKind[object], ...] = (CATALOG, ROLES, DOMAINS, BINDINGS, LABELS)
"""Every kind of file, in the order in which people read about them."""

_BY_PLACE = {kind.place: kind for kind in FILE_KINDS}
FOLDERS = frozenset(kind.place for kind in FILE_KINDS if kind.is_folder)
SINGLE_FILES = frozenset(kind.place for kind in FILE_KINDS if not kind.is_folder)


def kind_of(relative: str) -> FileKind[object] | None:
    """The kind of the file *relative*; None when it is not part of a policy set."""
    folder, _, name = relative.rpartition("/")
    kind = _BY_PLACE.get(folder or name)
    fits = kind is not None and kind.is_folder == bool(folder) and name.endswith(".yaml")
    return kind if fits else None


def is_known(relative: str) -> bool:
    """Whether the file *relative* is part of a policy set."""
    return kind_of(relative) is not None


def files_of(kind: FileKind[object], names: Iterable[str]) -> list[str]:
    """Those of *names* that are files of *kind*, sorted."""
    return sorted(name for name in names if kind_of(name) is kind)


def guarded_gone(before: Iterable[str], now: Iterable[str]) -> list[FileKind[object]]:
    """The guarded kinds of which something is in *before* and nothing in *now*.

    A folder that cannot be read is there: reading it says what is wrong.
    """
    had, has = ({name.partition("/")[0] for name in names} for names in (before, now))
    return [kind for kind in FILE_KINDS if kind.guarded and kind.place in had - has]


def is_yaml(name: str) -> bool:
    """Whether *name* is that of a YAML file."""
    return name.lower().endswith((".yaml", ".yml"))


def like_a_folder(relative: str) -> bool:
    """Whether *relative* is the name of a folder that a set has, or looks like a misspelling of one."""
    return bool(nearest(relative, FOLDERS, 1))


def meant(relative: str) -> str:
    """The known file that *relative* may be a misspelling of; empty when it is like none."""
    folder, _, name = relative.rpartition("/")
    stem = name.rpartition(".")[0]
    if not folder:
        close = nearest(stem, (single.removesuffix(".yaml") for single in SINGLE_FILES), 1)
        return f"{close[0]}.yaml" if close else ""
    close = nearest(folder, FOLDERS, 1)
    return f"{close[0]}/{stem}.yaml" if close else ""
