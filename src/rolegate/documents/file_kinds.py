"""The kinds of files of a policy set. A new kind is one row of `FILE_KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from rolegate.diagnostics import Report, Span
from rolegate.documents.approvals_file import ApprovalShape, ApprovalsShape, read_approvals
from rolegate.documents.bindings_file import BindingShape, BindingsShape, read_bindings
from rolegate.documents.catalog_file import CatalogShape, read_catalog
from rolegate.documents.domain_names import as_domains, in_domain, is_hidden, roles_in_domain
from rolegate.documents.domains_file import DomainShape, DomainsShape, read_domains
from rolegate.documents.expectations_file import ExpectationsShape, read_expectations
from rolegate.documents.invariants_file import InvariantShape, InvariantsShape, read_invariants
from rolegate.documents.labels_file import LabelsShape, read_labels
from rolegate.documents.review_file import ReviewShape, read_review
from rolegate.documents.roles_file import Role, RoleShape, RolesShape, read_roles
from rolegate.documents.text import Text, Value
from rolegate.texts.spelling import nearest

P = TypeVar("P", covariant=True)


@dataclass(frozen=True, slots=True)
class FileKind(Generic[P]):
    """One kind of file: what it is called, what it contains, and what it means when it is gone."""

    key: str
    """The field of `Documents` that has what was read, and the name in `Documents.incomplete`."""

    pattern: str
    """The file, or the files of a folder, as people write it: `roles/*.yaml`."""

    read: Callable[[Value, Span, Report], tuple[P, ...]]
    """Gives the parts of a file that have no errors, and reports the others."""

    shape: Any
    """The shape of the whole file, for its JSON Schema: a `Shape`, or several joined by `|`."""

    schema: str
    """The name of its JSON Schema; several kinds may have one."""

    guarded: bool = True
    """Whether a policy in force is kept when the last file of this kind is gone."""

    in_domain: Callable[[Value, Text], Value] | None = None
    """Gives the contents of a file as `read` takes them, where the name of the file tells the domain."""

    each_guarded: bool = False
    """Whether it is kept when any file is gone, and not only the last; see `guarded_gone`."""

    empty: str = ""
    """The text of a file of this kind that says nothing, if there is such a text."""

    in_force: bool = True
    """Whether it says what is in force. Others lie beside that: what is asked for answers is made without
    reading them, so that they cannot stop it."""

    judges: bool = False
    """Whether it only says how changes are judged. It is read with the set, and a mistake in it is a finding
    that keeps nobody from using the set; see `Documents.beside`."""

    @property
    def place(self) -> str:
        """The file or the folder, as seen from the folder of the set."""
        return self.pattern.partition("/")[0]

    @property
    def depth(self) -> int:
        """How many folders the files are in."""
        return self.pattern.count("/")

    @property
    def is_folder(self) -> bool:
        """Whether there may be many files of this kind, in a folder of their own."""
        return self.depth > 0


CATALOG = FileKind("catalog", "catalog.yaml", read_catalog, CatalogShape, "catalog")
DOMAINS = FileKind("domains", "domains.yaml", read_domains, DomainsShape, "domains")
DOMAIN = FileKind(
    "domains", "domains/<domain>.yaml", read_domains, DomainShape, "domain", in_domain=as_domains
)
ROLES: FileKind[Role] = FileKind("roles", "roles/*.yaml", read_roles, RoleShape | RolesShape, "role")
ROLES_OF_DOMAIN = replace(ROLES, pattern="roles/<domain>/*.yaml", in_domain=roles_in_domain)
BINDINGS: FileKind[BindingShape] = FileKind(
    "bindings", "bindings.yaml", read_bindings, BindingsShape, "bindings", empty="bindings: []"
)
BINDINGS_OF_DOMAIN: FileKind[BindingShape] = FileKind(
    "bindings",
    "bindings/<domain>.yaml",
    read_bindings,
    BindingsShape,
    "bindings",
    empty=BINDINGS.empty,
    in_domain=in_domain,
    each_guarded=True,
)
BINDINGS_IN_FOLDER = replace(BINDINGS_OF_DOMAIN, pattern="bindings/<domain>/*.yaml")
INVARIANTS: FileKind[InvariantShape] = FileKind(
    "invariants",
    "invariants.yaml",
    read_invariants,
    InvariantsShape,
    "invariants",
    guarded=False,
    empty="invariants: []",
    judges=True,
)
LABELS = FileKind("labels", "labels/<locale>.yaml", read_labels, LabelsShape, "labels", guarded=False)
REVIEW: FileKind[ReviewShape] = FileKind(
    "review", "review.yaml", read_review, ReviewShape, "review", guarded=False, judges=True
)
APPROVALS: FileKind[ApprovalShape] = FileKind(
    "approvals",
    "approvals.yaml",
    read_approvals,
    ApprovalsShape,
    "approvals",
    guarded=False,
    judges=True,
)
EXPECTATIONS: FileKind[ExpectationsShape] = FileKind(
    "expectations",
    "tests/*.yaml",
    read_expectations,
    ExpectationsShape,
    "expectations",
    guarded=False,
    in_force=False,
)

FILE_KINDS: tuple[FileKind[object], ...] = (
    CATALOG,
    ROLES,
    ROLES_OF_DOMAIN,
    DOMAINS,
    DOMAIN,
    BINDINGS,
    BINDINGS_OF_DOMAIN,
    BINDINGS_IN_FOLDER,
    LABELS,
    REVIEW,
    APPROVALS,
    INVARIANTS,
    EXPECTATIONS,
)
"""Every kind of file, in the order in which people read about them."""

HOLDS_FILE = "tests/holds.yaml"
"""The file of expectations that gets the lists of what is held."""

ASIDE = "aside"
"""In `Documents.incomplete`: domains are left out because they are set aside."""

SCHEMA_KINDS: dict[str, FileKind[object]] = {}
"""The JSON Schemas, each with the first kind of file that it is for."""
for _kind in FILE_KINDS:
    SCHEMA_KINDS.setdefault(_kind.schema, _kind)

_BY_PLACE = {(kind.place, kind.depth): kind for kind in FILE_KINDS}
FOLDERS = frozenset(kind.place for kind in FILE_KINDS if kind.is_folder)
SINGLE_FILES = frozenset(kind.place for kind in FILE_KINDS if not kind.is_folder)
_BESIDE = frozenset(kind.place for kind in FILE_KINDS if not kind.in_force)
DEEPEST = max(kind.depth for kind in FILE_KINDS)
"""How many folders a file of a set may be in."""


def kind_of(relative: str) -> FileKind[object] | None:
    """The kind of the file *relative*; None when it is not part of a policy set."""
    place = relative.partition("/")[0]
    return _BY_PLACE.get((place, relative.count("/"))) if relative.endswith(".yaml") else None


def is_known(relative: str) -> bool:
    """Whether the file *relative* is part of a policy set."""
    return kind_of(relative) is not None


def is_beside(relative: str) -> bool:
    """Whether *relative*, a file or a folder, lies beside what is in force."""
    return relative.partition("/")[0] in _BESIDE


def is_judging(relative: str) -> bool:
    """Whether the file *relative* only says how changes are judged."""
    kind = kind_of(relative)
    return kind is not None and kind.judges


def is_under_other_name(relative: str, name: str) -> bool:
    """Whether *relative* says how changes are judged, and is in truth a file that is called *name*.

    Those who own `approvals.yaml`, wherever it is, are not asked about changes of a file of another name.
    """
    return is_judging(relative) and relative.rpartition("/")[2] != name


def is_folder_of_set(relative: str) -> bool:
    """Whether files of a policy set are in a folder called *relative*."""
    place, deeper = relative.partition("/")[0], range(relative.count("/") + 1, DEEPEST + 1)
    return any((place, depth) in _BY_PLACE for depth in deeper)


def is_skipped(relative: str) -> bool:
    """Whether *relative* begins with a dot in its last part, and cannot be meant for a domain."""
    place, _, name = relative.rpartition("/")
    if not name.startswith("."):
        return False
    kind = _BY_PLACE.get((place, 1))
    may_be = is_yaml(name) or is_folder_of_set(relative)
    return kind is None or kind.in_domain is None or not may_be or is_hidden(relative)


def files_of(kind: FileKind[object], names: Iterable[str]) -> list[str]:
    """Those of *names* that are files of *kind*, sorted."""
    return sorted(name for name in names if kind_of(name) is kind)


def guarded_gone(before: Iterable[str], now: Iterable[str]) -> list[tuple[str, FileKind[object]]]:
    """The guarded files and folders that are in *before* and not in *now*, with their kinds.

    A folder that cannot be read is there: reading it says what is wrong.
    """
    listed = frozenset(now)
    there = {part for name in listed for part in _with_folders(name)}
    gone: dict[str, FileKind[object]] = {}
    for name in before:
        kind = kind_of(name)
        if kind is None or not kind.guarded:
            continue
        if not kind.each_guarded:
            if kind.place not in there:
                gone[kind.place] = kind
        elif not any(part in listed for part in _with_folders(name)):
            gone[name] = kind
    return sorted(gone.items())


def _with_folders(name: str) -> Iterator[str]:
    """*name*, and each folder that it is in."""
    while name:
        yield name
        name = name.rpartition("/")[0]


def is_yaml(name: str) -> bool:
    """Whether *name* is that of a YAML file."""
    return name.lower().endswith((".yaml", ".yml"))


def is_reported(relative: str) -> bool:
    """Whether the file *relative* cannot lie in a set unread: YAML, or JSON where a file of a set would be.

    Whoever writes `roles/driver.json` means a role, because JSON is YAML.
    """
    stem, dot, ending = relative.rpartition(".")
    return is_yaml(relative) or (dot + ending.lower() == ".json" and is_known(f"{stem}.yaml"))


def like_a_folder(relative: str) -> bool:
    """Whether *relative* is the name of a folder that a set has, or looks like a misspelling of one."""
    return is_folder_of_set(relative) or bool(nearest(relative, FOLDERS, 1))


def meant(relative: str) -> str:
    """The known file that *relative* may be a misspelling of; empty when it is like none."""
    folder, _, inner = relative.partition("/")
    stem = (inner or folder).rpartition(".")[0]
    if not inner:
        close = nearest(stem, (single.removesuffix(".yaml") for single in SINGLE_FILES), 1)
        if not close and nearest(stem, [ROLES.place], 1):
            return f"{ROLES.place}/{stem}.yaml"
        return f"{close[0]}.yaml" if close else ""
    close = nearest(folder, FOLDERS, 1)
    if not close:
        return ""
    deep, flat = f"{close[0]}/{stem}.yaml", f"{close[0]}/{stem.rpartition('/')[2]}.yaml"
    if is_known(deep):
        return deep
    kind = kind_of(flat)
    return flat if kind is not None and kind.in_domain is None else ""  # the domain is not guessed
