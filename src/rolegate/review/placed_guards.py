"""The guards of one route before and now, with its path parameters by their places instead of their names."""

from __future__ import annotations

import re

from rolegate.documents.route_lock import GuardedRoute

_PARAMETER = re.compile(r"\{(?P<first>[^{}:]*)(?::[^{}]*)?\}|<(?:[^<>:]*:)?(?P<last>[^<>:]*)>")
_INSTANCE = re.compile(r"\[[^\[\]]*\]")
_NAME = re.compile(r"\{([^{}]*)\}")


def placed_guards(before: GuardedRoute, now: GuardedRoute) -> tuple[str, str]:
    """The guards of a route before and now, such that the same parameter is equal, whatever it is called.

    INVARIANT: `[{2}]` is the second parameter of the path.
    """
    return _placed(before), _placed(now)


def _placed(route: GuardedRoute) -> str:
    places: dict[str, int] = {}
    for number, found in enumerate(_PARAMETER.finditer(route.path), 1):
        places[found["first"] or found["last"] or ""] = number  # of two with one name, handlers get the last

    def place(name: re.Match[str]) -> str:
        return f"{{{places.get(name[1], name[1])}}}"

    return _INSTANCE.sub(lambda on: _NAME.sub(place, on[0]), route.guard)
