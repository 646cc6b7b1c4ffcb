"""What a subject has through roles, and who has something: Casbin's implicit questions, looked up."""

from __future__ import annotations

from typing import Any

import casbin

from rolegate.casbin.observed_model import ObservedAssertion
from rolegate.casbin.policy_lists import PolicyLines, Rule
from rolegate.casbin.role_managers import IndexedManager


class ImplicitLookups:
    """Answers the implicit questions from our lists and role managers; `None` leaves a question to Casbin."""

    model: Any
    rm_map: Any
    enforce: Any

    def _plain(self) -> bool:
        """Whether all role managers are ours, and no matching function decides."""
        return all(isinstance(manager, IndexedManager) and manager.plain for manager in self.rm_map.values())

    def _rules(self, section: str, name: str) -> PolicyLines | None:
        """The lines of one definition, if they are in a list of ours."""
        assertion = (self.model[section] or {}).get(name)
        return assertion.policy if isinstance(assertion, ObservedAssertion) else None

    def _implicit_roles(self, name: str, domain: str) -> list[str] | None:
        if not self._plain():
            return None
        managers = list(self.rm_map.values())
        found: dict[str, None] = {}
        waiting = [name]
        for holder in waiting:
            for manager in managers:
                for role in manager.get_roles(holder, domain):
                    if role not in found:
                        found[role] = None
                        waiting.append(role)
        return list(found)

    def _implicit_permissions(self, ptype: str, user: str, domain: str, wanted: str) -> list[Rule] | None:
        """The lines for *user* and for the user's roles in *domain*, those of the domain that is *wanted*."""
        rules = self._rules("p", ptype)
        manager = self.rm_map.get("g")
        # Casbin asks a function for domains here even if roles have no domains.
        if rules is None or manager is None or manager.domain_matching_func is not None:
            return None
        roles = self._implicit_roles(user, domain) if isinstance(domain, str) else None
        if roles is None:
            return None
        found: list[Rule] = []
        for name in [user, *roles]:
            lines = list(rules) if name == "" else list(rules.by(0).get(name, ()))
            found += [rule for rule in lines if wanted == "" or rule[1] == wanted]
        return found

    def _implicit_users(self, permission: tuple[Any, ...]) -> list[str] | None:
        rules, links = self._rules("p", "p"), self._rules("g", "g")
        if rules is None or links is None or len(self.model["p"]) > 1:
            return None
        roles = {link[1] for link in list(links)}
        column = self.model.get_field_index("p", "sub")
        subjects = dict.fromkeys([link[0] for link in list(links)])
        subjects |= dict.fromkeys([rule[column] for rule in list(rules)])
        return [name for name in subjects if name not in roles and self.enforce(name, *permission)]

    def _for_resource(self, resource: str, domain: str | None) -> list[Rule] | None:
        """The lines about *resource*, with users instead of roles; those in one *domain*, if there is one."""
        rules, links = self._rules("p", "p"), self._rules("g", "g")
        manager = self.rm_map.get("g")
        if rules is None or links is None or not isinstance(manager, IndexedManager) or not manager.plain:
            return None
        sub, obj, dom = (self.model.get_field_index("p", name) for name in ("sub", "obj", "dom"))
        roles = links.by(1) if domain is None else {link[-2] for link in list(links.by(-1).get(domain, ()))}
        found: dict[tuple[str, ...], None] = {}
        for rule in list(rules.by(obj).get(resource, ())):
            name = rule[sub]
            if name not in roles:
                found[tuple(rule)] = None
            elif domain is None or rule[dom] == domain:
                users = manager.get_users(name) if domain is None else manager.get_users(name, domain)
                for user in users:
                    line = list(rule)
                    line[sub] = user
                    found[tuple(line)] = None
        return [list(line) for line in found]


class ImplicitQuestions(ImplicitLookups, casbin.Enforcer):  # type: ignore[misc]  # casbin has no types
    """The implicit questions of `casbin.Enforcer`."""

    def get_implicit_roles_for_user(self, name: str, domain: str = "") -> list[str]:
        """The roles of a user, and the roles of these roles."""
        found = self._implicit_roles(name, domain)
        return list(super().get_implicit_roles_for_user(name, domain)) if found is None else found

    def get_named_implicit_permissions_for_user(
        self, ptype: str, user: str, domain: str = "", filter_policy_dom: bool = True
    ) -> list[Rule]:
        """The lines for a user and for the user's roles."""
        found = self._implicit_permissions(ptype, user, domain, domain if filter_policy_dom else "")
        if found is not None:
            return found
        return list(super().get_named_implicit_permissions_for_user(ptype, user, domain, filter_policy_dom))

    def get_implicit_users_for_permission(self, *permission: Any) -> list[str]:
        """The users who may do something, without the roles that may."""
        found = self._implicit_users(permission)
        return list(super().get_implicit_users_for_permission(*permission)) if found is None else found

    def get_implicit_users_for_resource(self, resource: str) -> list[Rule]:
        """The lines about *resource*, with a line for each user instead of one for their role."""
        found = self._for_resource(resource, None)
        return list(super().get_implicit_users_for_resource(resource)) if found is None else found

    def get_implicit_users_for_resource_by_domain(self, resource: str, domain: str) -> list[Rule]:
        """The lines about *resource* in one domain, with users instead of roles."""
        found = self._for_resource(resource, domain)
        if found is not None:
            return found
        return list(super().get_implicit_users_for_resource_by_domain(resource, domain))


class AsyncImplicitQuestions(ImplicitLookups, casbin.AsyncEnforcer):  # type: ignore[misc]  # casbin has no types
    """The same of `casbin.AsyncEnforcer`, where each of them is a coroutine."""

    async def get_implicit_roles_for_user(self, name: str, domain: str = "") -> list[str]:
        """The roles of a user, and the roles of these roles."""
        found = self._implicit_roles(name, domain)
        return list(await super().get_implicit_roles_for_user(name, domain)) if found is None else found

    async def get_named_implicit_permissions_for_user(
        self, ptype: str, user: str, domain: str = "", filter_policy_dom: bool = True
    ) -> list[Rule]:
        """The lines for a user and for the user's roles."""
        found = self._implicit_permissions(ptype, user, domain, domain if filter_policy_dom else "")
        if found is not None:
            return found
        ask = super().get_named_implicit_permissions_for_user
        return list(await ask(ptype, user, domain, filter_policy_dom))

    async def get_implicit_users_for_permission(self, *permission: Any) -> list[str]:
        """The users who may do something, without the roles that may."""
        found = self._implicit_users(permission)
        return list(await super().get_implicit_users_for_permission(*permission)) if found is None else found

    async def get_implicit_users_for_resource(self, resource: str) -> list[Rule]:
        """The lines about *resource*, with a line for each user instead of one for their role."""
        found = self._for_resource(resource, None)
        return list(await super().get_implicit_users_for_resource(resource)) if found is None else found

    async def get_implicit_users_for_resource_by_domain(self, resource: str, domain: str) -> list[Rule]:
        """The lines about *resource* in one domain, with users instead of roles."""
        found = self._for_resource(resource, domain)
        if found is not None:
            return found
        return list(await super().get_implicit_users_for_resource_by_domain(resource, domain))
