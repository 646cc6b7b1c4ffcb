"""Why a change cannot be made, whoever makes it."""

from __future__ import annotations

from rolegate.administration.tenant_documents import DocumentName
from rolegate.diagnostics import quoted
from rolegate.errors import ChangeError


def not_there(name: DocumentName) -> ChangeError:
    return ChangeError(f"there is no {name.words}")


def there_already(name: DocumentName) -> ChangeError:
    return ChangeError(f"there is a {name.words} already")


def changed_since(name: DocumentName) -> ChangeError:
    return ChangeError(f"the {name.words} was changed in the meantime, so that cannot be undone")


def domains_inside(domain: str, inside: list[str]) -> ChangeError:
    names = ", ".join(quoted(name) for name in inside[:5])
    return ChangeError(f"domains lie within {quoted(domain)}: {names}")


def removed_before(kind: str, path: str, domain: str) -> ChangeError:
    what = f"{quoted(path)} of {quoted(kind)}"
    return ChangeError(
        f"{what} was removed in {quoted(domain)}: say `revive` to give back what it was granted"
    )


def no_such_instance(kind: str, path: str, domain: str) -> ChangeError:
    return ChangeError(f"domain {quoted(domain)} has no {quoted(path)} of {quoted(kind)}")


def of_another_domain(named: object, domain: str) -> ChangeError:
    return ChangeError(
        f"this is about {quoted(named)}, and {quoted(domain)} is administered: name that in `store.admin`"
    )


def not_about_that(line: str, wanted: str) -> ChangeError:
    return ChangeError(f"the line {wanted}: {line}")
