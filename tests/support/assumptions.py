"""What a policy set marks as assumed, and what its README says about that.

    | Assumed | Marked at |
    |---|---|
    | Who edits roles | `catalog.yaml` |
    | Agents print tickets | `tickets.print`, `agent` |

A place is the path of a permission or group, the id of a role, or a file: `catalog.yaml` for what the catalog
assumes as a whole, with a row for each assumption, and a file of labels, which has no key for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from document_tables import tables


def marked(folder: Path) -> Counter[str]:
    """How many assumptions the files have at each place."""
    catalog = _read(folder / "catalog.yaml")
    found = Counter({"catalog.yaml": _times(catalog)})
    found.update(dict(_in_permissions(catalog["permissions"], "")))
    for path in sorted(folder.glob("roles/**/*.yaml")):
        data = _read(path)
        for name, role in data["roles"].items() if "roles" in data else [(data["role"], data)]:
            found[str(name)] += _times(role)
    return +found


def named(folder: Path) -> Counter[str]:
    """How many rows of the README name each place."""
    rows = [row for table in tables(folder / "README.md") for row in table if "Assumed" in row.cells]
    return Counter(place for row in rows for place in row.codes("Marked at"))


def differences(folder: Path) -> list[str]:
    """Places that only one of the two has; several assumptions about one permission may share a row."""
    ours, theirs = marked(folder), named(folder)
    found = [f"{place} is marked, and no row names it" for place in ours if place not in theirs]
    found += [f"{place} is named, and not marked" for place in theirs if place not in ours]
    if ours["catalog.yaml"] != theirs["catalog.yaml"]:
        found.append(f"the catalog assumes {ours['catalog.yaml']}, and {theirs['catalog.yaml']} rows name it")
    return found


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return data


def _times(data: dict[str, Any]) -> int:
    """How many assumptions one mapping has."""
    given = data.get("assumed", [])
    return len(given) if isinstance(given, list) else 1


def _in_permissions(nodes: dict[str, Any], path: str) -> Iterator[tuple[str, int]]:
    for name, node in nodes.items():
        if isinstance(node, dict):
            yield path + name, _times(node)
            yield from _in_permissions(node.get("permissions", {}), f"{path}{name}.")
