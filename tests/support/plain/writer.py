"""Writes plain data as the YAML files of a policy set, whatever the names in it; reads it back."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from plain.catalog import Data

FLAGS = ("deprecated", "everyone", "hidden", "locked", "by_name", "sensitive")


def write_set(files: Mapping[str, Data], folder: Path) -> Path:
    """One file for each entry of *files*; gives back *folder*."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(data) + "\n", encoding="ascii")
    return folder


def text_of(data: Data, key: str = "") -> str:
    """*data* in flow style, every text in double quotes, printable ASCII only."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{quoted(name)}: {text_of(node, name)}" for name, node in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(text_of(node) for node in data) + "]"
    return str(data) if key in FLAGS else quoted(data)


def quoted(text: str) -> str:
    """A YAML double-quoted scalar."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char <= "~":
        return char
    code = ord(char)
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def read_set(folder: Path) -> dict[str, Data]:
    """The files of a policy set as plain data."""
    found = {"catalog.yaml", "domains.yaml", "bindings.yaml"}
    paths = [path for path in folder.rglob("*.yaml") if path.name in found or path.parent.name == "roles"]
    return {
        path.relative_to(folder).as_posix(): yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
        for path in sorted(paths)
    }
