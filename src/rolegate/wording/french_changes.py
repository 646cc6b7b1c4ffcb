"""What is said in French of changes at run time that somebody may not make, or nobody can."""

from __future__ import annotations

from collections.abc import Mapping

CHANGES: Mapping[str, str | tuple[str, str]] = {
    # Why somebody may not make a change.
    "refused_in": "{what} dans {domain}",
    "refused_manage": "vous ne pouvez pas gérer les accès, ce qui demande {grant}",
    "refused_nobody": "personne ne peut le faire pendant que l'application fonctionne",
    "custom_roles": "rôles personnalisés",
    "roles_of_kind": "rôles de type {kind}",
    "plan_without": "la formule {plan} n'a pas de {roles}",
    "domain_without": "il n'y a pas de {roles}",
    "refused_beyond": "vous ne pouvez pas donner ce que vous n'avez pas : {grant}",
    "refused_stronger": "le rôle a plus de droits que vous : {grant}",
    "refused_locked": "le rôle ne se modifie que dans les fichiers",
    "refused_kind": "les rôles de ce type ne peuvent pas avoir {grant}",
    "refused_never": "les rôles de ce type n'ont jamais {grant}",
    "refused_last": "il ne resterait personne qui ait {grant}",
    "refused_apart": "il ne resterait personne qui gère autour du domaine et ait {grant}",
    "refused_plan": "sans `manager` dans le même appel, il ne resterait personne qui ait {grant}",
    "refused_outer": "vous ne pouvez pas le retirer à qui gère autour du domaine : {grant}",
    "refused_asleep": "cela ne donne rien aujourd’hui, et vous ne l’auriez pas quand cela revient : {grant}",
    "refused_tenant": "la formule, les modules et les éléments d'un domaine sont changés par l'application",
    "refused_domains": "les domaines sont créés et supprimés par l'application : `store.admin(system=…)`",
    "refused_system": "l'application ne donne rien dans un domaine qui existe déjà",
    "refused_files": "cela vient des fichiers, et se modifie là",
    "refused_invalid": "l'ensemble aurait des erreurs",
    "refused_finding": "l'ensemble aurait une erreur : {finding}",
    "refused_more": ("{first} (et {number} autre)", "{first} (et {number} autres)"),
    # Why nobody can make it.
    "of_domain": "{what} du domaine {domain}",
    "line_of": "la ligne de {who} ({what})",
    "line_of_all": "la ligne ({what})",
    "line_key": "{key} {names}",
    "not_there": "{what} n'existe pas",
    "default_role": "{role} est un rôle par défaut : clonez-le, ou faites-en une version avec "
    "`create_role(…, replaces=…)`",
    "there_already": "{what} existe déjà",
    "changed_since": "{what} : modification entre-temps, l'annulation n'est donc pas possible",
    "domains_inside": "il y a des domaines dans {domain} : {names}",
    "no_former_names": "aucun domaine ne change de nom à l'exécution : {domain} n’a donc pas de {key}",
    "former_name_of": "{domain} est un ancien nom du domaine {named} : choisissez un autre nom",
    "removed_before": "{id} ({kind}) a été supprimé dans {domain} : dites `revive` pour rendre les droits "
    "qui s'y rapportaient",
    "has_no_instance": "le domaine {domain} n'a pas {id} ({kind})",
    "not_edited": "une modification ne change pas {key} : renommez un rôle avec `rename_role`, ou clonez-le",
    "another_domain": "il s'agit de {named}, et {domain} est administré : nommez-le dans `store.admin`",
    "line_gives": "la ligne donne quelque chose : {line}",
    "line_takes": "la ligne retire quelque chose : {line}",
    "no_such_change": "il n'y a pas de modification {which} à annuler",
    "made_by_files": "la modification {which} a été faite en appliquant des fichiers : modifiez-y ce dont "
    "il s'agit et appliquez-les, ou appliquez l'état d'avant",
    "takes_text": "{key} attend un texte, et {value} est du type {kind}",
    "list_no_text": "{key} attend une liste, et non un texte",
    "list_not_that": "{key} attend une liste, et ceci est du type {kind}",
    "takes_keys": "les clés de {key} sont des textes, et {value} n'en est pas un",
    "is_empty": "{key} est vide",
    "half_character": "{key} contient la moitié d'un caractère, que rien ne peut conserver",
}
