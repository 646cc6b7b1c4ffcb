"""Says why a box is closed in a language of the set, with the titles of what is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rolegate.catalog.labels import Words, words_of
from rolegate.engine.speaker import Speaker
from rolegate.tree.box_reasons import ClosedReason, Reasons, merged
from rolegate.tree.draft_error import DraftError
from rolegate.tree.draft_rules import DraftRules
from rolegate.wording.phrases import Listing, Phrase, SaidName


@dataclass(frozen=True, slots=True)
class SaidReasons:
    """Titles are those of `words`; without a `speaker` the sentences are English, with paths."""

    rules: DraftRules
    words: Words
    speaker: Speaker | None = None

    @classmethod
    def of(cls, rules: DraftRules, locale: str | None = None) -> SaidReasons:
        """The sayings of a language.

        Raises:
            UnknownNameError: for a language that the set does not have.
        """
        words = words_of(rules.resolved.labels, locale)
        domain = rules.role.domain
        return cls(rules, words, None if locale is None else Speaker.of(rules.resolved, locale, domain))

    def __call__(self, reasons: Iterable[ClosedReason]) -> Reasons:
        return tuple(self._said(reason) for reason in merged(reasons))

    def _said(self, reason: ClosedReason) -> ClosedReason:
        text = reason.text if self.speaker is None else self.speaker.say(reason.text)
        return replace(reason, text=text, titles=tuple(self._title(reason, name) for name in reason.names))

    def _title(self, reason: ClosedReason, name: str) -> str:
        catalog, role = self.rules.catalog, self.rules.role
        if reason.code in ("implies", "choose"):
            return self.words.filled(self.words.title(catalog.permission(name)), {}, catalog)
        if reason.code == "template":
            return self.words.resource(name, catalog.resources[name].title)
        if reason.code == "plan":
            section = "plans" if name in catalog.plans else "addons"
            return self.words.listed(section, name, {**catalog.addons, **catalog.plans}[name])
        if reason.code == "locked":
            return self.words.role(name, role.title)
        if reason.code == "parent":
            titles = {parent.name: parent.title for parent in self.rules.parents}
            return self.words.role(name, titles[name])
        if reason.code == "kind" and name == reason.names[0]:
            kind = catalog.role_kinds.get(name, catalog.custom_roles)
            return self.words.role_kind(kind) or kind.many
        return name

    def refused(self, box: str, reasons: Iterable[ClosedReason]) -> DraftError:
        """What to raise for a *box* that cannot be changed."""
        said = self(reasons)
        why = Listing("semicolon", [reason.text for reason in said])
        return DraftError(Phrase("cannot_be_changed", box=SaidName("box", box), why=why), said)
