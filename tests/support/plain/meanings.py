"""What each text of a catalog can stand for, written out text by text."""

from typing import Any

Data = Any

LONGEST = 6
"""Names within names: where a group lay below its own name, there is no longest text."""


def texts(value: Data) -> list[str]:
    """One text, a list of texts, or nothing: as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def meanings(data: Data) -> dict[str, set[str]]:
    """Each text, with the path of everything it could be taken for; more than one is a clash."""
    nodes: dict[str, Data] = {}
    _walk(data["permissions"], "", nodes)
    called = {path: {path, *texts(node.get("renamed_from"))} for path, node in nodes.items()}
    groups = [path for path, node in nodes.items() if "permissions" in node or "fields" in node]
    while True:
        before = sum(map(len, called.values()))
        for group in groups:
            heads = sorted(called[group], key=len)
            if len(heads) == 1:
                continue  # what begins with its one name does so already
            for names in called.values():
                # Whatever begins with one name of the group might as well begin with another one.
                rests = {
                    name[len(head) + 1 :] for name in names for head in heads if name.startswith(f"{head}.")
                }
                names |= {f"{head}.{rest}" for head in heads for rest in rests if _short(head, rest)}
        if sum(map(len, called.values())) == before:
            break
    for path, node in nodes.items():
        called[path] |= set(texts(node.get("aliases")))
    found: dict[str, set[str]] = {}
    for path, names in called.items():
        for name in names:
            found.setdefault(name, set()).add(path)
    return found


def _short(head: str, rest: str) -> bool:
    return head.count(".") + rest.count(".") + 2 <= LONGEST


def _walk(children: Data, above: str, nodes: dict[str, Data]) -> None:
    """Every node below, by its path; the fields of a group lie in a group of their own."""
    for name, node in children.items():
        path = f"{above}.{name}" if above else name
        nodes[path] = node = node if isinstance(node, dict) else {}
        _walk(node.get("permissions", {}), path, nodes)
        if "fields" in node:
            fields = node["fields"] if isinstance(node["fields"], dict) else dict.fromkeys(node["fields"], "")
            nodes[f"{path}.fields"] = {"fields": fields}
            fields = {field: by_record(one, f"{path}.fields.{field}") for field, one in fields.items()}
            _walk(fields, f"{path}.fields", nodes)


def by_record(field: Data, path: str) -> Data:
    """A field, with two permissions in it if it has scopes; who edits must see, and does."""
    if not isinstance(field, dict) or "scopes" not in field:
        return field
    both = {key: field[key] for key in ("scopes", "deprecated") if key in field}
    needs = {key: field[key] for key in ("requires", "implies") if key in field}
    edit = both | {"requires": f"{path}.view", "implies": f"{path}.view"}
    rest = {key: value for key, value in field.items() if key not in both | needs}
    return rest | {"permissions": {"view": both | needs, "edit": edit}}
