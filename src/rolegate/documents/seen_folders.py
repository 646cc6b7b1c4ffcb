"""The policy sets and submodules that somebody who reads a folder of a repository comes to, also by links."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from rolegate.diagnostics import quoted
from rolegate.errors import RevisionError

_MANY = 50
"""So many links are followed on the way to one folder."""
_MOST = 10_000
"""So many ways through links are followed."""


class FolderListing(Protocol):
    """The folders of a repository in one state; all of them by their names from its top."""

    @property
    def modules(self) -> Mapping[str, str]:
        """The commit of each submodule."""

    def target(self, place: str) -> str | None:
        """What *place* leads to, as it is written; None if it is no link."""

    def is_kept(self, link: str) -> bool:
        """Whether a *link* out of the repository is one of what a change of it can be about."""

    def sets_in(self, place: str) -> Mapping[str, str]:
        """Each policy set that a search in the folder *place* finds, with the id of its tree if there is one.

        *place* itself is not a link, and none is followed.
        """

    def links_in(self, place: str) -> Iterable[str]:
        """The links that such a search comes to, those in policy sets among them."""


class SeenSet(NamedTuple):
    """A policy set: where it is, and the id of its tree, which is empty on disk."""

    place: str
    tree: str


def real_place(listing: FolderListing, place: str) -> str | None:
    """Where *place* is, part by part, as a system follows links; None out of the repository.

    What an absolute link leads to is not known: it is elsewhere in every checkout.
    """
    waiting, done, followed = place.split("/")[::-1], list[str](), 0
    while waiting:
        part = waiting.pop()
        if part == ".." and not done:
            return None
        if part == "..":
            done.pop()
        elif part not in ("", "."):
            name = "/".join((*done, part))
            target = listing.target(name)
            if target is None:
                done.append(part)
                continue
            followed += 1
            if followed > _MANY:
                return name  # links in a circle lead nowhere
            if target.startswith("/"):
                return None
            waiting += target.split("/")[::-1]
    return "/".join(done)


def seen_sets(listing: FolderListing, within: str) -> Mapping[str, SeenSet]:
    """Each policy set that somebody who reads the folder *within* comes to, by its folder as seen on the way.

    A link in a set that a search there finds is a part of that set.
    """
    found: dict[str, SeenSet] = {}
    for seen, place in _seen_folders(listing, within, into_sets=False):
        for name, tree in listing.sets_in(place).items():
            found[_behind(seen, place, name)] = SeenSet(name, tree)
    return found


def seen_submodules(listing: FolderListing, within: str) -> Mapping[str, str]:
    """The commit of each submodule that somebody who reads the folder *within* comes to, by its folder.

    A link counts as what it leads to, with the folder in the submodule behind the commit.
    """
    modules, found = listing.modules, dict[str, str]()
    if not modules:
        return found
    for seen, place in _seen_folders(listing, within, into_sets=True):
        for name, id in modules.items():
            if is_within(name, place) and not is_hidden(name, place):
                found[_behind(seen, place, name)] = id
            elif is_within(place, name):
                around = seen == within == place
                found[name if around else seen] = id if around else f"{id}:{place[len(name) + 1 :]}"
    return found


def seen_links_out(listing: FolderListing, within: str) -> Mapping[str, str]:
    """Each link that leads out of the repository, by its name as somebody who reads *within* comes to it.

    What is there is not in the repository, so nothing more is known than what it leads to, as it is written.
    """
    found: dict[str, str] = {}
    for seen, place in _seen_folders(listing, within, into_sets=False):
        sets = listing.sets_in(place)
        for link in listing.links_in(place):
            held = _is_held(link, place, sets) or not listing.is_kept(link)
            if not held and real_place(listing, link) is None:
                found[_behind(seen, place, link)] = listing.target(link) or ""
    return found


def _seen_folders(listing: FolderListing, within: str, *, into_sets: bool) -> Iterator[tuple[str, str]]:
    """*within*, and each folder to which a link leads, as it is seen, and where it is in the repository.

    Links in a folder to which another one leads are followed as well: what is behind both is another set if
    the first one leads elsewhere, though each of the two can be seen by another way. No way comes to one
    folder twice.
    """
    start = real_place(listing, within)
    if start is None:
        raise RevisionError(f"{quoted(within)} leads out of the repository; name a folder that is in it")
    waiting: list[tuple[str, str, tuple[str, ...]]] = [(within, start, (start,))]
    for seen, place, way in waiting:
        yield seen, place
        sets = () if into_sets else listing.sets_in(place)
        links = [link for link in listing.links_in(place) if not _is_held(link, place, sets)]
        for link in sorted(links):
            led = real_place(listing, link)
            if led is not None and led not in way:
                waiting.append((_behind(seen, place, link), led, (*way, led)))
        if len(waiting) > _MOST:
            raise RevisionError(f"links lead to links in more than {_MOST} ways; name a folder with fewer")


def _is_held(link: str, place: str, sets: Container[str]) -> bool:
    """Whether a *link* that a search in *place* comes to is a part of one of the *sets* found there."""
    return any(is_within(holder, place) for holder in holders_of(link, sets))


def _behind(seen: str, led: str, name: str) -> str:
    """Where *name* is seen through the folder *seen*, which is *led*."""
    inner = name[len(led) :].strip("/")
    return f"{seen}/{inner}".strip("/") if inner else seen


def holders_of(name: str, places: Container[str]) -> Iterator[str]:
    """Those of *places* that *name* is, or is in, the outermost first."""
    parts = name.split("/")
    outward = ["", *("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))]
    return (place for place in outward if place in places)


def is_within(name: str, place: str) -> bool:
    """Whether *name* is the folder *place*, or in it."""
    return not place or name == place or name.startswith(f"{place}/")


def is_hidden(name: str, place: str) -> bool:
    """Whether a search in the folder *place* passes over *name*."""
    inner = name[len(place) :].strip("/").split("/")
    return any(part.startswith(".") or part == "node_modules" for part in inner)
