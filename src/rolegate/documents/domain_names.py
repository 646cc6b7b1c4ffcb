"""Files that are named after a domain: which one a name tells, and which names cannot stand side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rolegate.diagnostics import Report, Span
from rolegate.documents import file_problems as problems
from rolegate.documents.text import Keyed, Listed, Text, Value
from rolegate.encoding import decode

# What every file system keeps as it is: they differ in what they make of all other letters.
_SPELLING = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+").fullmatch
_ENDING = re.compile(r"\.ya?ml$", re.IGNORECASE)
_MOUNTED = re.compile(r"\.\.(?:data(?:_tmp)?|[0-9]{4}_[0-9_.]+)").fullmatch


def domain_part(relative: str) -> str:
    """The part of the file name *relative* that tells the domain, as it is spelled there."""
    part = relative.split("/")[1]
    return _ENDING.sub("", part) if relative.count("/") == 1 else part.removesuffix(".yaml")


def domain_of(relative: str, top: Span, report: Report) -> Text | None:
    """The domain that the file *relative* is named after; None where that is not clear, which is reported."""
    spelled = domain_part(relative)
    domain = _spelled_by(spelled)
    if domain is None:
        problems.domain_spelled_wrong(report, top, spelled)
    elif spelled.startswith("."):
        problems.domain_begins_with_dot(report, top, spelled, is_file=relative.count("/") == 1)
    else:
        return Text(domain, top)
    return None


def is_hidden(relative: str) -> bool:
    """Whether the name *relative* in a folder for files of domains is one that other programs keep there.

    It begins with a dot and spells no domain: that of a lock (`.#acme.yaml`) or in a mounted config map.
    """
    name = relative.rpartition("/")[2]
    return name.startswith(".") and (not _spelled_by(domain_part(relative)) or _MOUNTED(name) is not None)


def _spelled_by(spelled: str) -> str | None:
    try:
        return decode(spelled) if _SPELLING(spelled) else None
    except UnicodeDecodeError:
        return None


def check_spellings(names: Iterable[str], report: Report, top: dict[str, Span]) -> None:
    """Report domains with files in two places, and names that are one to a system that ignores capitals.

    All *names* are of files named after a domain, in one folder; *top* has the place of each.
    """
    first: dict[str, str] = {}
    folded: dict[str, tuple[str, str]] = {}
    for name in sorted(names):
        place = "/".join(name.split("/")[:2])
        domain = domain_of(name, top[name], Report())
        other = first.setdefault(domain, place) if domain is not None else place
        if other != place:
            problems.domain_in_two_places(report, top[name], place, other, str(domain))
            continue
        for part in dict.fromkeys((place, name)):
            earlier, file = folded.setdefault(part.lower(), (part, name))
            if earlier != part:
                problems.names_differ_in_case(report, top[name], part, top[file], earlier)
                break


def as_domains(value: Value, domain: Text) -> Value:
    """The keys of one domain, as a file of several has them."""
    several = Keyed(domain.span, [(domain, value)])
    return Keyed(domain.span, [(Text("domains", domain.span), several)])


def in_domain(value: Value, domain: Text) -> Value:
    """A file of bindings in which each line says its domain: *domain*, unless it names one itself."""
    if not isinstance(value, Keyed):
        return value
    filled = Keyed(value.span, [(key, _filled(key, lines, domain)) for key, lines in value.items()])
    filled.partial = value.partial
    return filled


def roles_in_domain(value: Value, domain: Text) -> Value:
    """A file of roles in which each says its domain: *domain*, unless it names one itself."""
    if not isinstance(value, Keyed) or not isinstance(value.get("roles"), Keyed):
        return _with_domain(value, domain)
    roles = value["roles"]
    inner = Keyed(roles.span, [(name, _with_domain(role, domain)) for name, role in roles.items()])
    inner.partial = roles.partial
    filled = Keyed(value.span, [(key, inner if key == "roles" else part) for key, part in value.items()])
    filled.partial = value.partial
    return filled


def _filled(key: str, lines: Value, domain: Text) -> Value:
    if key != "bindings" or not isinstance(lines, Listed):
        return lines
    return Listed(lines.span, [_with_domain(line, domain) for line in lines])


def _with_domain(line: Value, domain: Text) -> Value:
    if not isinstance(line, Keyed) or "domain" in line:
        return line
    filled = Keyed(line.span, [*line.items(), (Text("domain", domain.span), domain)])
    filled.partial = line.partial
    return filled
