"""JSON Schemas of the files of a set, with the grants that its catalog allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rolegate.catalog.model import Catalog, Permission


def schemas_with_grants(catalog: Catalog, restrictions: Iterable[str]) -> dict[str, dict[str, Any]]:
    """A JSON Schema for each kind of file, in which editors find the grants that *catalog* allows."""
    from rolegate.documents.schema import schema_for  # brings pydantic's schema generator

    texts = ["*"]
    for alias, named in catalog.aliases.items():
        texts.append(alias if isinstance(catalog.nodes[named], Permission) else f"{alias}.*")
    for path, node in catalog.nodes.items():
        if isinstance(node, Permission):
            instance = "[*]" if node.chain else ""
            scopes = [f"@{scope}" for scope in node.ladder.scopes] if node.ladder else [""]
            texts += [path, *(f"{path}{instance}{scope}" for scope in scopes if not node.hidden)]
        elif path and catalog.shown(path):
            texts.append(f"{path}.*")
    return schema_for(texts, restrictions, catalog.role_kinds)
