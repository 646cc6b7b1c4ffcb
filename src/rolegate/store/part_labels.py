"""The labels of a part of a store: those of what is not in the part would be of nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from rolegate.diagnostics import Report
from rolegate.documents.composer import compose
from rolegate.documents.file_kinds import LABELS, kind_of
from rolegate.store.files_of_items import yaml_text
from rolegate.store.item import Item
from rolegate.store.items_of_files import plain_value


def texts_of_part(texts: Mapping[str, str], items: Iterable[Item]) -> dict[str, str]:
    """*texts* without labels of roles and instances that are not among *items*."""
    listed = list(items)
    roles = {item.document["role"] for item in listed if item.kind == "role"}
    domains = {item.document["domain"] for item in listed if item.kind == "domain"}
    return {
        name: _fitting(name, text, roles, domains) if kind_of(name) is LABELS else text
        for name, text in texts.items()
    }


def _fitting(name: str, text: str, roles: Collection[str], domains: Collection[str]) -> str:
    said: Any = plain_value(compose(text.removeprefix("\ufeff"), name, Report()))
    for section, known in (("roles", roles), ("instances", domains)):
        if section in said:
            said[section] = {key: value for key, value in said[section].items() if key in known}
    return yaml_text(said)
