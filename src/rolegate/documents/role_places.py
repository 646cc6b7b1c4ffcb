"""Where the role files of a set are: which file has a role, and where a new one goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import sha256

from rolegate.diagnostics import Report, Span
from rolegate.documents.domain_names import domain_of
from rolegate.documents.file_kinds import LABELS, ROLES, ROLES_OF_DOMAIN, files_of, kind_of
from rolegate.encoding import encode

_LONGEST = 150


def home_of(file: str) -> str | None:
    """The domain whose folder the file of roles *file* is in."""
    if kind_of(file) is not ROLES_OF_DOMAIN:
        return None
    domain = domain_of(file, Span(file), Report())
    return None if domain is None else str(domain)


def new_role_file(role: str, domain: str | None, files: Collection[str]) -> str:
    """The name of a new file for *role*, in the folder of its *domain*; none of *files* has it."""
    taken = {name.lower() for name in files}
    stem = f"{_folder(domain, files)}/{_spelled(role)}"
    names = (f"{stem}{number}.yaml" for number in ("", *(f"-{count}" for count in range(2, len(taken) + 3))))
    return next(name for name in names if name.lower() not in taken)


def _folder(domain: str | None, files: Iterable[str]) -> str:
    if domain is None:
        return ROLES.place
    known = (name for name in files_of(ROLES_OF_DOMAIN, files) if home_of(name) == domain)
    folders = (name.rpartition("/")[0] for name in known)
    return next(folders, f"{ROLES.place}/{_spelled(domain, whole=True)}")


def label_files(files: Iterable[str]) -> dict[str, str]:
    """The files of labels among *files*, by their language."""
    return {name.rpartition("/")[2].removesuffix(".yaml"): name for name in files_of(LABELS, files)}


def _spelled(text: str, *, whole: bool = False) -> str:
    """*text* as a part of the name of a file, shortened unless it is needed as a *whole*."""
    spelled = encode(text)
    if spelled.startswith("."):
        spelled = f"%2E{spelled[1:]}"
    if whole or len(spelled) <= _LONGEST:
        return spelled
    return f"role-{sha256(text.encode()).hexdigest()[:16]}"
