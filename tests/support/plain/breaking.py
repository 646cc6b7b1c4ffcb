"""Sets in which the files of single tenants are broken, in ways that people break them."""

import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from plain.catalog import Data
from plain.restricting import takes_away
from plain.strategies import Files
from plain.writer import write_set

Owner = tuple[str, str | None]
"""A domain, or a custom role of it."""

LONGEST = 200
"""Names of files that every file system takes."""


def spelled(domain: str) -> str:
    """The name of the file of a domain, which no other one equals where capitals do not count."""
    plain = "abcdefghijklmnopqrstuvwxyz0123456789-_~"
    return "".join(chr(byte) if chr(byte) in plain else f"%{byte:02X}" for byte in domain.encode())


def in_folders(files: Files) -> Files:
    """The same set with a file for each domain and for its lines, as far as their names are short enough."""
    files = deepcopy(files)
    domains = files["domains.yaml"]["domains"]
    homes = {name: spelled(name) for name in domains if len(spelled(name)) <= LONGEST}
    made = {name: data for name, data in files.items() if name.startswith(("catalog", "roles/"))}
    for name, data in list(made.items()):
        if data.get("domain") in homes:
            made[f"roles/{homes[data['domain']]}/{name.partition('/')[2]}"] = made.pop(name)
    for name, node in domains.items():
        if name in homes:
            made[f"domains/{homes[name]}.yaml"] = node or {}
    left = {name: node for name, node in domains.items() if name not in homes}
    if left:
        made["domains.yaml"] = {"domains": left}
    for line in files["bindings.yaml"]["bindings"]:
        home = homes.get(line["domain"])
        place = "bindings.yaml" if home is None else f"bindings/{home}.yaml"
        made.setdefault(place, {"bindings": []})["bindings"].append(line)
    return made


class Breaking:
    """Breaks the files in a folder; `broken` is whose they are."""

    def __init__(self, files: Files, folder: Path, draw: random.Random) -> None:
        self.files, self.folder, self.draw = in_folders(files), folder, draw
        self.broken: set[Owner] = set()
        self.places = {spelled(name): name for name in files["domains.yaml"]["domains"]}
        self.garbage: set[str] = set()

    def break_one(self) -> None:
        """Break one file of a tenant."""
        names = [name for name in sorted(self.files) if self.owner(name) is not None]
        if not names:
            return
        name = self.draw.choice(names)
        owner = self.owner(name)
        assert owner is not None
        if (owner[1] is None or name.count("/") == 2) and self.draw.random() < 0.4:
            self.garbage.add(name)
            owner = owner[0], None
        else:
            kind = name.partition("/")[0]
            ways = {"domains": DOMAINS, "bindings": LINES, "roles": ROLES}[kind]
            self.draw.choice(ways)(self.files[name])
            if "garnts" in self.files[name]:  # a key that is not known may say what the role stands for
                owner = owner[0], None
        self.broken.add(owner)

    def owner(self, name: str) -> Owner | None:
        """Whose the file *name* is; nobody's when all tenants share it."""
        if name.startswith(("domains/", "bindings/")):
            return self.places[name.partition("/")[2].removesuffix(".yaml")], None
        if name.startswith("roles/") and "domain" in self.files[name]:
            return self.files[name]["domain"], self.files[name]["role"]
        return None

    def write(self) -> None:
        """Put the files into the folder."""
        write_set(self.files, self.folder)
        for name in self.garbage:
            path = self.folder / name
            begun = self.draw.choice(["{]", "", "\t- x", "? [", "bindings: ["])
            path.write_text(begun + path.read_text()[:-9])


def _line(change: Callable[[Data], object]) -> Callable[[Data], object]:
    """Changes the first line that takes something away, or else the first."""

    def changed(data: Data) -> None:
        lines = data["bindings"]
        change(next((line for line in lines if takes_away(line)), lines[0]))

    return changed


NOTHING = "no such thing"

LINES: list[Callable[[Data], object]] = [
    _line(lambda line: line.update(restrict=[NOTHING])),
    _line(lambda line: line.update(until="soon")),
    _line(lambda line: line.update(onyl={})),
    _line(lambda line: [line.pop(key, None) for key in ("restrict", "restrictions", "grants", "role")]),
    lambda data: data["bindings"].insert(0, {"team": NOTHING, "grants": ["*"]}),
    lambda data: data["bindings"].append({"user": "x", "role": NOTHING}),
    lambda data: data.update(bindigns=[]),
]

DOMAINS: list[Callable[[Data], object]] = [
    lambda data: data.update(within=NOTHING),
    lambda data: data.update(plan=NOTHING),
    lambda data: data.update(kind=NOTHING),
    lambda data: data.update(teasm={}),
    lambda data: data.update(teams={"x": [{"team": NOTHING}]}),
    lambda data: data.update(zone="Mars/Olympus"),
]

ROLES: list[Callable[[Data], object]] = [
    lambda data: data.update(grants=[NOTHING]),
    lambda data: data.update(extends=[NOTHING]),
    lambda data: data.update(extends=[data["role"]]),
    lambda data: data.update({"except": [NOTHING]}),
    lambda data: data.update(garnts=[]),
    lambda data: data.update(grants={}),
]
