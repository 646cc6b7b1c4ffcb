"""The body of a 403, in the language that a request asks for with `Accept-Language`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rolegate.gate.forbidden import Forbidden
from rolegate.wording.languages import wording

_LONGEST = 1000
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


def locale_of(accepted: str | None, locales: Sequence[str]) -> str | None:
    """The one of *locales* that a header asks for first; None if it asks for none of them.

    A range takes the language itself and its variants: `fr-CA` is served with `fr`, and `fr` with `fr-CA`.

    >>> locale_of("de, fr-CA;q=0.9, en;q=0.8", ("en", "fr")), locale_of("fr", ("en", "fr-CA"))
    ('fr', 'fr-CA')
    >>> locale_of("fr;q=0, *", ("en", "fr")) is None
    True
    """
    known = {locale.replace("_", "-").casefold(): locale for locale in locales}
    for wanted in _ranges((accepted or "")[:_LONGEST]):
        tag = wanted
        while tag:
            if tag in known:
                return known[tag]
            tag = tag.rpartition("-")[0]
        variants = (locale for name, locale in known.items() if name.startswith(f"{wanted}-"))
        found = next(variants, None)
        if found is not None:
            return found
    return None


def _ranges(accepted: str) -> Iterator[str]:
    """The languages of a header, the most wanted first."""
    found: list[tuple[float, str]] = []
    for part in accepted.split(","):
        read = _RANGE.fullmatch(part)
        weight = float(read[2] or 1) if read is not None else 0.0
        if read is not None and 0 < weight <= 1:
            found.append((-weight, read[1].casefold()))
    return (tag for _, tag in sorted(found, key=lambda one: one[0]))


def told(error: Forbidden, accepted: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The body for a refusal, and the headers that say its language.

    It tells no more in one language than in another: `message` has the title of the permission in place of
    its path. A request that asks for no language of the set gets English, with the path.
    """
    locale = locale_of(accepted, error.locales)
    # Always said: Django's LocaleMiddleware would name the language of the request, which the set may lack.
    headers = {"Vary": "Accept-Language", "Content-Language": wording(locale).language}
    return error.to_dict(locale), headers


def nothing_guards(accepted: str | None, locales: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The same for a view that no guard protects, where that is denied."""
    said = wording(locale_of(accepted, locales))
    headers = {"Vary": "Accept-Language", "Content-Language": said.language}
    return {"error": "forbidden", "message": said("nothing_guards")}, headers
