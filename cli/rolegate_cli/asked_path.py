"""The part of a catalog that a command line names, which is neither a subject nor gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolegate import Policy


def check_path(policy: Policy, path: str) -> None:
    """Refuse what is no group and no permission any more, and what is the name of a subject.

    Raises:
        UnknownNameError: with what to write instead.
    """
    from rolegate import UnknownNameError

    if policy.catalog.find(path) is not None:
        return
    roles = {name for _, name in policy.resolved.roles}
    kinds = {"role": roles, "team": policy.teams, "user": policy.users, "domain": policy.domains}
    meant = next((kind for kind, names in kinds.items() if path in names), None)
    told = f"it is a {meant}: write `--{meant} {path}`" if meant is not None else ""
    if help := policy.catalog.fate(path) or told:
        raise UnknownNameError("group or permission", path, help=help)
