"""Why a change cannot be made, whoever makes it."""

from __future__ import annotations

import json

from rolegate.administration.tenant_documents import DocumentName, listed
from rolegate.diagnostics import short
from rolegate.errors import ChangeError
from rolegate.wording.phrases import Listing, Phrase, SaidName, named


def not_there(name: DocumentName) -> ChangeError:
    return ChangeError(Phrase("not_there", what=_named(name)))


def there_already(name: DocumentName) -> ChangeError:
    return ChangeError(Phrase("there_already", what=_named(name)))


def a_default_role(role: str) -> ChangeError:
    return ChangeError(Phrase("default_role", role=SaidName("role", role)))


def changed_since(name: DocumentName) -> ChangeError:
    return ChangeError(Phrase("changed_since", what=_named(name)))


def domains_inside(domain: str, inside: list[str]) -> ChangeError:
    names = Listing("comma", [SaidName("domain", name) for name in inside[:5]])
    return ChangeError(Phrase("domains_inside", domain=SaidName("domain", domain), names=names))


def no_former_names(domain: str) -> ChangeError:
    return ChangeError(Phrase("no_former_names", domain=SaidName("domain", domain), key="`renamed_from`"))


def former_name_of(domain: str, named: str) -> ChangeError:
    names = {"domain": SaidName("domain", domain), "named": SaidName("domain", named)}
    return ChangeError(Phrase("former_name_of", **names))


def not_edited(key: str) -> ChangeError:
    return ChangeError(Phrase("not_edited", key=f"`{key}`"))


def removed_before(kind: str, path: str, domain: str) -> ChangeError:
    return ChangeError(Phrase("removed_before", **_instance(kind, path, domain)))


def no_such_instance(kind: str, path: str, domain: str) -> ChangeError:
    return ChangeError(Phrase("has_no_instance", **_instance(kind, path, domain)))


def of_another_domain(named: object, domain: str) -> ChangeError:
    about = SaidName("domain", short(str(named)))
    return ChangeError(Phrase("another_domain", named=about, domain=SaidName("domain", domain)))


def not_about_that(line: str, *, gives: bool) -> ChangeError:
    return ChangeError(Phrase("line_gives" if gives else "line_takes", line=_line(line)))


def _named(name: DocumentName) -> Phrase:
    """A document with the word for its kind, and whose it is."""
    of = name.domain or "" if name.kind == "role" else ""
    what = _line(name.name) if name.kind == "line" else named(name.kind, name.name, of)
    if name.domain is None or name.kind == "domain":
        return what
    return Phrase("of_domain", what=what, domain=SaidName("domain", name.domain))


def _line(text: str) -> Phrase:
    """A line in words: whose it is, and what else it says."""
    said = dict(json.loads(text))
    said.pop("domain", None)
    who = next((named(kind, str(said.pop(kind))) for kind in ("user", "team") if kind in said), None)
    if who is None and said.pop("everyone", None):
        who = Phrase("everyone")
    role = said.pop("role", None)
    what = [] if role is None else [named("role", short(str(role)))]
    for key, value in said.items():
        names = Listing("comma", [SaidName("grant", str(one)) for one in listed(value)[:5]])
        what.append(Phrase("line_key", key=SaidName("code", key), names=names))
    if who is None:
        return Phrase("line_of_all", what=Listing("comma", what))
    return Phrase("line_of", who=who, what=Listing("comma", what))


def _instance(kind: str, path: str, domain: str) -> dict[str, SaidName]:
    return {
        "kind": SaidName("resource", kind),
        "id": SaidName("instance", path, kind),
        "domain": SaidName("domain", domain),
    }
