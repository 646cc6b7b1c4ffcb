"""Plans as files: saved, read again, and found to be plans."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rolegate.errors import StoreError
from rolegate.store.item import ITEM_KINDS, Item, canonical, digest_of
from rolegate.store.plan import AcceptedPlan, PlanRefusal, StorePlan
from rolegate.store.stored_set import StoredSet

FORM = 1
"""The version of what is in the file."""

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
        body: Any = json.loads(path.read_bytes())
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
    items = [
        Item(kind, domain, key, document)
        for domain, kind, key, document in body["set"]["items"]
        if kind in ITEM_KINDS
    ]
    return AcceptedPlan(
        wanted=StoredSet.of(body["set"]["files"], items),
        revision=body["revision"],
        files_revision=body["files_revision"],
        catalog=body["catalog"],
        source=body["source"],
        gains=frozenset(body["gains"]),
        conflicts=frozenset(body["conflicts"]),
        refusals=tuple(PlanRefusal(found["code"], found["what"], found["help"]) for found in body["refused"]),
        older=body["older"],
    )


def _no_plan(path: Path) -> StoreError:
    return StoreError(
        f"{path.as_posix()} is no saved plan: `rolegate store plan SET --save FILE` writes one, "
        "and a policy set is a folder",
        "RG977",
    )
