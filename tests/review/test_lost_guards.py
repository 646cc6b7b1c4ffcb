"""Whether a route is less guarded than before: by its guards, and by the routes that go with the change."""

from __future__ import annotations

import pytest

from rolegate.documents.route_lock import GuardedRoute
from rolegate.review.lost_guards import is_less, more_guarded, same_routes

LESS = [
    ("tickets.show and settings.roles", "tickets.export"),
    ("inboxes.access[{inbox}] and t.x", "inboxes.access[?]"),
    ("signed in and a.b", "a.c"),
    ("a.b and c.d", "a.b"),
    ("a.b and c.d", "c.d and e.f"),
    ("a.b@my and a.b@team", "a.b@team"),
    ("a.b", "signed in"),
    ("signed in", "public"),
    ("public", "nothing"),
    ("public and a.b", "public"),
    ("a.b[{x}]", "a.b"),
    ("a.b@my", "a.b"),
    ("a.b[{x}]@my for a record", "a.b[{x}]@my"),
    ("a.b[this and that] and c.d", "a.b[this and that]"),
]
OTHERWISE = [
    ("a.b", "c.d"),
    ("a.b", "a.b and signed in"),
    ("a.b[{x}] and c.d", "a.b[{y}] and c.d"),
    ("a.b[{x}] and c.d", "a.b[?] and c.d@my"),
    ("public and a.b", "a.b"),
    ("a.b[this and that]", "a.b[that]"),
    ("nothing", "public"),
    ("public", "signed in"),
    ("a.b", "a.b"),
]


@pytest.mark.parametrize(("before", "after"), LESS)
def test_a_part_of_several_that_is_gone_is_lost(before: str, after: str) -> None:
    """Whatever takes its place; so is the instance, the scope or the record of a permission."""
    assert is_less(before, after)


@pytest.mark.parametrize(("before", "after"), OTHERWISE)
def test_other_guards_are_no_loss(before: str, after: str) -> None:
    """Neither another permission for one, nor other names of parameters."""
    assert not is_less(before, after)


def route(name: str, guard: str) -> GuardedRoute:
    method, path = name.split()
    return GuardedRoute(path, method, guard)


def test_routes_are_paired_when_only_their_parameters_have_other_names() -> None:
    """In the notation of each framework; another method is another route."""
    gone = [route("GET /t/{id}/x", "a.b"), route("GET u/<int:pk>/", "a.b"), route("PUT /t/{id}", "a.b")]
    new = [route("GET /t/{pk}/x", "a.b"), route("GET u/<uuid:id>/", "a.b"), route("GET /t/{pk}", "a.b")]
    pairs = same_routes(gone, new)
    assert {name: was.name for name, was in pairs.items()} == {
        "GET /t/{pk}/x": "GET /t/{id}/x",
        "GET u/<uuid:id>/": "GET u/<int:pk>/",
    }


@pytest.mark.parametrize(
    ("new", "guard", "found"),
    [
        ("GET /other", "public", True),
        ("GET /other", "signed in", True),
        ("ANY /other", "public", True),
        ("PUT /t/{pk}", "public", True),
        ("PUT /other", "public", False),
        ("GET /other", "c.d", False),
    ],
)
def test_an_open_route_may_answer_for_one_that_goes(new: str, guard: str, found: bool) -> None:
    """If it has the method or the path of one that asked for more."""
    gone = [route("GET /t/{id}", "a.b"), route("GET /menu", "public")]
    assert bool(more_guarded(route(new, guard), gone)) is found
