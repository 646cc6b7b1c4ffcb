"""Users with roles and teams that the application gives, in one state of the policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rolegate.compiled.names import user_name
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.given_lines import GivenLines, LinesAround, given_lines
from rolegate.engine.question import sound_user
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidQuestionError
from rolegate.gate.bounded_cache import BoundedCache
from rolegate.gate.standing import USERS, Standing
from rolegate.gate.state_reasons import StateReasons
from rolegate.grants.domains import DEFAULT

APART, REASONS = 256, 32
"""How many tables of their own, and policies that give reasons, are kept."""

GivenNames = tuple[tuple[str, ...], tuple[str, ...]]
"""The names of roles and of teams."""

Holder = tuple[GivenLines, str | None]
"""What is given to a user whom lines name, or to all whom no line names."""

NOTHING_GIVEN: GivenNames = ((), ())

_PLAIN = {str}


def given_names(roles: Iterable[str], teams: Iterable[str]) -> GivenNames:
    """The names of roles and teams that an application gives.

    Raises:
        InvalidQuestionError: for what is not a list of texts.
    """
    return _listed("roles", roles), _listed("teams", teams)


def _listed(noun: str, names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, (str, bytes)) or not isinstance(names, Iterable):
        raise InvalidQuestionError(f"`{noun}` is a list of names")
    listed = tuple(names)
    kinds = set(map(type, listed))
    if kinds <= _PLAIN:
        return listed
    if not all(isinstance(name, str) for name in listed):
        raise InvalidQuestionError(f"`{noun}` holds a value of the wrong kind; names are texts")
    return tuple(map(str.__str__, listed))  # of a subclass of `str`, nobody knows what it equals


class GivenStanding(Standing):
    """A user with roles and teams that are in no file."""

    __slots__ = ("_given", "_users")

    def __init__(
        self,
        users: GivenUsers,
        user: str,
        domain: str | None,
        answering: tuple[DomainTable, int],
        given: GivenLines,
    ) -> None:
        table, mask = answering
        super().__init__(users.reasons, user, domain, table, mask, known=True)
        self._given = given
        self._users = users

    @property
    def snapshot(self) -> Snapshot:
        """The policy with what is given; it is made when a reason is asked for."""
        return self._users.policy_with(self.user, self._given)

    @property
    def subjects(self) -> list[str]:
        lookup = self._reasons.snapshot.lookup
        found = dict.fromkeys([self.sub])
        for sub in (*sorted(self._given.subjects), self.sub):
            found |= dict.fromkeys(lookup.subjects(sub, self.dom))
        return list(found)


@dataclass(slots=True, repr=False)
class GivenUsers:
    """The users of one state to whom the application gives roles and teams. What is kept ends with it.

    Who is reached by no restriction answers from the table that all have, with the bits of the roles and
    teams. For the others the policy is compiled with what is given, as far as it is about them; those of whom
    no line speaks share that.
    """

    reasons: StateReasons
    tables: dict[str | None, DomainTable] = field(repr=False)
    _lines: LinesAround | None = None
    _standings: BoundedCache[tuple[str | None, str, GivenNames], GivenStanding] = field(
        default_factory=lambda: BoundedCache(USERS)
    )
    _given: BoundedCache[tuple[str, GivenNames], GivenLines] = field(
        default_factory=lambda: BoundedCache(USERS)
    )
    _apart: BoundedCache[Holder, tuple[tuple[DomainTable, int] | None]] = field(
        default_factory=lambda: BoundedCache(APART)
    )
    _checked: BoundedCache[Holder, bool] = field(default_factory=lambda: BoundedCache(USERS))
    _reasons: BoundedCache[tuple[str, GivenLines], Snapshot] = field(
        default_factory=lambda: BoundedCache(REASONS)
    )

    def standing(self, user: str, domain: str | None, names: GivenNames) -> Standing:
        """What *user* is in *domain* with these roles and teams.

        Raises:
            InvalidQuestionError: for a text that cannot be the id of a user.
            UnknownNameError: for a role or a team that the domain does not know.
            InvalidPolicyError: for what files could not say of a user.
        """
        user, domain = str.__str__(user), None if domain is None else str.__str__(domain)
        table = self.tables.get(domain)
        if table is None:
            return Standing(self.reasons, user, domain, None, 0, known=False)
        key = (domain, user, names)
        found = self._standings.get(key)
        if found is None:
            given = self._lines_of(user, DEFAULT if domain is None else domain, names)
            answering = self._answering(user, table, given)
            found = self._standings.put(key, GivenStanding(self, user, domain, answering, given))
        return found

    def policy_with(self, user: str, given: GivenLines) -> Snapshot:
        """The policy with what is *given* to a user, for questions about this user in that domain."""
        key = (user, given)
        found = self._reasons.get(key)
        return found or self._reasons.put(key, self._around().with_given(user, given))

    def _lines_of(self, user: str, domain: str, names: GivenNames) -> GivenLines:
        if not sound_user(user):
            raise InvalidQuestionError("nobody can have this id, so it cannot be given roles or teams")
        found = self._given.get((domain, names))
        if found is None:
            made = given_lines(user, domain, *names, self.reasons.snapshot.resolved)
            found = self._given.put((domain, names), made)
        return found

    def _around(self) -> LinesAround:
        found = self._lines
        if found is None:
            found = self._lines = LinesAround(self.reasons.snapshot)
        return found

    def _answering(self, user: str, table: DomainTable, given: GivenLines) -> tuple[DomainTable, int]:
        """The table that answers *user*, and the bits that the user acts for there."""
        sub = user_name(user)
        key = (given, user if sub in table.links or sub in table.bits else None)
        if self._checked.get(key) is None:
            self._around().check(user, given)
            self._checked.put(key, True)
        if self._around().restricted(user, given.domain):
            apart = self._apart_from_all(user, table, key)
            if apart is not None:
                return apart
        mask = table.user_mask(user)
        for subject in given.subjects:
            mask |= table.mask(subject)
        return table, mask

    def _apart_from_all(self, user: str, table: DomainTable, key: Holder) -> tuple[DomainTable, int] | None:
        """A table for *user*, or for all whom no line names; None where lines say nothing of the user alone.

        What a user loses by restrictions follows from all that the user has.
        """
        sub, given = user_name(user), key[0]
        found = self._apart.get(key)
        if found is None:
            policy = self._around().with_given(user, given, decides_only=True)
            own = policy.index.tables[given.domain]
            alone = sub in table.bits or sub in own.bits
            found = self._apart.put(key, ((own, own.users[user]) if alone else None,))
        return found[0]
