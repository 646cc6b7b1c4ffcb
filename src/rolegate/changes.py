"""Changes of a store as values: what `may`, `preview` and `make` of a `StoreAdmin` take.

    >>> from rolegate.changes import Assign
    >>> line = Assign({"user": "bo", "role": "night", "domain": "acme"})

Each name is loaded when it is used.
"""

from __future__ import annotations

from rolegate.lazy_names import lazy_names

# Not from `typing`, which takes longer to import than everything here together.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from rolegate.administration.administration import AdministrativeChange as AdministrativeChange
    from rolegate.administration.domain_changes import AddInstance as AddInstance
    from rolegate.administration.domain_changes import CreateDomain as CreateDomain
    from rolegate.administration.domain_changes import DeleteDomain as DeleteDomain
    from rolegate.administration.domain_changes import RemoveInstance as RemoveInstance
    from rolegate.administration.domain_changes import SetAddons as SetAddons
    from rolegate.administration.domain_changes import SetPlan as SetPlan
    from rolegate.administration.domain_changes import Undo as Undo
    from rolegate.administration.line_changes import AddMember as AddMember
    from rolegate.administration.line_changes import Assign as Assign
    from rolegate.administration.line_changes import CreateTeam as CreateTeam
    from rolegate.administration.line_changes import DeleteTeam as DeleteTeam
    from rolegate.administration.line_changes import Lift as Lift
    from rolegate.administration.line_changes import Prolong as Prolong
    from rolegate.administration.line_changes import RemoveMember as RemoveMember
    from rolegate.administration.line_changes import RemoveUser as RemoveUser
    from rolegate.administration.line_changes import Restrict as Restrict
    from rolegate.administration.line_changes import Revoke as Revoke
    from rolegate.administration.managing import Managing as Managing
    from rolegate.administration.role_changes import CloneRole as CloneRole
    from rolegate.administration.role_changes import CreateRole as CreateRole
    from rolegate.administration.role_changes import DeleteRole as DeleteRole
    from rolegate.administration.role_changes import EditRole as EditRole
    from rolegate.administration.role_changes import RenameRole as RenameRole
    from rolegate.administration.tenant_documents import DocumentChange as DocumentChange

_HOMES = {
    "AddInstance": "rolegate.administration.domain_changes",
    "AddMember": "rolegate.administration.line_changes",
    "AdministrativeChange": "rolegate.administration.administration",
    "Assign": "rolegate.administration.line_changes",
    "CloneRole": "rolegate.administration.role_changes",
    "CreateDomain": "rolegate.administration.domain_changes",
    "CreateRole": "rolegate.administration.role_changes",
    "CreateTeam": "rolegate.administration.line_changes",
    "DeleteDomain": "rolegate.administration.domain_changes",
    "DeleteRole": "rolegate.administration.role_changes",
    "DeleteTeam": "rolegate.administration.line_changes",
    "DocumentChange": "rolegate.administration.tenant_documents",
    "EditRole": "rolegate.administration.role_changes",
    "Lift": "rolegate.administration.line_changes",
    "Managing": "rolegate.administration.managing",
    "Prolong": "rolegate.administration.line_changes",
    "RemoveInstance": "rolegate.administration.domain_changes",
    "RemoveMember": "rolegate.administration.line_changes",
    "RemoveUser": "rolegate.administration.line_changes",
    "RenameRole": "rolegate.administration.role_changes",
    "Restrict": "rolegate.administration.line_changes",
    "Revoke": "rolegate.administration.line_changes",
    "SetAddons": "rolegate.administration.domain_changes",
    "SetPlan": "rolegate.administration.domain_changes",
    "Undo": "rolegate.administration.domain_changes",
}

__all__ = sorted(_HOMES)

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
