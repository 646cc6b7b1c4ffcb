"""System checks of Django, which stop `runserver` and `migrate`: guards fit, and nothing is without one."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from rolegate.integrations.django_audit import audit, misfit_of, urls
from rolegate.integrations.django_deny import denies_by_default
from rolegate.integrations.unfit_guards import Unfit

_GUARD = "put `require`, `signed_in` or `public` on the view, or name the URL in `ROLEGATE_OPEN`"


def guards_fit(**_: Any) -> list[CheckMessage]:
    """An error for each guard that asks for a path parameter that its URL does not have, or for a float."""
    reasons = ((url, misfit_of(url)) for url in urls())
    found = (Unfit(url.path, (), url.called, reason) for url, reason in reasons if reason is not None)
    return [Error(str(unfit), hint="name a parameter of the URL", id="rolegate.E001") for unfit in found]


def views_guarded(**_: Any) -> list[CheckMessage]:
    """Where views are denied by default: an error for each that has no guard, since nobody gets there."""
    if not denies_by_default():
        return []
    found = (url for url in audit() if not isinstance(url, Unfit))
    return [Error(f"nothing guards {url}", hint=_GUARD, id="rolegate.E002") for url in found]


def open_names_known(**_: Any) -> list[CheckMessage]:
    """A warning for each entry of `ROLEGATE_OPEN` that names no URL: it would open a later one."""
    listed = getattr(settings, "ROLEGATE_OPEN", ())
    if isinstance(listed, str):
        hint = f"write a list: [{json.dumps(listed)}]"
        return [Warning("`ROLEGATE_OPEN` is one text, and opens nothing", hint=hint, id="rolegate.W001")]
    named: set[str] = set()
    for url in urls():
        if url.name:
            named.add(url.name)
        named |= {":".join((*url.namespaces[:depth], "*")) for depth in range(1, len(url.namespaces) + 1)}
    stale = [entry for entry in listed if entry not in named]
    hint = "remove it, or write the name as `reverse` takes it; `admin:*` is all of a namespace"
    return [
        Warning(f"`ROLEGATE_OPEN` has `{entry}`, which names no URL", hint=hint, id="rolegate.W001")
        for entry in stale
    ]
