"""Which policy sets a revision of git has, and which links and submodules lead to some."""

from __future__ import annotations

import os
import posixpath
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rolegate.documents.ask_git import ask_git, top_folder
from rolegate.documents.file_kinds import CATALOG
from rolegate.documents.git_revision import place_in_tree, read_blobs, tree_id
from rolegate.errors import RevisionError

_MANY = 50
_MOST = 10_000
"""So many ways through links are followed."""
_SUBMODULE = "160000"


def revision_sets(revision: str, folder: str | None = None, *, here: Path | None = None) -> Mapping[str, str]:
    """Each policy set at *revision*, by its folder from the top of the repository, with the id of its tree.

    With *folder*, which is seen from the current directory, only those in it. *here* is in the repository.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    return sets_in_tree(revision, "" if folder is None else place_of_folder(folder), here=here)


def sets_in_tree(revision: str, place: str, *, here: Path | None = None) -> Mapping[str, str]:
    """The same, of those in *place*, a folder as it is seen from the top of the repository.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    return _sets_in(_listed(revision, here or Path()).sets, place)


class LinkedSet(NamedTuple):
    """A policy set that a link leads to: where it is, and the id of its tree."""

    place: str
    tree: str


def linked_sets(revision: str, folder: str | None = None) -> Mapping[str, LinkedSet]:
    """Each policy set at *revision* that a link leads to, by its folder as seen through the link.

    With *folder*, which is seen from the current directory, only by links that are in it. A link in a set
    that a search there finds is a part of that set.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    here, within = Path(), "" if folder is None else place_of_folder(folder)
    listed = _listed(revision, here)
    targets = read_blobs(list(listed.links.values()), here)
    links = dict(zip(listed.links, map(os.fsdecode, targets), strict=True))
    found: dict[str, LinkedSet] = {}
    for seen, led in _seen_links(links, within, listed.sets):
        for name, id in _sets_in(listed.sets, led).items():
            found[_behind(seen, led, name)] = LinkedSet(name, id)
    return found


def _seen_links(
    links: Mapping[str, str], within: str, sets: Container[str] = ()
) -> Iterator[tuple[str, str]]:
    """Each of the *links* that is in the folder *within*, and where it leads in the repository.

    And each in a folder to which another one leads, as it is seen through that; those that are in *within*
    have a place of their own there. No way comes to one folder twice, and none leads into one of *sets*.
    """
    own = {link for link in links if _is_found(link, within, sets)}
    others = sorted(link for link in links if link not in own)
    waiting: list[tuple[str, str, tuple[str, ...]]] = [(link, link, ()) for link in sorted(own)]
    for seen, link, way in waiting:
        led = _led_to(link, links)
        if led is None or led in way:
            continue
        yield seen, led
        inside = f"{led}/" if led else ""
        for other in others[bisect_left(others, inside) :]:
            if not other.startswith(inside):
                break
            if _is_found(other, led, sets):
                waiting.append((_behind(seen, led, other), other, (*way, led)))
        if len(waiting) > _MOST:
            raise RevisionError(f"links lead to links in more than {_MOST} ways; name a folder with fewer")


def _is_found(link: str, place: str, sets: Container[str]) -> bool:
    """Whether a search in the folder *place*, which goes into none of *sets*, comes to the *link*."""
    if not is_within(link, place) or _hidden(link, place):
        return False
    return not any(is_within(holder, place) for holder in holders_of(link, sets))


def _behind(seen: str, led: str, name: str) -> str:
    """Where *name* is seen through the link *seen*, which leads to *led*."""
    return f"{seen}/{name[len(led) :].strip('/')}".rstrip("/")


def _led_to(place: str, links: Mapping[str, str]) -> str | None:
    """Where *place* is, part by part, as a system follows links; None out of the repository."""
    waiting, done, followed = place.split("/")[::-1], list[str](), 0
    while waiting:
        part = waiting.pop()
        if part == ".." and not done:
            return None
        if part == "..":
            done.pop()
        elif (target := links.get("/".join((*done, part)))) is not None:
            followed += 1
            if target.startswith("/") or followed > _MANY:
                return None
            waiting += target.split("/")[::-1]
        elif part not in ("", "."):
            done.append(part)
    return "/".join(done)


def seen_submodules(revision: str, folder: str | None = None, *, on_disk: bool = False) -> Mapping[str, str]:
    """The commit of each submodule at *revision* that somebody who reads *folder* comes to, by its folder.

    A link in *folder* counts as what it leads to, with the folder in the submodule behind the commit. With
    *on_disk*, submodules are as the working tree has them, with changes since *revision*.

    Raises:
        RevisionError: when the revision cannot be read.
    """
    here, within = Path(), "" if folder is None else place_of_folder(folder)
    listed = _listed(revision, here)
    modules = _checked_out(revision, listed.modules) if on_disk else listed.modules
    found = {
        name: id
        for name, id in modules.items()
        if is_within(within, name) or (is_within(name, within) and not _hidden(name, within))
    }
    if not modules or not listed.links:
        return found
    targets = map(os.fsdecode, read_blobs(list(listed.links.values()), here))
    links = dict(zip(listed.links, targets, strict=True))
    for seen, led in _seen_links(links, within):
        for name, id in modules.items():
            if is_within(name, led) and not _hidden(name, led):
                found[_behind(seen, led, name)] = id
            elif is_within(led, name):
                found[seen] = f"{id}:{led[len(name) + 1 :]}"
    return found


def _checked_out(revision: str, modules: Mapping[str, str]) -> Mapping[str, str]:
    """*modules* of *revision*, as they are in the working tree, or in the index where they are not there."""
    here, found = top_folder(), dict(modules)
    # Nothing in .gitmodules may say that a pointer is passed over.
    quick = ["--no-abbrev", "--no-renames", "--no-ext-diff", "--no-relative", "--ignore-submodules=dirty"]
    told = ask_git(["diff", "--raw", "-z", *quick, tree_id(revision, here)], here).split(b"\0")
    for head, raw in zip(told[::2], told[1::2], strict=False):
        was, now, _, id, _ = head.decode().lstrip(":").split()
        name = os.fsdecode(raw)
        if was == _SUBMODULE:
            found.pop(name, None)
        if now == _SUBMODULE:
            asked = ["rev-parse", "--verify", "HEAD"]
            found[name] = id if id.strip("0") else ask_git(asked, here / name).decode().strip()
    return found


class _Listed(NamedTuple):
    """The sets of a revision, with the ids of their trees, and its links, with the ids of their targets.

    And its submodules, with the ids of their commits.
    """

    sets: Mapping[str, str]
    links: Mapping[str, str]
    modules: Mapping[str, str]


def _listed(revision: str, here: Path) -> _Listed:
    tree = tree_id(revision, here)
    listed = ask_git(["ls-tree", "-r", "-t", "-z", "--full-tree", tree], here)
    trees, sets, links, modules = {"": tree}, [], {}, {}
    for entry in listed.split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        name = os.fsdecode(raw)
        if head.startswith(b"040000"):
            trees[name] = head.decode().split()[2]
        elif posixpath.basename(name) == CATALOG.place:
            sets.append(posixpath.dirname(name))
        elif head.startswith(b"120000"):
            links[name] = head.decode().split()[2]
        elif head.startswith(_SUBMODULE.encode()):
            modules[name] = head.decode().split()[2]
    return _Listed({name: trees[name] for name in sorted(sets)}, links, modules)


def _sets_in(sets: Mapping[str, str], place: str) -> Mapping[str, str]:
    """Those of *sets* that a search in the folder *place* finds."""
    found = {name: id for name, id in sets.items() if is_within(name, place) and not _hidden(name, place)}
    # A set in a set is a part of it, as it is on disk.
    return {name: id for name, id in found.items() if next(holders_of(name, found)) == name}


def holders_of(name: str, places: Container[str]) -> Iterator[str]:
    """Those of *places* that *name* is, or is in, the outermost first."""
    parts = name.split("/")
    outward = ["", *("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))]
    return (place for place in outward if place in places)


def place_of_folder(folder: str) -> str:
    """*folder*, which is seen from the current directory, as seen from the top of the repository."""
    return place_in_tree(f"./{posixpath.join(*os.path.relpath(folder).split(os.sep))}", Path())


def is_within(name: str, place: str) -> bool:
    """Whether *name* is the folder *place*, or in it."""
    return not place or name == place or name.startswith(f"{place}/")


def _hidden(name: str, place: str) -> bool:
    """Whether a search in the folder *place* on disk would pass over *name*."""
    inner = name[len(place) :].strip("/").split("/")
    return any(part.startswith(".") or part == "node_modules" for part in inner)
