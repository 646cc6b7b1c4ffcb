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


def test_no_two_routes_hide_behind_one_that_was_renamed() -> None:
    """Each new route is compared with what had its path, however many there are."""
    gone = [route("GET /t/{id}", "a.b"), route("GET /t/{no}", "public")]
    pairs = same_routes(gone, [route("GET /t/{a}", "a.b"), route("GET /t/{b}", "public")])
    assert pairs["GET /t/{b}"].guard == "a.b"


@pytest.mark.parametrize(
    ("new", "guard", "found"),
    [
        ("GET /other", "public", ["GET /t/{id}"]),
        ("GET /other", "signed in", ["GET /t/{id}"]),
        ("ANY /other", "public", ["GET /t/{id}"]),
        ("PUT /t/{pk}", "public", ["GET /t/{id}"]),
        ("PUT /other", "public", []),
        ("GET /other", "c.d", []),
        ("POST /stays/{y}", "public", ["POST /stays/{x}"]),
        ("ANY /stays/{y}", "public", ["GET /t/{id}", "POST /stays/{x}"]),
        ("PUT /stays/{y}", "public", []),
    ],
)
def test_an_open_route_may_answer_for_one_that_is_guarded(new: str, guard: str, found: list[str]) -> None:
    """If it has the method or the path of one that goes, or both of one that stays."""
    before = [route("GET /t/{id}", "a.b"), route("GET /menu", "public"), route("POST /stays/{x}", "a.b")]
    assert list(more_guarded(route(new, guard), before, ["GET /t/{id}", "GET /menu"])) == found
