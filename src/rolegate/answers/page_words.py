"""The words that pages say by themselves, by language; English where a language has none."""

from __future__ import annotations

from dataclasses import dataclass

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "matrix": "Roles and permissions",
        "tree": "Permissions",
        "permission": "Permission",
        "permissions": "Permissions",
        "roles": "Roles",
        "roles_shown": "Roles shown",
        "key_yes": "all of it",
        "key_no": "nothing",
        "search": "Search",
        "unfold": "Unfold",
        "yes": "yes",
        "no": "no",
        "of": "{held} of {among}",
        "on": "on",
        "partial": "partly",
        "off": "off",
        "star": "new ones included",
        "star_limited": "new ones included: {limit}",
        "deprecated": "deprecated",
        "by_name": "by name only",
        "unavailable": "not available here",
        "restricted": "taken away by a restriction",
        "until": "until {time}",
        "plan": "Plan",
        "addon": "Add-on",
        "kind": "Only in",
        "left_out": "Not available here, left out",
        "key": "✓ is all of it; a label says at which scope, or for which instances; · is nothing; "
        "★ includes what is added later.",
    },
    "fr": {
        "matrix": "Rôles et permissions",
        "tree": "Permissions",
        "permission": "Permission",
        "permissions": "Permissions",
        "roles": "Rôles",
        "roles_shown": "Rôles affichés",
        "key_yes": "tout",
        "key_no": "rien",
        "search": "Rechercher",
        "unfold": "Déplier",
        "yes": "oui",
        "no": "non",
        "of": "{held} sur {among}",
        "on": "oui",
        "partial": "en partie",
        "off": "non",
        "star": "nouveautés comprises",
        "star_limited": "nouveautés comprises : {limit}",
        "deprecated": "obsolète",
        "by_name": "seulement par son nom",
        "unavailable": "indisponible ici",
        "restricted": "retirée par une restriction",
        "until": "jusqu’au {time}",
        "plan": "Formule",
        "addon": "Option",
        "kind": "Seulement dans",
        "left_out": "Indisponibles ici, non affichées",
        "key": "✓ : tout ; une étiquette dit à quelle portée, ou pour quelles instances ; · : rien ; "
        "★ : ce qui s’ajoute plus tard est compris.",
    },
}
"""A key that only English has would be shown in English; a test holds the languages together."""

_LEFTWARD = frozenset(
    (
        "ar",
        "arc",
        "ckb",
        "dv",
        "fa",
        "he",
        "iw",
        "lrc",
        "mzn",
        "nqo",
        "pnb",
        "ps",
        "sd",
        "syr",
        "ug",
        "ur",
        "yi",
    )
)
"""Languages that are written from right to left."""
_LEFTWARD_SCRIPTS = frozenset(("adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"))


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words for a page whose titles are in the language *locale*.

    `language` is that of the words themselves, which differs where the program does not have the language.
    """

    locale: str
    language: str

    @classmethod
    def of(cls, locale: str) -> PageWords:
        tag = locale.replace("_", "-")
        primary = tag.partition("-")[0].casefold()
        return cls(tag, tag if primary in WORDS else "en")

    def say(self, key: str, **values: object) -> str:
        """The words for *key*, as text."""
        known = WORDS[self.language.partition("-")[0].casefold()]
        return known[key].format(**values)

    @property
    def direction(self) -> str:
        """`rtl` where the language is written from right to left."""
        subtags = self.locale.casefold().split("-")
        script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), None)
        if script is not None:
            return "rtl" if script in _LEFTWARD_SCRIPTS else "ltr"
        return "rtl" if subtags[0] in _LEFTWARD else "ltr"
