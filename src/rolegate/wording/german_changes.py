"""What is said in German of changes at run time that somebody may not make, or nobody can."""

from __future__ import annotations

from collections.abc import Mapping

CHANGES: Mapping[str, str | tuple[str, str]] = {
    # Why somebody may not make a change.
    "refused_in": "im Bereich {domain}: {what}",
    "refused_manage": "Sie dürfen keine Rechte verwalten, wozu {grant} nötig ist",
    "refused_nobody": "das darf niemand, während die Anwendung läuft",
    "custom_roles": "eigenen Rollen",
    "roles_of_kind": "Rollen der Art {kind}",
    "plan_without": "der Tarif {plan} hat keine {roles}",
    "domain_without": "es gibt keine {roles}",
    "refused_beyond": "Sie können nicht geben, was Sie selbst nicht haben: {grant}",
    "refused_stronger": "die Rolle hat mehr Rechte als Sie: {grant}",
    "refused_locked": "die Rolle wird nur in den Dateien bearbeitet",
    "refused_kind": "Rollen dieser Art dürfen {grant} nicht haben",
    "refused_never": "Rollen dieser Art haben {grant} nie",
    "refused_last": "niemand wäre mehr da, der {grant} hat",
    "refused_apart": "niemand wäre mehr da, der um den Bereich herum verwaltet und {grant} hat",
    "refused_plan": "ohne `manager` im selben Aufruf wäre niemand mehr da, der {grant} hat",
    "refused_outer": "das können Sie niemandem nehmen, der um den Bereich herum verwaltet: {grant}",
    "refused_asleep": "das gibt heute nichts, und Sie hätten es nicht, wenn es wieder etwas gibt: {grant}",
    "refused_tenant": "Tarif, Zusatzpakete und Einträge eines Bereichs ändert die Anwendung",
    "refused_domains": "Bereiche legt die Anwendung an und löscht sie: `store.admin(system=…)`",
    "refused_system": "die Anwendung gibt nichts in einem Bereich, den es schon gibt",
    "refused_files": "das steht in den Dateien und wird dort geändert",
    "refused_invalid": "die Richtlinie hätte Fehler",
    "refused_finding": "die Richtlinie hätte einen Fehler: {finding}",
    "refused_more": ("{first} (und {number} weiterer Grund)", "{first} (und {number} weitere Gründe)"),
    # Why nobody can make it.
    "of_domain": "{what} des Bereichs {domain}",
    "line_of": "Zeile für {who} ({what})",
    "line_of_all": "Zeile ({what})",
    "line_key": "{key} {names}",
    "not_there": "{what}: gibt es nicht",
    "default_role": "{role} ist eine Standardrolle: kopieren Sie sie, oder legen Sie mit `create_role(…, "
    "replaces=…)` eine Fassung davon an",
    "there_already": "{what}: gibt es schon",
    "changed_since": "{what}: inzwischen geändert, daher nicht rückgängig zu machen",
    "domains_inside": "in {domain} liegen Bereiche: {names}",
    "no_former_names": "zur Laufzeit wird kein Bereich umbenannt, also hat {domain} kein {key}",
    "former_name_of": "{domain} ist ein früherer Name des Bereichs {named}: bitte einen anderen Namen wählen",
    "removed_before": "{id} ({kind}) wurde in {domain} entfernt: mit `revive` kommen die Rechte darauf "
    "zurück",
    "has_no_instance": "Bereich {domain} hat {id} ({kind}) nicht",
    "not_edited": "das Bearbeiten ändert {key} nicht: `rename_role` benennt um, oder klonen Sie die Rolle",
    "another_domain": "es geht um {named}, und {domain} wird verwaltet: nennen Sie das in `store.admin`",
    "line_gives": "die Zeile gibt etwas: {line}",
    "line_takes": "die Zeile nimmt etwas weg: {line}",
    "no_such_change": "es gibt keine Änderung {which}, die rückgängig gemacht werden kann",
    "made_by_files": "die Änderung {which} kam aus Dateien: ändern Sie dort, worum es geht, und wenden Sie "
    "sie an, oder wenden Sie den Stand davor an",
    "takes_text": "{key} erwartet einen Text, und {value} ist vom Typ {kind}",
    "list_no_text": "{key} erwartet eine Liste, keinen Text",
    "list_not_that": "{key} erwartet eine Liste, und dies ist vom Typ {kind}",
    "takes_keys": "die Schlüssel von {key} sind Texte, und {value} ist keiner",
    "is_empty": "{key} ist leer",
    "half_character": "{key} enthält ein halbes Zeichen, das nichts aufbewahren kann",
}
