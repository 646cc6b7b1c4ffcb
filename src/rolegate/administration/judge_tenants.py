"""What is for the application alone, and what it may do: tenants that come, go and pay; people who leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rolegate.administration.tenant_documents import (
    Document,
    DocumentChange,
    TenantDocuments,
    listed,
    takes_away,
)
from rolegate.giving.may_give import Refusal
from rolegate.wording.phrases import Phrase


def tenant_refusals(changes: Iterable[DocumentChange]) -> Iterator[Refusal]:
    """Changes of domains themselves, which are not for people: their plans, add-ons and instances.

    Of a domain that would come or go nothing else is said.
    """
    for change in changes:
        if change.name.kind == "domain" and None in (change.before, change.after):
            yield Refusal("tenant", None, why=Phrase("refused_domains"))
        elif change.name.kind == "domain":
            yield Refusal("tenant", change.domain)


def system_refusals(
    changes: Iterable[DocumentChange], before: TenantDocuments, after: TenantDocuments
) -> Iterator[Refusal]:
    """What the application does for people: it gives nothing in a domain that was there before."""
    for change in changes:
        new = change.domain is not None and before.get("domain", change.domain, change.domain) is None
        if change.name.kind == "domain" or new or _takes_only(change, after):
            continue
        yield Refusal("system", change.domain)


def _takes_only(change: DocumentChange, after: TenantDocuments) -> bool:
    """Whether something goes: of a domain that is gone, or of users who are."""
    name, before, now = change
    if before is None:
        return False
    if name.domain is not None and after.get("domain", name.domain, name.domain) is None:
        return now is None
    if name.kind == "line":
        user = before.get("user")
        return now is None and (not takes_away(before) or not _is_named(user, name.domain, after))
    if name.kind == "team" and now is not None:
        rest = {key: value for key, value in before.items() if key != "members"}
        kept = [member for member in listed(before["members"]) if member in listed(now["members"])]
        return {**rest, "members": kept} == now
    return False


def _is_named(user: str | None, domain: str | None, documents: TenantDocuments) -> bool:
    """Whether something in a domain, around or inside it names *user*; None means anybody."""
    if user is None:
        return True
    around = documents.around(domain)
    return any(
        name.domain in around or domain in documents.around(name.domain)
        for name, document in documents.by_name.items()
        if _names(document, user)
    )


def _names(document: Document, user: str) -> bool:
    return document.get("user") == user or user in listed(document.get("members"))
