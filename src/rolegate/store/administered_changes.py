"""Changes as they are asked for: of the domain that is administered, which they need not name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass, replace
from typing import Any, cast

from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.change_error import a_default_role, of_another_domain
from rolegate.administration.domain_changes import Undo
from rolegate.administration.plain_words import given_list, refuse_unsayable
from rolegate.administration.role_changes import EditRole
from rolegate.errors import ChangeError, wrong_argument
from rolegate.store.item import Document
from rolegate.tree.draft import Draft

_DOCUMENTS = ("line", "document")
"""What a change calls the document that says of which domain it is."""


def asked_change(asked: AdministrativeChange | Draft, domain: str | None) -> AdministrativeChange:
    """The change that is *asked* for where *domain* is administered; a draft is the edit of its role.

    Raises:
        ChangeError: for one of another domain, and for what no file could say.
        TypeError: for what is no change.
    """
    change: Any = edit_of(asked, domain) if isinstance(asked, Draft) else asked
    if isinstance(change, type) or not callable(getattr(change, "made", None)):
        takes = "a change or a draft"
        raise wrong_argument("change", change, takes, 'write `Assign({"user": …, "role": …})` or another one')
    for key in _DOCUMENTS:
        if not isinstance(getattr(change, key, {}), Mapping):
            raise wrong_argument(key, getattr(change, key), "a dict", 'write `{"user": …, "role": …}`')
    refuse_unsayable(change)
    return change if domain is None else _of_domain(change, domain)


def each_asked(
    asked: Iterable[AdministrativeChange | Draft], domain: str | None
) -> tuple[AdministrativeChange | ChangeError, ...]:
    """The changes that are *asked* for, or why there is none."""
    found: list[AdministrativeChange | ChangeError] = []
    for one in given_list("changes", asked):
        try:
            found.append(asked_change(one, domain))
        except ChangeError as error:
            found.append(error)
    return tuple(found)


def _of_domain(change: Any, domain: str) -> AdministrativeChange:
    if isinstance(change, Undo):
        for one in change.done:
            _refuse_other(one.domain, domain)
        return change
    for key in _DOCUMENTS:
        if hasattr(change, key):
            document = getattr(change, key)
            _refuse_other(document.get("domain"), domain)
            own = {**document, "domain": domain}
            return change if document == own else cast("AdministrativeChange", replace(change, **{key: own}))
    if not is_dataclass(change) or not hasattr(change, "domain"):
        return cast("AdministrativeChange", change)
    _refuse_other(change.domain, domain)
    return cast("AdministrativeChange", replace(cast("Any", change), domain=domain))


def _refuse_other(named: str | None, domain: str) -> None:
    if named not in (None, domain):
        raise of_another_domain(named, domain)


def said_document(keys: Mapping[str, Any], domain: str | None) -> Document:
    """*keys* as a document of *domain* has them: `from_` is `from`.

    Raises:
        ChangeError: when they name another domain than the one that is administered.
    """
    said = {key.rstrip("_"): value for key, value in keys.items()}
    if domain is not None:
        _refuse_other(said.get("domain"), domain)
    return said


def own_document(keys: Mapping[str, Any], domain: str | None) -> Document:
    """A document of *domain* with these *keys*, without those that say nothing."""
    said = {key: value for key, value in said_document(keys, domain).items() if value is not None}
    return said if domain is None else {**said, "domain": domain}


def seen_roles(seen: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The revisions of roles, by name, that somebody has *seen*.

    Raises:
        ChangeError: for what is no list.
        TypeError: for what is no pair of a role and its revision.
    """
    pairs = given_list("seen", seen)
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not _is_seen(*pair):
            raise wrong_argument("seen", pair, "pairs of a role and its revision", 'write `[("night", 3)]`')
    return dict(pairs)


def _is_seen(role: object, revision: object) -> bool:
    return isinstance(role, str) and isinstance(revision, int)


def refuse_default_role(role: str, revision: int, domain: str | None) -> None:
    """Refuse to begin with an edit that cannot be saved: what has no *revision* in a domain is not of it.

    Raises:
        ChangeError: for a default role.
    """
    if domain is not None and not revision:
        raise a_default_role(role)


def edit_of(draft: Draft, domain: str | None) -> EditRole:
    """The change that *draft* is: what is empty is left out."""
    keys: dict[str, Any] = {
        "title": None if draft.title in ("", draft.name) else draft.title,
        "description": draft.description or None,
        "extends": list(draft.extends) or None,
        "grants": list(draft.grants) or None,
        "except": list(draft.excepts) or None,
    }
    return EditRole(draft.name, domain, keys)
