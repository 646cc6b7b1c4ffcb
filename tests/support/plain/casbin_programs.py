"""Random management calls on a stock enforcer and on ours, and everything both say after each."""

import random
from collections.abc import Iterator
from typing import Any

import casbin

from plain.casbin_models import FLAT, indexed, model_of, outcome
from plain.memory_adapter import Filter, MemoryAdapter
from rolegate.casbin.key_patterns import FUNCTIONS

VALUES = {
    "sub": ("ana", "ben", "eve", "admin", "agent", "root", "a", "user:eve", "user:*"),
    "dom": ("acme", "beta", "*", "gate", "x"),
    "obj": (
        "data",
        "data/1",
        "data/*",
        "da*",
        "*",
        "log",
        "/data/7",
        "/data/:id",
        "/data/{id}",
        "/:any/7",
        "/data/*",
    ),
    "act": ("read", "write", "*", "any", "(read)|(write)", "re", "^read$"),
    "scope": ("-", "my"),
    "eft": ("allow", "allow", "allow", "deny", "maybe"),
}
VALUES |= {"who": VALUES["sub"], "where": VALUES["dom"], "what": VALUES["obj"], "how": VALUES["act"]}


class Program:
    """Random calls, made of a stock enforcer and of ours, and what both say after each."""

    def __init__(self, model: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.text = model
        self.done: list[str] = []
        tokens = model_of(model)
        self.asked = [name[2:] for name in tokens["r"]["r"].tokens]
        self.columns = [name[2:] for name in tokens["p"]["p"].tokens]
        self.values = {name: readable(model, name) for name in VALUES}
        self.links = {name: len(link.tokens) for name, link in tokens["g"].items()}
        rules = [("p", "p", self.rule()) for _ in range(6)]
        for name in self.links:
            rules += [("g", name, self.link(name)) for _ in range(5)]
        self.start(rules)

    def start(self, rules: list[tuple[str, str, list[str]]]) -> None:
        self.stock = casbin.Enforcer(model_of(self.text), MemoryAdapter(rules))
        self.ours = indexed(self.text, MemoryAdapter(rules))

    # -- random values

    def pick(self, name: str) -> str:
        return self.random.choice(self.values[name])

    def rule(self) -> list[str]:
        return [self.pick(name) for name in self.columns]

    def link(self, name: str) -> list[str]:
        kinds = {
            "g": ("sub", "sub", "dom"),
            "g3": ("act", "act", "scope"),
            "g2": ("obj", "obj") if self.asked == FLAT.split(", ") else ("dom", "dom"),
        }
        return [self.pick(kind) for kind in kinds[name][: self.links[name]]]

    def there(self, section: str, name: str) -> list[str]:
        """A rule that is there, most of the time."""
        rules = self.stock.model[section][name].policy
        if rules and self.random.random() < 0.8:
            return list(self.random.choice(rules))
        return self.rule() if section == "p" else self.link(name)

    # -- calls

    def calls(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        some = range(self.random.randint(1, 3))
        name = self.random.choice(sorted(self.links))
        yield "add_policy", tuple(self.rule())
        yield "add_policy", tuple(self.rule())
        yield "add_policies", ([self.rule() for _ in some],)
        yield "add_policies", ([tuple(self.rule()) for _ in some],)
        yield "add_policies_ex", ([self.there("p", "p") for _ in some],)
        yield "remove_policy", tuple(self.there("p", "p"))
        yield "remove_policies", ([self.there("p", "p") for _ in some],)
        field = self.random.randrange(len(self.columns))
        yield (
            "remove_filtered_policy",
            (field, *self.there("p", "p")[field : field + self.random.randint(1, 2)]),
        )
        yield "update_policy", (self.there("p", "p"), self.rule())
        yield "update_policies", ([self.there("p", "p")], [self.rule()])
        yield "update_filtered_policies", ([self.rule()], field, self.there("p", "p")[field])
        yield "add_named_grouping_policy", (name, *self.link(name))
        yield "add_named_grouping_policy", (name, *self.link(name))
        yield "add_named_grouping_policy", (name, *self.there("g", name))
        yield "add_named_grouping_policies", (name, [self.link(name) for _ in some])
        yield "add_named_grouping_policies_ex", (name, [self.there("g", name) for _ in some])
        yield "remove_named_grouping_policy", (name, *self.there("g", name))
        yield "remove_named_grouping_policies", (name, [self.there("g", name) for _ in some])
        yield "remove_filtered_named_grouping_policy", (name, 0, *self.there("g", name)[: len(some)])
        yield "delete_user", (self.pick("sub"),)
        yield "delete_role", (self.pick("sub"),)
        yield "delete_permission", (self.pick("obj"),)
        yield "delete_permissions_for_user", (self.pick("sub"),)
        yield "add_role_for_user", tuple(self.link("g")[:2] if self.links["g"] == 2 else self.link("g"))
        if self.links["g"] == 3:
            yield "add_role_for_user_in_domain", tuple(self.link("g"))
            yield "delete_roles_for_user_in_domain", tuple(self.there("g", "g"))
        yield "load_policy", ()
        yield "build_role_links", ()
        if self.random.random() < 0.3:
            yield "clear_policy", ()
            yield "load_filtered_policy", (Filter(self.pick("sub")),)
            yield "load_increment_filtered_policy", (Filter(self.pick("sub")),)
            yield "enable_enforce", (self.random.random() < 0.7,)
            yield "enable_auto_build_role_links", (self.random.random() < 0.7,)
            yield "enable_auto_save", (self.random.random() < 0.7,)

    def step(self) -> None:
        call, arguments = self.random.choice(list(self.calls()))
        self.done.append(f"{call}{arguments!r}")
        self.warm()
        stock = outcome(lambda: getattr(self.stock, call)(*copied(arguments)))
        ours = outcome(lambda: getattr(self.ours, call)(*copied(arguments)))
        if stock is KeyError and ours is not KeyError:
            # A link that stood there twice was removed twice; see test_a_link_that_was_added_twice.
            sections = [("p", "p"), *(("g", name) for name in self.links)]
            self.start([(s, n, list(rule)) for s, n in sections for rule in self.stock.model[s][n].policy])
            return
        assert stock == ours, self.done

    def warm(self) -> None:
        """Let the stock enforcer make its graphs, as a decision in each domain would."""
        for assertion in self.stock.model["g"].values():
            for domain in VALUES["dom"]:
                assertion.rm.get_roles("nobody", domain)

    def ask(self, count: int) -> None:
        for _ in range(count):
            asked = tuple(self.random.choice([*VALUES[name], "strange"]) for name in self.asked)
            expected = outcome(lambda: self.stock.enforce_ex(*asked))  # noqa: B023
            assert expected == outcome(lambda: self.ours.enforce_ex(*asked)), (asked, self.done)  # noqa: B023
            allowed = expected if isinstance(expected, type) else expected[0]
            assert allowed == outcome(lambda: self.ours.enforce(*asked)), (asked, self.done)  # noqa: B023
        sub, dom = self.pick("sub"), self.pick("dom")
        questions: list[tuple[str, tuple[Any, ...]]] = [
            ("get_implicit_roles_for_user", (sub, dom)),
            ("get_implicit_roles_for_user", (sub,)),
            ("get_implicit_permissions_for_user", (sub, dom)),
            ("get_implicit_permissions_for_user", (sub,)),
            ("get_implicit_permissions_for_user", (sub, dom, False)),
            ("get_implicit_users_for_permission", tuple(self.pick(name) for name in self.asked[1:])),
            ("get_implicit_users_for_resource", (self.pick("obj"),)),
            ("get_roles_for_user", (sub,)),
            ("get_users_for_role", (sub,)),
        ]
        if self.links["g"] == 3:
            questions += [
                ("get_implicit_users_for_resource_by_domain", (self.pick("obj"), dom)),
                ("get_roles_for_user_in_domain", (sub, dom)),
                ("get_users_for_role_in_domain", (sub, dom)),
                ("get_all_roles_by_domain", (dom,)),
            ]
        for call, arguments in questions:
            stock = outcome(lambda: getattr(self.stock, call)(*arguments))  # noqa: B023
            ours = outcome(lambda: getattr(self.ours, call)(*arguments))  # noqa: B023
            # A line that is a tuple is an AttributeError of the stock one here, and none of ours.
            assert stock is AttributeError or in_any_order(stock) == in_any_order(ours), (
                call,
                arguments,
                self.done,
            )
        for section, name in [("p", "p"), *(("g", name) for name in self.links)]:
            assert self.stock.model[section][name].policy == self.ours.model[section][name].policy, self.done
        assert self.ours.indexed, self.done


def readable(model: str, name: str) -> list[str]:
    """The values for *name* with which Casbin raises no exception as the pattern of a line."""
    functions = [known for call, known in FUNCTIONS.items() if f"{call}(r.{name}, p.{name})" in model]
    return [
        value
        for value in VALUES[name]
        if all(outcome(lambda: one("x", value)) in (True, False) for one in functions)  # noqa: B023
    ]


def copied(arguments: tuple[Any, ...]) -> list[Any]:
    """Fresh lists: Casbin keeps the ones it is given."""
    return [[fresh(value) for value in one] if isinstance(one, list) else one for one in arguments]


def fresh(one: Any) -> Any:
    return one.copy() if isinstance(one, list) else one


def in_any_order(answer: Any) -> Any:
    """The stock role manager lists roles in the order of their addresses."""
    return sorted(map(repr, answer)) if isinstance(answer, list) else answer
