"""What the models that an adapter has loaded know of its table."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from rolegate.casbin.rule_values import Rule, identity


class LoadedRules:
    """The rules that were loaded into a model, and those written since through the same adapter."""

    def __init__(self, rules: Iterable[Rule], whole: bool) -> None:
        self.whole = whole
        """Whether all of the table was loaded."""
        self.places: dict[Rule, int] = {}
        """Each rule of the table, as far as is known, with its place in the order of the table."""
        self.written: dict[Rule, bool] = {}
        """The rules written since it was loaded, and whether they are there now."""
        self._longer: dict[Rule, Rule] = {}
        self._end = 0
        for rule in rules:
            self._add(rule)

    def wrote(self, added: Iterable[Rule], removed: Iterable[Rule]) -> None:
        """The table has *added* now, at its end, and no longer *removed*."""
        for rule in map(identity, removed):
            self.places.pop(rule, None)
            self.written[rule] = False
        for rule in added:
            self.written[self._add(rule)] = True

    def replaced(self, pairs: list[tuple[Rule, Rule]]) -> None:
        """The table has the second of each pair now, in the place of the first."""
        places = [self.places.pop(identity(old), None) for old, _ in pairs]
        self.written |= {identity(old): False for old, _ in pairs}
        for (_, new), place in zip(pairs, places, strict=True):
            self.written[self._add(new, place)] = True

    def put_back(
        self, rules: list[Any], lost: Callable[[Rule], bool], added: Iterable[Rule], ptype: str
    ) -> bool:
        """Whether *rules*, those that a model has of *ptype*, had to be changed to be those of the table."""
        before = list(rules)
        there = [identity((ptype, *rule)) for rule in rules]
        for rule in map(identity, added):
            if there.count(rule) > (rule in self.places):
                number = there.index(rule)
                del there[number], rules[number]
        kept = set(there)
        for rule in self.places:
            if rule[0] == ptype and rule not in kept and lost(rule):
                rules.append(list(self._longer.get(rule, rule)[1:]))
        rules.sort(key=lambda rule: self.places.get(identity((ptype, *rule)), self._end))
        return rules != before

    def _add(self, rule: Rule, place: int | None = None) -> Rule:
        """Add *rule* at its end, or at a place in between; its identity."""
        same = identity(rule)
        if same is not rule:
            self._longer[same] = rule
        self.places.setdefault(same, self._end if place is None else place)
        self._end += 1
        return same


class LoadedModels:
    """The models that were loaded through one adapter and are still in use.

    An enforcer has another model after each load, and hands it over when it saves. So that tells whether what
    it saves was loaded before somebody else wrote.
    """

    def __init__(self) -> None:
        self._loaded: WeakKeyDictionary[Any, LoadedRules] = WeakKeyDictionary()
        self._lock = Lock()

    def of(self, model: Any) -> LoadedRules | None:
        """What was loaded into *model*, if anything was."""
        with self._lock:
            return self._loaded.get(model)

    def all(self) -> list[LoadedRules]:
        """What was loaded into the models that are in use, or were and have not been collected yet."""
        with self._lock:
            return list(self._loaded.values())

    def in_use(self) -> list[LoadedRules]:
        """What was loaded into the models that are in use, for whoever is about to refuse because of one.

        The error of an earlier call, in a cycle with its own frames, can hold a model that its enforcer has
        exchanged since; what that one knows of the table is old.
        """
        gc.collect()
        return self.all()

    def objections(self, against: Callable[[LoadedRules], list[Rule]]) -> list[Rule]:
        """The rules that one of the models that are in use has *against* a write, if any of them has some."""
        if not any(map(against, self.all())):
            return []
        return next(filter(None, map(against, self.in_use())), [])

    def load(self, model: Any, rules: Iterable[Rule], whole: bool) -> None:
        """*model* has these *rules* of the table."""
        loaded = LoadedRules(rules, whole)
        with self._lock:
            self._loaded[model] = loaded

    def forget(self, model: Any) -> None:
        """Nobody knows what *model* has."""
        with self._lock:
            self._loaded.pop(model, None)

    def wrote(self, added: Iterable[Rule] = (), removed: Iterable[Rule] = ()) -> None:
        """The table has *added* now, and no longer *removed*."""
        new, gone = list(added), list(removed)
        with self._lock:
            for loaded in self._loaded.values():
                loaded.wrote(new, gone)

    def replaced(self, pairs: Iterable[tuple[Rule, Rule]]) -> None:
        """The table has the second of each pair now, in the place of the first."""
        made = list(pairs)
        with self._lock:
            for loaded in self._loaded.values():
                loaded.replaced(made)

    def put_back(self, ptype: str, lost: Callable[[Rule], bool], added: Iterable[Rule] = ()) -> None:
        """Let the models have again what the table has: a write failed, and Casbin had already done it.

        They get back the rules of the section *ptype* that are *lost*, and lose those that were *added*.
        """
        new = list(added)
        with self._lock:
            for model, loaded in list(self._loaded.items()):
                section = model.model.get(ptype[:1]) or {}
                if ptype not in section:
                    continue
                rules = list(section[ptype].policy)
                if loaded.put_back(rules, lost, new, ptype):
                    section[ptype].policy = rules
                    model.sort_policies_by_subject_hierarchy()
                    model.sort_policies_by_priority()
