"""All rules at once: loaded into a model of Casbin, and saved from one as a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from rolegate.casbin.adapter_errors import AdapterError, RulesChangedError, shown, some_of
from rolegate.casbin.loaded_rules import LoadedModels, LoadedRules
from rolegate.casbin.rule_table import VALUES, RuleTable
from rolegate.casbin.rule_values import Rule, checked_rule, identity
from rolegate.casbin.rule_writes import Step


class LoadAndSave:
    """What an adapter does with a whole model."""

    def __init__(self, table: RuleTable, models: LoadedModels) -> None:
        self.table = table
        self.models = models

    # -- loading ------------------------------------------------------------------------------------------

    def load(self, model: Any) -> Step[None]:
        """Add all rules of the table to *model*."""
        self.models.forget(model)

        def step(connection: sa.Connection) -> Callable[[], None]:
            rules = [rule for _, rule in self.table.read(connection)]
            return lambda: self.models.load(model, _filled(model, rules), whole=True)

        return step

    def load_filtered(self, model: Any, wanted: Any) -> Step[None]:
        """Add the rules that have one of the *wanted* values in each column.

        What *model* has from an earlier filter stays, and no rule is in it twice.
        """
        before = self.models.of(model) if any(assertion.policy for _, assertion in _sections(model)) else None
        self.models.forget(model)
        where = list(self._where(wanted))

        def step(connection: sa.Connection) -> Callable[[], None]:
            found = [rule for _, rule in self.table.read(connection, *where)]
            kept = list(before.places) if before else []
            return lambda: self.models.load(model, [*kept, *_filled(model, found)], whole=False)

        return step

    def _where(self, wanted: Any) -> Iterator[Any]:
        names = ("ptype", *VALUES)
        if not any(hasattr(wanted, name) for name in names):
            raise AdapterError(
                f"a filter has lists of values as {', '.join(names)}: {wanted!r} has none of them"
            )
        for name, column in zip(names, self.table.columns, strict=True):
            values = getattr(wanted, name, None) or ()
            if not isinstance(values, (list, tuple, set, frozenset)):
                raise AdapterError(f"`{name}` of a filter is a list of values, not {values!r}")
            if bad := [value for value in values if not isinstance(value, str)]:
                raise AdapterError(f"`{name}` of a filter is a list of texts, and {bad[0]!r} is none")
            if values:
                yield column.in_(list(values))

    # -- saving -------------------------------------------------------------------------------------------

    def save(self, model: Any) -> Step[None]:
        """Write what is different in *model* from the table, which must be as it was loaded."""
        loaded = self.models.of(model)
        if loaded and not loaded.whole:
            raise AdapterError(
                "only a part of the table was loaded, and saving it would remove the rest: load the whole"
                " policy first"
            )
        wanted = self._rules_of(model)

        def step(connection: sa.Connection) -> Callable[[], None]:
            numbers: dict[Rule, list[int]] = {}
            for number, rule in self.table.read(connection):
                numbers.setdefault(identity(rule), []).append(number)
            if numbers.keys() != wanted.keys():
                self._check_unchanged(loaded, numbers.keys(), wanted)
            kept = dict.fromkeys(_kept(model, numbers, wanted))
            self.table.delete(
                connection, [n for rule, found in numbers.items() for n in found[rule in kept :]]
            )
            new = [rule for same, rule in wanted.items() if same not in kept]
            self.table.insert(connection, new)
            return lambda: self.models.load(model, [*(wanted[same] for same in kept), *new], whole=True)

        return step

    def _rules_of(self, model: Any) -> dict[Rule, Rule]:
        found: dict[Rule, Rule] = {}
        for ptype, assertion in _sections(model):
            for values in assertion.policy:
                rule = checked_rule(ptype, values, self.table.limits)
                other = found.setdefault(identity(rule), rule)
                if other != rule:
                    raise AdapterError(
                        f"two rules differ in an empty value at the end alone: ({shown(rule)})"
                    )
        return found

    def _check_unchanged(
        self, loaded: LoadedRules | None, there: Iterable[Rule], wanted: Iterable[Rule]
    ) -> None:
        rules = set(there)
        if loaded is None and rules:
            raise RulesChangedError(
                f"the table has {len(rules)} rules that were never loaded into this model, and saving it"
                " would remove them: load the policy first, or empty the table"
            )
        if loaded is None:
            return
        if other := sorted(rules ^ loaded.places.keys()):
            raise RulesChangedError(
                "others have changed the table since it was loaded, so load the policy again first:"
                f" {some_of(other)}"
            )
        saved = set(wanted)
        other = sorted(rule for rule, is_there in loaded.written.items() if is_there != (rule in saved))
        if other and len(self.models.in_use()) > 1:
            raise RulesChangedError(
                "another enforcer has written through this adapter since the policy was loaded, load it again"
                f" first, or give each enforcer an adapter of its own: {some_of(other)}"
            )


def _sections(model: Any) -> Iterator[tuple[str, Any]]:
    return ((ptype, found) for name in "pg" for ptype, found in (model.model.get(name) or {}).items())


def _filled(model: Any, rules: list[Rule]) -> list[Rule]:
    """Add *rules* to *model*, each once; those that were added or are there, as the model has them."""
    sections = dict(_sections(model))
    there = {identity((ptype, *rule)) for ptype, assertion in sections.items() for rule in assertion.policy}
    lines: dict[str, list[list[str]]] = {}
    known = {}
    for rule in rules:
        assertion = sections.get(rule[0])
        if assertion is None:
            raise AdapterError(
                f"the table has rules of {rule[0]!r}, which the model does not define: ({shown(rule)});"
                " without them somebody may have more rights. Define it, or load the sections that you have"
                " with a filter"
            )
        same = identity(rule)
        if same in known:
            continue
        size = len(assertion.tokens) + len(assertion.params_tokens)
        known[same] = same + rule[len(same) : size + 1]
        if same not in there:
            lines.setdefault(rule[0], []).append(list(known[same][1:]))
    for ptype, new in lines.items():
        sections[ptype].policy.extend(new)
    return list(known.values())


def _kept(model: Any, numbers: dict[Rule, list[int]], wanted: dict[Rule, Rule]) -> list[Rule]:
    """Which rows stay: all that are wanted, or where the first match decides, those in the wanted order."""
    if not any("priority" in effect.value.lower() for effect in (model.model.get("e") or {}).values()):
        return [rule for rule in numbers if rule in wanted]
    kept: list[Rule] = []
    ended: set[str] = set()
    last: dict[str, int] = {}
    for rule in wanted:
        ptype = rule[0]
        number = numbers.get(rule, [0])[0]
        if ptype not in ended and number > last.get(ptype, 0):
            kept.append(rule)
            last[ptype] = number
        else:
            ended.add(ptype)
    return kept
