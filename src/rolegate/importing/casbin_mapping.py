"""What an application asks in the place of a Casbin question: a table, which is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rolegate.documents.json_text import read_json
from rolegate.engine.question import Question
from rolegate.errors import CasbinImportError, wrong_argument
from rolegate.importing.object_templates import ObjectTemplate

MAPPING = "mapping.json"


@dataclass(frozen=True, slots=True)
class CasbinMapping:
    """The questions of a Casbin model as questions about a policy set.

    `request` has the parts of a Casbin question, in their order: `subject`, `domain`, `object`, `action`.
    `objects` and `kinds` have the groups of objects by their texts and by their shapes, the first that fits;
    `actions` are the names of actions. `roles` are those subjects that are roles.
    """

    request: tuple[str, ...]
    objects: Mapping[str, str]
    kinds: tuple[tuple[str, ObjectTemplate, str], ...]
    actions: Mapping[str, str]
    permissions: frozenset[str]
    roles: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path | str) -> CasbinMapping:
        """The table in the file *path*, or in the folder that has it.

        Raises:
            CasbinImportError: for a file that is not one.
        """
        file = Path(path)
        file = file / MAPPING if file.is_dir() else file
        try:
            return cls.of(read_json(file.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CasbinImportError(
                f"{file} is not a mapping that `rolegate import casbin` wrote: {error}"
            ) from None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> CasbinMapping:
        return cls(
            tuple(data["request"]),
            dict(data["objects"]),
            tuple(
                (kind["shape"], ObjectTemplate(tuple(kind["parts"]), bool(kind["rest"])), kind["group"])
                for kind in data["kinds"]
            ),
            dict(data["actions"]),
            frozenset(data["permissions"]),
            tuple(data["roles"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "request": list(self.request),
            "objects": dict(self.objects),
            "kinds": [
                {"shape": shape, "group": group, "parts": list(template.parts), "rest": template.rest}
                for shape, template, group in self.kinds
            ],
            "actions": dict(self.actions),
            "permissions": sorted(self.permissions),
            "roles": list(self.roles),
        }

    def question(self, *asked: str) -> Question | None:
        """The question that says the Casbin question *asked*; None where the set does not know the object.

        The subject is asked about as a user. Without a place in the catalog the answer is no.
        """
        if len(asked) != len(self.request) or not all(isinstance(text, str) for text in asked):
            raise wrong_argument(
                "question", asked, f"{len(self.request)} texts", f"write {', '.join(self.request)}"
            )
        said = dict(zip(self.request, asked, strict=True))
        action = self.actions.get(said.get("action", ""))
        found = self._place(said.get("object", ""))
        if action is None or found is None:
            return None
        group, ids = found
        permission = ".".join(part for part in (group, action) if part)
        if permission not in self.permissions:
            return None
        return Question(permission, user=said.get("subject", "-"), domain=said.get("domain"), on=ids or None)

    def _place(self, text: str) -> tuple[str, tuple[str, ...]] | None:
        if text in self.objects:
            return self.objects[text], ()
        for _, template, group in self.kinds:
            ids = template.read(text)
            if ids is not None:
                return group, ids
        return None
