"""A `casbin.Enforcer` that looks its answers up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from operator import itemgetter
from typing import Any

import casbin
from casbin.rbac.default_role_manager import DomainManager, RoleManager
from casbin.util import key_match

from rolegate.casbin.matcher import Plan
from rolegate.casbin.observed_model import WatchedAssertion, watch_functions
from rolegate.casbin.policy_lists import Rule, Rules, first_number, last_number
from rolegate.casbin.role_managers import IndexedDomainManager, IndexedRoleManager, Linked
from rolegate.casbin.upkeep import Keeper

Method = Callable[..., Any]
Stock: Any = casbin.Enforcer


def changing(method: Method) -> Method:
    """*method*, one at a time."""

    @wraps(method)
    def call(self: IndexedEnforcer, *args: Any, **kwargs: Any) -> Any:
        with self._keeper.changing():
            return method(self, *args, **kwargs)

    return call


def together(method: Method) -> Method:
    """*method*, one at a time; what it changes is seen when it is over."""

    @wraps(method)
    def call(self: IndexedEnforcer, *args: Any, **kwargs: Any) -> Any:
        with self._keeper.together():
            return method(self, *args, **kwargs)

    return call


def replacing(method: Method) -> Method:
    """*method*, one at a time; until it is over the old policy answers."""

    @wraps(method)
    def call(self: IndexedEnforcer, *args: Any, **kwargs: Any) -> Any:
        with self._keeper.replacing():
            return method(self, *args, **kwargs)

    return call


class IndexedEnforcer(casbin.Enforcer):  # type: ignore[misc]  # casbin has no types
    """Takes the place of `casbin.Enforcer`, with the same answers for roles, domains and denials.

    Where the model is outside that family, Casbin answers as before; a warning says so once, and
    `why_not_indexed` tells why. Asking takes no lock. Calls that change something wait for each other.
    """

    _decide: Callable[..., bool]

    def __init__(
        self, model: Any = None, adapter: Any = None, enable_log: bool = False, logging_config: Any = None
    ) -> None:
        self._keeper = Keeper(self, self._ask_casbin, enable_log)
        self._model: Any = None
        self._functions: Any = None
        self._effector: Any = None
        self._enabled = False
        self._watcher: Any = None
        self._keeper.holds = 1
        super().__init__(model, adapter, enable_log, logging_config)
        self._keeper.holds = 0
        self._keeper.refresh()

    # A copy has a keeper of its own: what it decides by is what it holds.

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_keeper": self._keeper.log, "_decide": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._keeper = Keeper(self, self._ask_casbin, state["_keeper"])
        watch_functions(self._functions, self._keeper)

    @property
    def indexed(self) -> bool:
        """Whether answers come from the index."""
        return self.why_not_indexed is None

    @property
    def why_not_indexed(self) -> str | None:
        """What the index does not cover; `None` when it answers."""
        self._keeper.settle()
        return self._keeper.reason

    # -- decisions ----------------------------------------------------------------------------------------

    def enforce(self, *rvals: Any) -> bool:
        """Decides whether a subject may do something, with the arguments the model's request says."""
        try:
            return self._decide(*rvals)
        except TypeError:  # too many, too few, or something else than texts
            return self._ask_casbin(*rvals)

    def _ask_casbin(self, *rvals: Any) -> bool:
        return bool(Stock.enforce_ex(self, *rvals)[0])

    def batch_enforce(self, rvals: Iterable[Any]) -> list[bool]:
        """The answer to each of *rvals*."""
        enforce = self.enforce
        return [enforce(*request) for request in rvals]

    def enforce_ex(self, *rvals: Any) -> Any:
        """The answer, and the line Casbin stops at; none, if it goes while this is being asked."""
        self._keeper.settle()
        index = self._keeper.index
        if index is None or not index.count or not self.enabled:
            return super().enforce_ex(*rvals)
        try:
            allowed = self._decide(*rvals)
            _, names = index.names(rvals)
            visible = index.visible_from(rvals)
            plan, rules = index.plan, self.model["p"]["p"].policy
            lines = [
                rule
                for name in names
                for rule in list(rules.by(plan.psub).get(name, ()))
                if (plan.pdom is None or rule[plan.pdom] in visible) and _agrees(plan, rule, rvals)
            ]
            return allowed, _stop(plan, rules, lines)
        except (TypeError, IndexError):  # something else than texts, in the question or just now in a line
            return super().enforce_ex(*rvals)

    # -- what a subject has, and who has something --------------------------------------------------------

    def _plain(self) -> bool:
        """Whether role managers and lines are ours to read."""
        return all(isinstance(each, Linked) and each.plain for each in self.rm_map.values())

    def _rules(self, section: str, name: str) -> Rules | None:
        assertion = (self.model[section] or {}).get(name)
        return assertion.policy if isinstance(assertion, WatchedAssertion) else None

    def get_implicit_roles_for_user(self, name: str, domain: str = "") -> list[str]:
        """The roles of a user, with those of her roles."""
        if not self._plain():
            return list(super().get_implicit_roles_for_user(name, domain))
        managers = list(self.rm_map.values())
        found: dict[str, None] = {}
        waiting = [name]
        for each in waiting:
            for manager in managers:
                for role in manager.get_roles(each, domain):
                    if role not in found:
                        found[role] = None
                        waiting.append(role)
        return list(found)

    def get_named_implicit_permissions_for_user(
        self, ptype: str, user: str, domain: str = "", filter_policy_dom: bool = True
    ) -> list[Rule]:
        """The lines for a user and for her roles."""
        rules = self._rules("p", ptype)
        manager = self.rm_map.get("g")
        # Casbin asks a function for domains here, even where roles have none.
        known = manager is not None and manager.domain_matching_func is None
        if rules is None or not known or not self._plain() or not isinstance(domain, str):
            return list(
                super().get_named_implicit_permissions_for_user(ptype, user, domain, filter_policy_dom)
            )
        wanted = domain if filter_policy_dom else ""
        found: list[Rule] = []
        for name in [user, *self.get_implicit_roles_for_user(user, domain)]:
            lines = list(rules) if name == "" else list(rules.by(0).get(name, ()))
            found += [rule for rule in lines if wanted == "" or rule[1] == wanted]
        return found

    def get_implicit_users_for_permission(self, *permission: Any) -> list[str]:
        """The users, not roles, that may do something."""
        rules, links = self._rules("p", "p"), self._rules("g", "g")
        if rules is None or links is None or len(self.model["p"]) > 1:
            return list(super().get_implicit_users_for_permission(*permission))
        roles = {link[1] for link in list(links)}
        column = self.get_field_index("p", "sub")
        subjects = dict.fromkeys([link[0] for link in list(links)])
        subjects |= dict.fromkeys([rule[column] for rule in list(rules)])
        return [name for name in subjects if name not in roles and self.enforce(name, *permission)]

    def get_implicit_users_for_resource(self, resource: str) -> list[Rule]:
        """The lines about *resource*, with users in the place of roles."""
        return self._for_resource(resource, None)

    def get_implicit_users_for_resource_by_domain(self, resource: str, domain: str) -> list[Rule]:
        """The same in one domain."""
        return self._for_resource(resource, domain)

    def _for_resource(self, resource: str, domain: str | None) -> list[Rule]:
        rules, links = self._rules("p", "p"), self._rules("g", "g")
        manager = self.rm_map.get("g")
        if rules is None or links is None or not isinstance(manager, Linked) or not manager.plain:
            if domain is None:
                return list(super().get_implicit_users_for_resource(resource))
            return list(super().get_implicit_users_for_resource_by_domain(resource, domain))
        sub, obj, dom = (self.get_field_index("p", name) for name in ("sub", "obj", "dom"))
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

    # -- what decisions depend on -------------------------------------------------------------------------

    @property
    def model(self) -> Any:
        return self._model

    @model.setter
    def model(self, model: Any) -> None:
        self._model = model
        self._keeper.touch()

    @property
    def fm(self) -> Any:
        return self._functions

    @fm.setter
    def fm(self, functions: Any) -> None:
        self._functions = functions
        watch_functions(functions, self._keeper)
        self._keeper.touch()

    @property
    def eft(self) -> Any:
        return self._effector

    @eft.setter
    def eft(self, effector: Any) -> None:
        self._effector = effector
        self._keeper.touch()

    @property
    def enabled(self) -> bool:
        return self._enabled

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        self._enabled = enabled
        self._keeper.switched()

    @property
    def watcher(self) -> Any:
        return self._keeper.watcher(self._watcher)

    @watcher.setter
    def watcher(self, watcher: Any) -> None:
        self._watcher = watcher

    @staticmethod
    def configure_logging(logging_config: Any = None) -> None:
        """Casbin's log, for every enforcer."""
        Stock.configure_logging(logging_config)
        for keeper in list(Keeper.everybody):
            keeper.switched()

    def init_rm_map(self) -> None:
        """Casbin's role managers, replaced by ours where it has just made one of its own."""
        before = set(self.rm_map)
        super().init_rm_map()
        for name in set(self.rm_map) - before:
            ours = {RoleManager: IndexedRoleManager, DomainManager: IndexedDomainManager}.get(
                type(self.rm_map[name])
            )
            if ours is not None:
                self.rm_map[name] = self.model["g"][name].rm = ours(10)

    # -- calls that change something ----------------------------------------------------------------------

    add_named_policy = changing(Stock.add_named_policy)
    add_named_policies = together(Stock.add_named_policies)
    add_named_policies_ex = together(Stock.add_named_policies_ex)
    update_named_policy = changing(Stock.update_named_policy)
    update_named_policies = together(Stock.update_named_policies)
    update_filtered_named_policies = together(Stock.update_filtered_named_policies)
    remove_named_policy = changing(Stock.remove_named_policy)
    remove_named_policies = together(Stock.remove_named_policies)
    remove_filtered_named_policy = changing(Stock.remove_filtered_named_policy)
    add_named_grouping_policy = changing(Stock.add_named_grouping_policy)
    add_named_grouping_policies = together(Stock.add_named_grouping_policies)
    add_named_grouping_policies_ex = together(Stock.add_named_grouping_policies_ex)
    remove_named_grouping_policy = changing(Stock.remove_named_grouping_policy)
    remove_named_grouping_policies = together(Stock.remove_named_grouping_policies)
    remove_filtered_named_grouping_policy = together(Stock.remove_filtered_named_grouping_policy)
    delete_user = together(Stock.delete_user)
    delete_role = together(Stock.delete_role)
    save_policy = changing(Stock.save_policy)

    load_policy = replacing(Stock.load_policy)
    load_filtered_policy = replacing(Stock.load_filtered_policy)
    load_increment_filtered_policy = replacing(Stock.load_increment_filtered_policy)
    load_model = replacing(Stock.load_model)
    set_model = replacing(Stock.set_model)
    clear_policy = replacing(Stock.clear_policy)
    build_role_links = replacing(Stock.build_role_links)


def _agrees(plan: Plan, rule: Rule, request: tuple[Any, ...]) -> bool:
    """Whether every further field of *rule* matches."""
    for field in (*plan.topics, *plan.keys):
        asked, value = request[field.asked], rule[field.column]
        if not (asked == value or value == field.anything or (field.prefix and key_match(asked, value))):
            return False
    return True


def _stop(plan: Plan, rules: Rules, lines: list[Rule]) -> Rule:
    """The line of *lines*, all of which match, that Casbin comes to last."""
    decisive = "allow" if plan.effect == "allow" else "deny"
    stops = [line for line in lines if plan.eft is not None and line[plan.eft] == decisive]
    if plan.eft is None and decisive == "allow":
        stops = lines
    places = rules.places()
    if stops:
        numbered = [(number, line) for line in stops if (number := first_number(places, line)) is not None]
        return min(numbered, key=itemgetter(0))[1] if numbered else []
    numbered = [(number, line) for line in lines if (number := last_number(places, line)) is not None]
    return max(numbered, key=itemgetter(0))[1] if numbered else []
