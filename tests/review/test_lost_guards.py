"""Whether a route is less guarded than before: by its guards, and by the routes that go with the change."""

from __future__ import annotations

import random

import pytest

from counting import executed
from drawing import some
from rolegate.documents.route_lock import GuardedRoute, split_guards
from rolegate.review.lost_guards import MOST_NAMED, RoutesBefore, is_less, same_routes

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
    ("a.b", "public and signed in"),
    ("signed in", "nothing and public"),
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
    assert {name: was[0].name for name, was in pairs.items()} == {
        "GET /t/{pk}/x": "GET /t/{id}/x",
        "GET u/<uuid:id>/": "GET u/<int:pk>/",
    }


def test_a_route_of_any_method_is_paired_with_those_of_single_ones() -> None:
    """A view that was a function and is a class is compared with what it was, and the other way round."""
    single = [route("GET /t", "a.b"), route("POST /t", "c.d")]
    any_method = route("ANY /t", "a.b")
    pairs = same_routes([any_method], single)
    assert {name: [was.name for was in known] for name, known in pairs.items()} == {
        "GET /t": ["ANY /t"],
        "POST /t": ["ANY /t"],
    }
    assert same_routes(single, [any_method]) == {"ANY /t": tuple(single)}
    assert same_routes([any_method, *single], [route("GET /t", "c.d")])["GET /t"] == (single[0],)


def test_no_two_routes_hide_behind_one_that_was_renamed() -> None:
    """Each new route is compared with what had its path, however many there are."""
    gone = [route("GET /t/{id}", "a.b"), route("GET /t/{no}", "public")]
    pairs = same_routes(gone, [route("GET /t/{a}", "a.b"), route("GET /t/{b}", "public")])
    assert pairs["GET /t/{b}"][0].guard == "a.b"


@pytest.mark.parametrize(
    ("new", "guard", "found"),
    [
        ("GET /other", "public", ["GET /t/{id}"]),
        ("GET /other", "signed in", ["GET /t/{id}"]),
        ("GET /other", "public and signed in", ["GET /t/{id}"]),
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
    older = RoutesBefore(before, ["GET /t/{id}", "GET /menu"])
    assert list(older.more_guarded(route(new, guard))) == found


def test_what_an_open_route_may_answer_for_is_looked_up() -> None:
    """LAW: the tables say what a look at each of the older routes says."""
    draw = random.Random(7)
    guards = ("a.b", "a.b@my and signed in", "signed in", "public", "public and signed in", "nothing")
    names = [f"{method} /{path}" for method in ("GET", "PUT", "ANY") for path in ("a", "b/{x}", "c", "d/{x}")]
    for _ in range(some(1_000, 5)):
        before = [route(name, draw.choice(guards)) for name in draw.sample(names, draw.randrange(1, 12))]
        gone = {known.name for known in before if draw.random() < 0.5}
        older = RoutesBefore(before, gone)
        for name in names:
            new = route(name.replace("{x}", "{y}"), draw.choice(guards))
            found = [known.name for known in before if is_instead(known, new, known.name in gone)]
            assert list(older.more_guarded(new)) == found


def is_instead(old: GuardedRoute, new: GuardedRoute, is_gone: bool) -> bool:
    """Whether *new*, which is not on the older side, may answer for *old*."""
    if not set(new.guard.split(" and ")) <= {"public", "signed in", "nothing"}:
        return False
    same_method = old.method == new.method or "ANY" in (old.method, new.method)
    same_path = old.path.replace("{x}", "{}") == new.path.replace("{y}", "{}")
    same = (same_method or same_path) if is_gone else (same_method and same_path)
    return same and is_less(old.guard, new.guard)


def test_many_routes_are_compared_in_steps_that_grow_with_their_number() -> None:
    """The first are named of those that an open one may answer for: whoever adds many keeps nobody busy."""

    def steps(number: int) -> int:
        gone = [route(f"GET /{n}/{{a{n}}}", "a.b") for n in range(number)]
        gone += [route(f"PUT /{{a{n}}}", "a.b") for n in range(number)]
        new = [route(f"GET /x{n}", "public") for n in range(number)]
        new += [route(f"PUT /{{b{n}}}", "a.b") for n in range(number)]
        older = RoutesBefore(gone, [known.name for known in gone])

        def compare() -> None:
            assert len(same_routes(gone, new)) == number
            assert {len(older.more_guarded(one)) for one in new} == {0, MOST_NAMED}

        return executed(compare)

    assert steps(200) < 2.5 * steps(100)


def test_a_very_long_guard_is_split_at_once() -> None:
    """It is not read again for each `and` in it, which took minutes for one of a megabyte."""
    assert len(split_guards(" and ".join(["a.b"] * 200_000))) == 200_000
    assert split_guards("a.b[x and y] and [c and d") == ["a.b[x and y]", "[c", "d"]
