"""Who may give what: nobody gives what they do not hold, whatever the way of giving it.

Each way is a change of what some people hold in some domains: a role or a line that is given, a team that is
joined, a restriction that is lifted, an end that is moved, a role that is edited, cloned or restored. So one
function judges them all, by what is held before and after. It is asked with what the giver holds when the
change is made, and not when they began with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rolegate.diagnostics import Diagnostic
from rolegate.giving.timed_rights import TimedRight, TimedRights
from rolegate.grants.rights import Right, RightSet, shown
from rolegate.grants.takes import Take
from rolegate.wording.phrases import Phrase, SaidName, spoken

RefusalReason = Literal[
    "manage", "beyond", "stronger", "locked", "kind", "never", "last", "apart", "plan", "outer", "asleep",
    "tenant", "system", "files", "invalid",
]  # fmt: skip

NOTHING = TimedRights()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change may not be made: a reason, the domain, and the right that it is about, if it is about one.

    `manage`: the giver does not manage there. `beyond`: they do not hold what they would give. `stronger`:
    the role holds what they do not. `locked`: the role is edited in files alone. `kind`, `never`: roles of
    the kind do not hold it. `last`: nobody would be left who manages; `apart`: nobody who does so around the
    domain as well; `plan`: nobody would with another plan, and the change does not say who does then.
    `outer`: managing would be taken from somebody who manages around the domain. `asleep`: it gives nothing
    today, and they would not hold it when it wakes. `tenant`: it is for the application, and `system`: it is
    not. `files`: files own it. `invalid`: the set would have an error, the `finding`.
    """

    reason: RefusalReason
    domain: str | None
    right: Right | None = None
    finding: Diagnostic | None = None
    why: Phrase | None = None
    """The sentence that says it, where that is another one than for the reason."""
    say: Callable[[str, str], str] = field(default=spoken, compare=False, repr=False)
    """Says a sentence in a language, with the titles of a set where that is known."""

    @property
    def code(self) -> str:
        """Its stable code, which has a page; that of the finding, if it is about one."""
        return _CODES[self.reason] if self.finding is None else self.finding.code

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> Phrase:
        """The sentence in English, with the paths of what it names."""
        what = self._said
        if self.domain is None or self.finding is not None:
            return what
        return Phrase("refused_in", what=what, domain=SaidName("domain", self.domain))

    @property
    def _said(self) -> Phrase:
        if self.why is not None:
            return self.why
        if self.finding is not None:
            return Phrase("refused_finding", finding=self.finding.message)
        if self.right is not None:
            return Phrase(f"refused_{self.reason}", grant=SaidName("grant", shown(self.right)))
        return Phrase(f"refused_{'nobody' if self.reason == 'manage' else self.reason}", grant="")

    def message(self, locale: str | None = None) -> str:
        """The sentence for whoever asked, in a language; with titles, if it is known of which set.

        What a finding says stays in English, as it does for those who edit files. In a language that the set
        does not have, the titles are its own; in one that the program does not speak, the words are English.
        """
        return str(self) if locale is None else self.say(self.said, locale)


_CODES: Mapping[RefusalReason, str] = {
    "manage": "RG960",
    "beyond": "RG961",
    "stronger": "RG962",
    "locked": "RG962",
    "kind": "RG962",
    "never": "RG962",
    "last": "RG963",
    "apart": "RG963",
    "plan": "RG963",
    "outer": "RG981",
    "asleep": "RG982",
    "tenant": "RG964",
    "system": "RG964",
    "files": "RG964",
    "invalid": "RG965",
}


@dataclass(frozen=True, slots=True)
class AccessEffect:
    """What a change does to one subject in one domain; a new subject holds nothing before."""

    subject: str
    domain: str
    before: TimedRights = NOTHING
    after: TimedRights = NOTHING

    @property
    def gained(self) -> Iterator[TimedRight]:
        return self.after.beyond(self.before)


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who changes access, with what they hold by domain, before the change."""

    name: str
    held: Mapping[str, TimedRights] = field(default_factory=dict)

    def at(self, domain: str) -> TimedRights:
        """What they hold in a domain; nothing in one where they hold nothing."""
        return self.held.get(domain, NOTHING)


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role of a domain as a change finds it, or as it leaves it: all that it holds, parents included.

    `manage` is what lets its holder edit it; None where nobody does at run time. `may` is what roles of its
    kind may hold, None for anything, and `never` what they never hold.
    """

    domain: str
    holding: TimedRights = NOTHING
    manage: Right | None = None
    locked: bool = False
    may: RightSet | None = None
    never: tuple[Take, ...] = ()


