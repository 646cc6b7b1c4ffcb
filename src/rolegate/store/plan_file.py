"""Plans as files: saved, read again, and found to be plans."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rolegate.documents.json_text import read_json
from rolegate.errors import StoreError
from rolegate.store.item import ITEM_KINDS, Item, canonical, digest_of
from rolegate.store.plan import AcceptedPlan, PlanRefusal, StorePlan
from rolegate.store.stored_set import StoredSet

FORM = 1
"""The version of what is in the file."""

T = TypeVar("T")

_NOTE = "This file has the ids of people: keep it as you keep the policy set."


def plan_text_of(plan: StorePlan) -> str:
    """*plan* as the text of a file: what people read of it, and the set that it applies."""
    body = {
        "plan": FORM,
        "note": _NOTE,
        **plan.to_dict(),
        "set": {
            "files": dict(plan.wanted.texts),
            "items": [[item.domain, item.kind, item.key, item.document] for item in plan.wanted.items],
        },
    }
    return json.dumps({**body, "digest": digest_of(canonical(body))}, indent=1, ensure_ascii=True) + "\n"


def save_plan(plan: StorePlan, path: Path) -> None:
    """Write *plan* to a new file that nobody else can read.

    Raises:
        StoreError: when it cannot be written, or there is a file already.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(plan_text_of(plan))
    except FileExistsError:
        raise StoreError(
            f"{path.as_posix()} is there already: a plan is written to a new file", "RG977"
        ) from None
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise StoreError(f"{path.as_posix()} cannot be written: {why}", "RG977") from None


def is_plan(path: Path) -> bool:
    """Whether *path* is meant as a saved plan, and not as a policy set, which is a folder."""
    return path.is_file()


def read_plan(path: Path) -> AcceptedPlan:
    """The plan in a file.

    Raises:
        StoreError: when there is no plan in it, or it is not as it was saved.
    """
    try:
        body: Any = read_json(path.read_bytes())
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise StoreError(f"{path.as_posix()} cannot be read: {why}", "RG977") from None
    except ValueError:
        raise _no_plan(path) from None
    if not isinstance(body, dict) or body.get("plan") != FORM:
        raise _no_plan(path)
    digest = body.pop("digest", None)
    if digest != digest_of(canonical(body)):
        raise StoreError(f"{path.as_posix()} is not as it was saved: make a new plan", "RG977")
    try:
        return _accepted(body)
    except (KeyError, TypeError, ValueError):  # a digest is no secret: somebody else wrote it
        raise _no_plan(path) from None


def _accepted(body: dict[str, Any]) -> AcceptedPlan:
    """The plan that *body* says.

    Raises:
        KeyError, TypeError, ValueError: when it says something else than a plan does.
    """
    canonical(body).encode()  # half of a character is in no set
    files, items = _dict(body["set"]["files"]), _list(body["set"]["items"])
    source = body["source"]
    return AcceptedPlan(
        wanted=StoredSet.of({_text(name): _text(text) for name, text in files.items()}, map(_item, items)),
        revision=_number(body["revision"]),
        files_revision=_number(body["files_revision"]),
        catalog=_text(body["catalog"]),
        source=None if source is None else _text(source),
        gains=frozenset(map(_text, _list(body["gains"]))),
        conflicts=frozenset(map(_text, _list(body["conflicts"]))),
        refusals=tuple(
            PlanRefusal(_text(found["code"]), _text(found["what"]), _text(found["help"]))
            for found in _list(body["refused"])
        ),
        older=body["older"] is True,
    )


def _item(said: Any) -> Item:
    domain, kind, key, document = _list(said)
    if kind not in ITEM_KINDS:
        raise ValueError(kind)
    return Item(kind, _text(domain), _text(key), _dict(document))


def _of(kind: type[T]) -> Callable[[Any], T]:
    """What gives a value as it is, if it is of exactly this *kind*."""

    def checked(value: Any) -> T:
        if type(value) is not kind:
            raise TypeError(kind)
        return value

    return checked


_text, _number, _list, _dict = _of(str), _of(int), _of(list), _of(dict)


def _no_plan(path: Path) -> StoreError:
    return StoreError(
        f"{path.as_posix()} is no saved plan: `rolegate store plan SET --save FILE` writes one, "
        "and a policy set is a folder",
        "RG977",
    )
