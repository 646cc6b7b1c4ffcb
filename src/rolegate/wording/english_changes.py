"""What is said in English of changes at run time that somebody may not make, or nobody can."""

from __future__ import annotations

from collections.abc import Mapping

CHANGES: Mapping[str, str | tuple[str, str]] = {
    # Why somebody may not make a change.
    "refused_in": "{what} in {domain}",
    "refused_manage": "you may not manage access, which takes {grant}",
    "refused_nobody": "nobody may do that at run time",
    "custom_roles": "custom roles",
    "roles_of_kind": "roles of kind {kind}",
    "plan_without": "the plan {plan} has no {roles}",
    "domain_without": "there are no {roles}",
    "refused_beyond": "you cannot give what you do not hold: {grant}",
    "refused_stronger": "the role holds more than you do: {grant}",
    "refused_locked": "the role is edited in files alone",
    "refused_kind": "roles of this kind may not hold {grant}",
    "refused_never": "roles of this kind never hold {grant}",
    "refused_last": "nobody would be left who holds {grant}",
    "refused_apart": "nobody who manages around it would be left who holds {grant}",
    "refused_plan": "without a `manager` in the same call, nobody would be left who holds {grant}",
    "refused_outer": "you cannot take it from somebody who manages around the domain: {grant}",
    "refused_asleep": "it gives nothing today, and you would not hold it when it does again: {grant}",
    "refused_tenant": "the plan, the add-ons and the instances of a domain are for the application to change",
    "refused_domains": "domains are created and deleted by the application: `store.admin(system=…)`",
    "refused_system": "the application gives nothing in a domain that is there already",
    "refused_files": "this is in the files, and is changed there",
    "refused_invalid": "the set would have errors",
    "refused_finding": "{finding}",
    "refused_more": ("{first} (and {number} more)", "{first} (and {number} more)"),
    # Why nobody can make it.
    "of_domain": "{what} of domain {domain}",
    "line_of": "line of {who} ({what})",
    "line_of_all": "line ({what})",
    "line_key": "{key} {names}",
    "not_there": "there is no {what}",
    "default_role": "{role} is a default role: clone it, or make a version of it with `create_role(…, "
    "replaces=…)`",
    "there_already": "there is a {what} already",
    "changed_since": "the {what} was changed in the meantime, so that cannot be undone",
    "domains_inside": "domains lie within {domain}: {names}",
    "no_former_names": "no domain is renamed at run time, so {domain} has no {key}",
    "former_name_of": "{domain} is a former name of domain {named}: choose another name",
    "removed_before": "the {kind} {id} was removed in {domain}: say `revive` to give back what it was "
    "granted",
    "has_no_instance": "domain {domain} has no {kind} {id}",
    "not_edited": "an edit does not change {key}: rename a role with `rename_role`, or clone it",
    "another_domain": "this is about {named}, and {domain} is administered: name that in `store.admin`",
    "line_gives": "the line gives something: {line}",
    "line_takes": "the line takes something away: {line}",
    "no_such_change": "there is no change {which} that can be undone",
    "made_by_files": "change {which} was made by applying files: change what it is about there and apply "
    "them, or apply the set of before",
    "takes_text": "{key} takes a text, and {value} is of the type {kind}",
    "list_no_text": "{key} takes a list, not a text",
    "list_not_that": "{key} takes a list, and this is of the type {kind}",
    "takes_keys": "{key} takes texts as keys, and {value} is none",
    "is_empty": "{key} is empty",
    "half_character": "{key} holds half of a character, which nothing can keep",
}