def may_give(
    giver: Giver, effects: Sequence[AccessEffect], manage: Right | None, people: Sequence[AccessEffect] = ()
) -> tuple[Refusal, ...]:
    """Why *giver* may not make a change with these *effects*; nothing where they may.

    *manage* is what it takes to give and take access; None where nobody does that at run time. *effects* has
    everybody whose access changes, by domain, inner domains included. *people* has all users of these
    domains, so that the last one who manages is not lost.
    """
    found: dict[Refusal, None] = {}
    for domain in dict.fromkeys(effect.domain for effect in effects):
        if manage is None or not _manages(giver, domain, manage):
            found[Refusal("manage", domain, manage)] = None
    for effect in effects:
        for gained in effect.gained:
            if not giver.at(effect.domain).covers(gained, effect.after.denied):
                found[Refusal("beyond", effect.domain, gained.right)] = None
    if manage is not None:
        found |= dict.fromkeys(_last(people, manage))
    return tuple(found)


def may_edit(
    giver: Giver,
    before: GivenRole | None,
    after: GivenRole | None,
    effects: Sequence[AccessEffect] = (),
    people: Sequence[AccessEffect] = (),
) -> tuple[Refusal, ...]:
    """Why *giver* may not make one role of another; nothing where they may.

    *before* is None for a new role, a clone or one that is restored, *after* for one that is removed.
    *effects* has what the holders of the role gain and lose by it. A role that holds more than the giver does
    may be narrowed, and not touched otherwise.
    """
    found: dict[Refusal, None] = {}
    for role in (before, after):
        if role is None:
            continue
        if role.locked:
            found[Refusal("locked", role.domain)] = None
        if role.manage is None or not _manages(giver, role.domain, role.manage):
            found[Refusal("manage", role.domain, role.manage)] = None
    old = NOTHING if before is None else before.holding
    if after is not None:
        held = giver.at(after.domain)
        gained = tuple(after.holding.beyond(old))
        for right in gained:
            if not held.covers(right, after.holding.denied):
                found[Refusal("beyond", after.domain, right.right)] = None
        narrowed = before is not None and not gained and any(before.holding.beyond(after.holding))
        if before is not None and not narrowed:
            for right in before.holding.beyond(held):
                found[Refusal("stronger", before.domain, right.right)] = None
        found |= dict.fromkeys(_of_kind(after, old))
    for role in (before, after):
        if role is not None and role.manage is not None:
            given = may_give(giver, effects, role.manage, people)
            found |= dict.fromkeys(refusal for refusal in given if refusal.reason != "manage")
    return tuple(found)


def _manages(giver: Giver, domain: str, manage: Right) -> bool:
    """Whether somebody manages now, however long."""
    held = giver.at(domain)
    if not held.denied and TimedRight(manage) in held.allowed:
        return True
    about = (TimedRight(one.right) for one in held.allowed if one.right.path == manage.path)
    return replace(held, allowed=frozenset(about)).covers(TimedRight(manage))


def _of_kind(role: GivenRole, before: TimedRights) -> Iterator[Refusal]:
    """What a role gains that its kind does not allow."""
    for right, _ in role.holding.beyond(before):
        if role.may is not None and not role.may.covers(right):
            yield Refusal("kind", role.domain, right)
        if any(take.hits(right) for take in role.never):
            yield Refusal("never", role.domain, right)


def _last(people: Sequence[AccessEffect], manage: Right) -> Iterator[Refusal]:
    """Domains in which somebody manages now and without end, and after the change nobody does."""
    for domain in dict.fromkeys(one.domain for one in people):
        here = [one for one in people if one.domain == domain]
        wanted = TimedRight(manage)
        managed = any(one.before.covers(wanted) for one in here)
        if managed and not any(one.after.covers(wanted) for one in here):
            yield Refusal("last", domain, manage)
