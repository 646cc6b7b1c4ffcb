"""Reads what a step prints as the runner of GitHub does: lines that are commands, and lines that are not."""

from __future__ import annotations

from typing import NamedTuple

KNOWN = (
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "add-mask",
    "stop-commands",
    "add-matcher",
)


class WorkflowCommand(NamedTuple):
    """A command with its properties and its message."""

    name: str
    properties: dict[str, str]
    message: str


def workflow_commands(text: str) -> list[WorkflowCommand]:
    """The commands in *text*; a line ends where a program that writes to a pipe ends one."""
    found = (_new_form(line) or _old_form(line) for line in text.replace("\r\n", "\n").split("\n"))
    return [command for command in found if command is not None]


def _new_form(line: str) -> WorkflowCommand | None:
    """`::name key=value,key=value::message` at the start of a line."""
    line = line.lstrip()
    head, colons, message = line[2:].partition("::")
    name, _, given = head.partition(" ")
    if not line.startswith("::") or not colons or name not in KNOWN:
        return None
    pairs = (pair.partition("=") for pair in given.strip().split(",") if pair)
    properties = {key: _unescaped(value, "%3A:", "%2C,") for key, _, value in pairs if value}
    return WorkflowCommand(name, properties, _unescaped(message))


def _old_form(line: str) -> WorkflowCommand | None:
    """`##[name]message`, anywhere in a line."""
    _, start, rest = line.partition("##[")
    head, end, message = rest.partition("]")
    name = head.partition(" ")[0]
    return WorkflowCommand(name, {}, message) if start and end and name in KNOWN else None


def _unescaped(text: str, *more: str) -> str:
    for escape in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(escape[:3], escape[3:])
    return text
