"""Domains that have more than before: a permission, roles of their own, a domain around them, an instance.

Or another zone, in which a line may begin earlier or end later. Whoever is given something by an application
may use it there, though no file says who that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, shown
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.extents import AccessChange
from rolegate.review.owned_names import in_quotes
from rolegate.review.paired_names import renamed_domains
from rolegate.review.paired_permissions import paired_permissions
from rolegate.review.sensitive_marks import is_sensitive


class WiderDomains:
    """Compares what the domains of two policies have; nobody was given anything in one that is new.

    What a role of the files is told to gain in a domain, all of it and for ever, is not said again. Neither
    are a domain around it, an instance that is back and another zone, where the domain around says so. With
    *sensitive_only*, what is said is about something sensitive; where it is about everything, something in
    the catalog is.
    """

    def __init__(
        self,
        old: Resolved,
        new: Resolved,
        changed: Iterable[ChangedSubjects],
        *,
        sensitive_only: bool = False,
    ) -> None:
        self._old, self._new = old, new
        pairs = paired_permissions(old.catalog, new.catalog)
        known = [
            pair for pair in pairs if pair.old is not None and pair.new is not None and not pair.is_alias
        ]
        self._pairs = [pair for pair in known if not sensitive_only or is_sensitive(pair, old.catalog)]
        self._names = renamed_domains(old, new)
        self._were = {self._today(domain.name): domain for domain in old.domains}
        self._told = {
            (change.permission.path, domain)
            for line in changed
            if line.kind == "role" and line.since is None and line.until is None
            for domain in line.domains
            for change in line.changes
            if change.gains and _is_whole(change)
        }

    def __iter__(self) -> Iterator[str]:
        for was in self._old.domains if self._pairs else ():
            now = self._new.domains.by_name.get(self._today(was.name))
            if now is not None:
                yield from (f"domain {in_quotes(now.name)}: {said}" for said in self._more(was, now))

    def _today(self, name: str) -> str:
        """What a domain of the older side is called now."""
        return self._names.get(name, name)

    def _more(self, was: Domain, now: Domain) -> Iterator[str]:
        if (was.kind, was.plan, was.addons) != (now.kind, now.plan, now.addons):
            yield from self._offered(was, now)
        outer = None if now.within is None else self._were.get(now.within)
        known = set() if outer is None else {*self._around(outer)}
        yield from (f"within {in_quotes(name)}" for name in self._around(was) if name not in known)
        above = self._old.domains.by_name.get(was.within or "")
        for (kind, path), named in self._back(was).items():
            if named or above is None or (kind, path) not in self._back(above):
                yield f"removed {kind} {in_quotes(path)}: gone"
        inherited = outer is not None and (outer.zone, self._zone(now.within)) == (was.zone, now.zone)
        if was.zone != now.zone and not inherited:
            zones = f"{in_quotes(now.zone)} (was {in_quotes(was.zone)})"
            yield f"zone {zones}, so lines begin and end at other times"

    def _zone(self, name: str | None) -> str | None:
        """The zone of a domain of the newer side."""
        domain = self._new.domains.by_name.get(name or "")
        return None if domain is None else domain.zone

    def _around(self, was: Domain) -> list[str]:
        """The domains around a domain today that were not around it."""
        before = {self._today(name) for name in self._old.domains.outward(was.name)}
        return [name for name in self._new.domains.outward(self._today(was.name)) if name not in before]

    def _back(self, was: Domain) -> dict[tuple[str, str], bool]:
        """The instances that were removed and are not now, and whether the domain itself listed each."""
        now = self._new.domains.by_name.get(self._today(was.name))
        kinds = self._new.catalog.former.of("resource")
        found: dict[tuple[str, str], bool] = {}
        for kind, paths in was.removed.items() if now is not None else ():
            today = kinds.get(kind, kind)
            for path in paths if today in self._new.catalog.resources else ():
                if now is not None and now.gone(today, path) is None:
                    found[today, path] = path in was.named.get(kind, ())
        return found

    def _offered(self, was: Domain, now: Domain) -> Iterator[str]:
        """What a domain has on another plan, with other add-ons, or as another kind of domain."""
        for pair in self._pairs:
            assert pair.old is not None and pair.new is not None  # noqa: S101
            more = now.offers(pair.new.availability) and not was.offers(pair.old.availability)
            if more and (pair.path, now.name) not in self._told:
                yield f"has {pair.path}"
        kinds = {kind.name: kind.availability for kind in self._old.catalog.kinds_of_roles}
        for kind in self._new.catalog.kinds_of_roles:
            before = kinds.get(kind.name)
            managing = None if kind.manage is None else self._new.catalog.find(kind.manage)
            if managing is not None and (managing.path, now.name) in self._told:
                continue  # it is told who may write such roles
            if before is not None and now.offers(kind.availability) and not was.offers(before):
                yield f"may have {'custom roles' if kind.name is None else f'roles of kind {kind.name}'}"


def _is_whole(change: AccessChange) -> bool:
    """Whether all of a permission is held after the change, on each instance and at its broadest scope."""
    permission = change.permission.new
    if permission is None:
        return False
    everything = Right(permission.path, "*" if permission.chain else "-", permission.scope_names[0])
    return shown(everything).removeprefix(permission.path) in change.after
