"""What a user is in a domain of one state of the policy, and what has been worked out for it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rolegate.answers.fields import FieldState
from rolegate.answers.instances import AllowedInstances
from rolegate.catalog.model import Catalog
from rolegate.compiled.names import NOBODY, NOWHERE, user_name
from rolegate.encoding import encode
from rolegate.engine.domain_table import DomainTable, Granted
from rolegate.engine.question import sound_user
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.user_teams import teams_among
from rolegate.gate.bounded_cache import BoundedCache
from rolegate.gate.state_reasons import StateReasons
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import DEFAULT
from rolegate.tree.tree_node import TreeNode

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from rolegate.records import User
    from rolegate.records.user import Holder

USERS, MASKS, TREES = 4096, 4096, 64
"""How much is kept of one state: what few users hold is worked out for all who hold the same."""

RecordCheck = Callable[[Any, "User"], bool]
"""Whether a permission may be used on a record, for the user that conditions ask about."""

Criteria = Callable[["User"], "ColumnElement[bool]"]
"""Makes the criterion on rows for the user that conditions ask about."""

Acts = tuple[Any, ...]
"""The views and the name of a domain, the bits of a mask there, and the subjects that a user acts for."""


class Standing:
    """One user in one domain of one state: the names in compiled lines, the bits, and what follows from them.

    INVARIANT: nothing here depends on the attributes that the application gives. What is kept of a user whom
    the policy does not know (`known`) ends with the subject: strangers are not remembered.
    """

    __slots__ = (
        "_acts", "_reasons", "_teams", "_user", "checks", "criteria", "dom", "domain", "fields",
        "instances", "known", "mask", "sub", "table", "user",
    )  # fmt: skip

    def __init__(
        self,
        reasons: StateReasons,
        user: str,
        domain: str | None,
        table: DomainTable | None,
        mask: int,
        *,
        known: bool,
    ) -> None:
        self._reasons = reasons
        self.user = user
        self.domain = domain
        self.table = table
        self.mask = mask
        self.known = known
        # A name that cannot be one is nobody's: no compiled line holds `NOBODY`.
        self.sub = user_name(user) if known or sound_user(user) else NOBODY
        self.dom = encode(DEFAULT if domain is None else domain) if table is not None else NOWHERE
        self.checks: dict[str, RecordCheck] = {}
        self.criteria: dict[tuple[str, type[Any]], ColumnElement[bool]] = {}
        self.fields: dict[str, Mapping[str, FieldState]] = {}
        self.instances: dict[tuple[str, str | None], AllowedInstances] = {}
        self._acts: Acts | None = None
        self._teams: tuple[str, ...] | None = None
        self._user: User | None = None

    @property
    def granted(self) -> Granted | None:
        """The views of the domain, which others may share."""
        return None if self.table is None else self.table.granted

    @property
    def snapshot(self) -> Snapshot:
        """The policy that gives the reasons of answers to the user."""
        return self._reasons.snapshot

    @property
    def subjects(self) -> list[str]:
        """Whom the user acts for, in the words of compiled lines; the user comes first."""
        return [self.sub] if self.table is None else self.table.subjects(self.sub)

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that the user is in, by their names in the domain."""
        if self._teams is None:
            subjects = self.subjects if self.table else ()
            self._teams = teams_among(subjects, self.domain, lambda: self._reasons.snapshot.resolved.domains)
        return self._teams

    def plain_user(self, holder: Callable[[], Holder]) -> User:
        """The user as conditions see it, without attributes of the application; *holder* makes its rights."""
        if self._user is None:
            from rolegate.records import User

            self._user = User(self.user, self.teams, self.domain, holder=holder())
        return self._user

    @property
    def acts(self) -> Acts:
        """What lists and trees follow from; the user is named only where a line says more of it than a role.

        The mask alone does not say enough: a role that the plan of the domain leaves out has no bit, and the
        instances that it names are known all the same.
        """
        if self._acts is None:
            snapshot, subjects = self._reasons.snapshot, self.subjects
            own = any(map(_says_more_than_a_role, snapshot.lines.get(self.sub, ())))
            # Until when a box is held follows from lines that begin and end, of whatever time.
            own = own or any(line.changes for line in snapshot.timeless.get(self.sub, ()))
            self._acts = (self.granted, self.dom, self.mask, *(subjects if own else subjects[1:]))
        return self._acts


def _says_more_than_a_role(line: Binding) -> bool:
    narrowed = line.limited or line.copies or line.until is not None
    return bool(line.role is None or narrowed or line.rights or line.entries or line.takes)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """What was worked out from one state, by what it follows from. It ends with the state.

    `domain_attribute` holds the domain of a record. `alike` has the checks by what is held, whatever it is
    held of. `told` is what the log has said, for who says a thing once.
    """

    domain_attribute: str | None = None
    standings: BoundedCache[tuple[str | None, str], Standing] = field(
        default_factory=lambda: BoundedCache(USERS)
    )
    checks: BoundedCache[tuple[Granted | None, int, str], RecordCheck] = field(
        default_factory=lambda: BoundedCache(MASKS)
    )
    alike: BoundedCache[tuple[Any, ...], RecordCheck] = field(default_factory=lambda: BoundedCache(MASKS))
    fields: BoundedCache[tuple[Granted | None, int, str], Mapping[str, FieldState]] = field(
        default_factory=lambda: BoundedCache(MASKS)
    )
    criteria: BoundedCache[tuple[Granted | None, str, int, str, type[Any]], Criteria] = field(
        default_factory=lambda: BoundedCache(MASKS)
    )
    instances: BoundedCache[tuple[Acts, str, str | None], AllowedInstances] = field(
        default_factory=lambda: BoundedCache(MASKS)
    )
    told: dict[object, None] = field(default_factory=dict)
    trees: BoundedCache[tuple[Acts, tuple[str, ...]], TreeNode] = field(
        default_factory=lambda: BoundedCache(TREES)
    )

    @classmethod
    def of(cls, catalog: Catalog) -> Kept:
        """Nothing yet, for a state with this catalog."""
        return cls(None if catalog.records is None else catalog.records.domain)
