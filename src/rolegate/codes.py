"""The registry of diagnostic codes: a code is a promise and never changes its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """A stable code; the first digit names the room that reports it."""

    name: str
    severity: Literal["error", "warning"]
    summary: str
    unreadable: bool = False
    """Whether the file cannot even be read as text; nothing in it was checked."""


CODES: dict[str, Code] = {
    "RG101": Code("file.unreadable", "error", "the file cannot be read", unreadable=True),
    "RG102": Code("file.too-large", "error", "the file is larger than a policy file can be", unreadable=True),
    "RG103": Code("file.encoding", "error", "the file is not plain UTF-8 text", unreadable=True),
    "RG104": Code("yaml.syntax", "error", "the file is not YAML"),
    "RG105": Code("yaml.duplicate-key", "error", "a key or a name that is written twice"),
    "RG106": Code("yaml.refused", "error", "a YAML feature that policy files do not use"),
    "RG107": Code(
        "yaml.limits", "error", "the document is nested too deeply, or has too many values or problems"
    ),
    "RG108": Code(
        "yaml.trap", "error", "an unquoted value that YAML tools read as something other than text"
    ),
    "RG109": Code("yaml.empty-value", "error", "a key without a value"),
    "RG110": Code("file.empty", "error", "the file is empty"),
    "RG111": Code("file.unknown", "error", "a YAML file that is not part of a policy set"),
    "RG112": Code("shape.unknown-key", "error", "a key the language does not know"),
    "RG113": Code("shape.missing-key", "error", "a key that is required is missing"),
    "RG114": Code("shape.wrong-type", "error", "a value of the wrong kind"),
    "RG115": Code("id.invalid", "error", "an id that cannot be used"),
    "RG116": Code("name.invalid", "error", "a name that cannot be used"),
    "RG117": Code("id.lookalike", "warning", "an id that a reader can hardly tell from another"),
    "RG118": Code("shape.one-of", "error", "keys that exclude each other, or none of them"),
    "RG119": Code("language.refused", "error", "an idea the language refuses on purpose"),
    "RG120": Code("catalog.missing", "error", "a policy set without a catalog"),
    "RG121": Code("file.outside", "error", "a link that leads out of the policy set", unreadable=True),
    "RG122": Code("file.gone", "error", "a file that the policy in force was read from is gone"),
    "RG123": Code("file.changing", "error", "the files change while they are read", unreadable=True),
    "RG124": Code(
        "accept.invalid", "error", "an acceptance of something that cannot be accepted, or without a reason"
    ),
    "RG125": Code("accept.unused", "warning", "an acceptance of something that is not reported"),
    "RG126": Code("role.elsewhere", "error", "a role of another domain than that of its file"),
    "RG127": Code("yaml.comment", "warning", "a text that a comment cuts off"),
    "RG201": Code("path.collision", "error", "two things have the same path"),
    "RG202": Code("scope.unknown", "error", "an undeclared scope or ladder of scopes"),
    "RG203": Code("scope.tree", "error", "scopes that do not form one tree"),
    "RG204": Code("resource.unknown", "error", "an undeclared resource kind"),
    "RG205": Code("resource.cycle", "error", "resource kinds that lie within each other"),
    "RG206": Code(
        "resource.nesting",
        "error",
        "a permission per a resource that does not lie within the one of its group",
    ),
    "RG207": Code("dependency.unknown", "error", "a dependency on an undeclared permission"),
    "RG208": Code("dependency.cycle", "error", "dependencies that go in a circle"),
    "RG209": Code("dependency.limit", "error", "a dependency whose scope or instance is not clear"),
    "RG210": Code(
        "dependency.availability", "error", "a permission is available in more domains than one it depends on"
    ),
    "RG211": Code("plan.unknown", "error", "an undeclared plan"),
    "RG212": Code("addon.unknown", "error", "an undeclared add-on"),
    "RG213": Code("availability.empty", "error", "no domain is left in which a permission is available"),
    "RG214": Code("header.unknown", "error", "a header that is not a permission of its group"),
    "RG215": Code("title.placeholder", "error", "a title placeholder that means nothing"),
    "RG216": Code("label.unknown", "error", "a label for something that is not declared"),
    "RG217": Code("alias.invalid", "error", "an alias the grammar cannot read"),
    "RG218": Code("group.empty", "error", "a group with nothing in it"),
    "RG219": Code("condition.invalid", "error", "a condition of a scope that cannot be read"),
    "RG220": Code("hidden.unreachable", "warning", "a hidden permission that nothing implies"),
    "RG221": Code("hidden.dependency", "error", "a hidden permission requires something, or is required"),
    "RG222": Code("condition.word", "error", "a word that conditions do not have"),
    "RG223": Code("user.undeclared", "error", "an attribute of the user that is not declared"),
    "RG235": Code("name.collision", "error", "a former name that stands for something else"),
    "RG236": Code("name.renamed", "warning", "something other than a permission called by its former name"),
    "RG237": Code("name.of-several", "warning", "a former name that two domains say they had"),
    "RG234": Code("path.removed", "error", "a removed name that is declared again"),
    "RG231": Code("restriction.unknown", "error", "an undeclared restriction"),
    "RG232": Code("restriction.empty", "error", "a restriction that takes nothing away"),
    "RG224": Code(
        "records.domain", "warning", "several domains, and no attribute that tells their records apart"
    ),
    "RG225": Code("condition.holds", "error", "a condition asks for what nobody can hold"),
    "RG226": Code("condition.holds-negated", "error", "a condition asks for what a user does not hold"),
    "RG230": Code("domain-kind.unknown", "error", "an undeclared kind of domain"),
    "RG227": Code(
        "by-name.contradicted",
        "error",
        "a permission granted by name only is hidden, or implied by one that is not",
    ),
    "RG233": Code("role-kind.unknown", "error", "an undeclared kind of role"),
    "RG301": Code("grant.unknown-permission", "error", "a grant of an undeclared permission"),
    "RG302": Code("grant.bare-group", "error", "a bare group where a permission is meant"),
    "RG303": Code("grant.scope-missing", "error", "a permission with scopes granted without one"),
    "RG304": Code("grant.scope-unknown", "error", "a scope the permission does not have"),
    "RG305": Code("grant.instance-missing", "error", "a permission per instance granted without one"),
    "RG306": Code("grant.instance-shape", "error", "an instance of the wrong shape"),
    "RG307": Code("grant.syntax", "error", "a grant the grammar cannot read"),
    "RG308": Code("grant.nothing", "error", "a grant that gives nothing"),
    "RG309": Code("grant.hidden", "error", "a hidden permission granted, excepted or restricted by name"),
    "RG310": Code("grant.deprecated", "warning", "a deprecated permission granted"),
    "RG311": Code("grant.renamed", "warning", "a permission called by its former name"),
    "RG312": Code("grant.mixed-kinds", "error", "one id meant for several kinds of resources"),
    "RG313": Code("except.instance", "error", "one instance excepted from all of them"),
    "RG314": Code("except.needed", "error", "an exception of something that is still needed"),
    "RG315": Code("role.requires", "error", "a role lacks what its permissions require"),
    "RG316": Code("role.recommends", "warning", "a role lacks what its permissions recommend"),
    "RG317": Code("role.unknown", "error", "an undeclared role"),
    "RG318": Code("role.cycle", "error", "roles that extend each other in a circle"),
    "RG319": Code("role.duplicate", "error", "two roles of one name"),
    "RG320": Code("role.custom", "warning", "a role of a domain that has no roles of its kind"),
    "RG321": Code("role.never", "error", "a role holds what no role of its kind may ever hold"),
    "RG322": Code("role.names-instance", "warning", "a default role names an instance"),
    "RG323": Code("except.nothing", "warning", "an exception that takes nothing away"),
    "RG324": Code("role.extends-custom", "error", "a default role extends a custom one"),
    "RG325": Code("role.empty", "warning", "a role that holds nothing"),
    "RG326": Code(
        "grant.unavailable", "warning", "a grant of what is not available in any domain where it holds"
    ),
    "RG329": Code(
        "role.beside-custom",
        "warning",
        "a role gives what no role of another kind, which is held as well, may hold",
    ),
    "RG335": Code(
        "take.fields-left", "error", "a star at `edit` or `view` that leaves fields with scopes as they are"
    ),
    "RG340": Code("role.aside", "warning", "a custom role that grants nothing, because it is set aside"),
    "RG345": Code("role.replaces", "error", "a role replaces what cannot be replaced"),
    "RG346": Code("role.replaced-twice", "error", "a domain has two roles that replace the same one"),
    "RG347": Code(
        "role.heir-of-replaced", "warning", "a bound role extends a default role that the domain replaced"
    ),
    "RG348": Code("role.same-title", "warning", "two roles that a domain can use have one title"),
    "RG356": Code("grant.removed", "error", "a grant of a removed permission"),
    "RG355": Code("role.may", "error", "a role holds what roles of its kind may not hold"),
    "RG401": Code("domain.unknown", "error", "an undeclared domain"),
    "RG402": Code("domain.cycle", "error", "domains that lie within each other"),
    "RG403": Code("team.unknown", "error", "an undeclared team"),
    "RG404": Code("binding.form", "error", "a binding that says more or less than one thing"),
    "RG405": Code("binding.until", "error", "a beginning or an end that is not a clear date or moment"),
    "RG406": Code("binding.only", "error", "a binding limited in an unclear way"),
    "RG407": Code("binding.only-empty", "error", "a limited binding that leaves nothing"),
    "RG408": Code("binding.requires", "error", "a binding lacks what its permissions require"),
    "RG409": Code("team.shadow", "warning", "a team with the name of an outer team"),
    "RG410": Code("domain.no-plan", "warning", "a domain without a plan"),
    "RG411": Code("binding.domain-missing", "error", "a binding without its domain"),
    "RG412": Code("binding.only-beyond", "warning", "a limited binding that implies more than its instances"),
    "RG413": Code("instance.removed", "error", "an instance that is listed as removed and as known"),
    "RG414": Code(
        "restrict.unknown-instance", "error", "a restriction on an instance the domain does not know"
    ),
    "RG415": Code("binding.never", "error", "the holder of a role gets what no role of that kind may hold"),
    "RG418": Code(
        "instance.gone", "warning", "an instance is named that is removed, or that the domain does not know"
    ),
    "RG420": Code("domain.zone", "error", "a time zone that does not exist"),
    "RG421": Code("binding.period", "error", "a line that never holds"),
    "RG422": Code("binding.ended", "warning", "a line that has ended"),
    "RG423": Code("binding.repeated", "warning", "a line that adds nothing beside another"),
    "RG416": Code("user.misread", "warning", "a user with the name of everyone, of a list or of a team"),
    "RG417": Code("restrict.heirs", "warning", "a restriction on a role that roles extending it do not have"),
    "RG424": Code("team.circle", "error", "teams that are members of each other in a circle"),
    "RG430": Code("domain.no-kind", "error", "a domain without a kind, where the catalog has kinds"),
    "RG440": Code("binding.elsewhere", "error", "a line of another domain than that of its file"),
    "RG441": Code("domain.aside", "warning", "a domain that answers no, because it is set aside"),
    "RG431": Code("domain.addon-needed", "error", "an add-on without another one that it needs"),
    "RG435": Code("binding.role-kind", "error", "a role in a kind of domain that has no roles of its kind"),
    "RG436": Code(
        "binding.role-kind-plan", "warning", "a role in a domain whose plan or add-ons lack roles of its kind"
    ),
    "RG432": Code("binding.elsewhere", "warning", "a role of which nothing exists where it is bound"),
    "RG501": Code("column.too-long", "error", "a compiled value longer than a database column"),
    "RG502": Code("set.lines", "error", "a policy set that makes too many compiled lines"),
    "RG503": Code("set.steps", "error", "a policy set that takes too many steps to check"),
    "RG504": Code("lines.version", "error", "compiled files of another version, or a model of another one"),
    "RG723": Code("expectation.unmet", "error", "an answer that is not as expected"),
    "RG724": Code("expectation.survivor", "error", "a mistake in the files that no expectation notices"),
    "RG725": Code("expectation.coverage", "error", "expectations that look at too little of a policy"),
    "RG730": Code("invariant.broken", "error", "an invariant that does not hold"),
    "RG731": Code("invariant.subject", "error", "an invariant about somebody who is not declared"),
    "RG732": Code("invariant.form", "error", "an invariant that says more or less than one thing"),
    "RG740": Code("rule.unknown-name", "warning", "a rule names a user, a role or an instance not known"),
    "RG741": Code("invariant.idle", "warning", "`reach` where nobody may edit roles"),
    "RG743": Code("approval.unknown-name", "warning", "an approval names what the set does not have"),
    "RG601": Code("permission.unknown", "error", "a question about an undeclared permission"),
    "RG602": Code("subject.unknown", "error", "a question about an unknown subject"),
    "RG603": Code("domain.unknown", "error", "a question about an undeclared domain"),
    "RG604": Code("question.scope", "error", "a question at a scope the permission does not have"),
    "RG605": Code("question.instance", "error", "a question about an instance of the wrong shape"),
    "RG606": Code("question.form", "error", "a question that is incomplete"),
    "RG607": Code("subject.ended", "error", "a question about a subject whose line has ended"),
    "RG608": Code("tree.too-large", "error", "a tree with more boxes than anybody can look at"),
    "RG609": Code("subject.everyone", "error", "a user whom no line names is allowed something as everyone"),
    "RG612": Code("domain.aside", "error", "a question about a domain that is set aside"),
    "RG611": Code("role.aside", "error", "a question about a role that is set aside"),
    "RG610": Code("subject.coming", "error", "a question about a subject whose line has not begun"),
    "RG710": Code("approval.star", "error", "an approval that names permissions by a star"),
    "RG711": Code("approval.unclear", "error", "an approval that does not say one thing, or not why"),
    "RG712": Code("review.unknown", "error", "a rule for reviews that does not exist"),
    "RG713": Code("approval.unused", "warning", "an approval that a change does not need"),
    "RG714": Code("approval.ended", "warning", "an approval that has ended"),
    "RG715": Code("review.linked", "error", "a file of rules that leads to its file by another name"),
    "RG800": Code("grant.covered", "warning", "a grant that adds nothing beside others"),
    "RG801": Code("except.covered", "warning", "an exception that takes away only what others take"),
    "RG802": Code("role.unheld", "warning", "a role that nobody holds"),
    "RG803": Code("permission.unheld", "warning", "a permission that nobody holds"),
    "RG804": Code("role.equal", "warning", "two roles that hold the same"),
    "RG805": Code("role.equals-default", "warning", "a custom role that holds the same as a default one"),
    "RG806": Code("instance.all-listed", "warning", "a list of instances that has every known one"),
    "RG807": Code("grant.star-sensitive", "warning", "a star that takes in what is sensitive"),
    "RG810": Code("label.missing", "warning", "a language in which texts have no label"),
    "RG811": Code("dependency.deprecated", "warning", "a permission that depends on a deprecated one"),
    "RG808": Code("restrict.nothing", "warning", "a restriction of what nobody is given"),
    "RG809": Code("binding.ending", "warning", "a line that ends soon"),
    "RG920": Code("store.race", "error", "something that somebody else changed first, or is changing"),
    "RG921": Code("store.database", "error", "a database that does not do what a store needs"),
    "RG922": Code("store.undo-apply", "error", "an apply of files that is to be undone at run time"),
    "RG902": Code("store.newer", "error", "a store that a newer release wrote, and this one only reads"),
    "RG903": Code("store.place", "error", "a store of which nobody says where it is"),
    "RG904": Code("store.owned", "error", "something in files that was made at run time as well"),
    "RG906": Code(
        "store.dump", "error", "a dump that is not as it was written, or a store that is not empty"
    ),
    "RG907": Code("store.older", "error", "a store in the tables of an older release, before it is upgraded"),
    "RG917": Code("store.damaged", "error", "something in a database that is not as it was written"),
    "RG970": Code("plan.other-set", "error", "a set of another name than the one that is applied"),
    "RG971": Code("plan.older", "error", "a set that does not come after the one that is applied"),
    "RG972": Code("plan.untold", "error", "a set of which nobody can tell whether it is older"),
    "RG973": Code(
        "plan.gone", "error", "something that is gone from the files, and that tenants have stored"
    ),
    "RG975": Code("plan.unapproved", "error", "a gain that the rules of review refuse"),
    "RG976": Code("plan.last", "error", "a domain in which nobody would be left who manages roles"),
    "RG977": Code("plan.file", "error", "a file that is no saved plan, or cannot be written"),
    "RG978": Code("plan.stale", "error", "a plan that was made before other files were applied"),
    "RG980": Code("store.ownership", "error", "something that cannot be given to files or to run time"),
    "RG979": Code("plan.new", "error", "more would be gained than a saved plan says"),
    "RG720": Code("expectation.question", "error", "an expectation about something that is not declared"),
    "RG721": Code("expectation.user", "error", "an expectation about a user whom no file names"),
    "RG722": Code("expectation.form", "error", "an expectation that says too little, or too much"),
    "RG960": Code("give.not-managing", "error", "somebody changes access who does not manage there"),
    "RG961": Code("give.beyond", "error", "somebody gives what they do not hold"),
    "RG962": Code("role.not-editable", "error", "a role that is not for this person to edit"),
    "RG963": Code("give.last", "error", "nobody would be left who manages"),
    "RG964": Code("change.not-theirs", "error", "a change that somebody else makes"),
    "RG965": Code("change.impossible", "error", "a change that nobody can make as things are"),
    "RG981": Code("take.managing", "error", "managing is taken inside from somebody who manages around"),
    "RG982": Code(
        "give.asleep", "error", "something is given that sleeps, by somebody who would not hold it"
    ),
    "RG945": Code("import.model", "error", "a Casbin model that roles and restrictions cannot say"),
    "RG946": Code("import.line", "warning", "a line of a Casbin policy that is left out"),
    "RG947": Code("import.less", "warning", "a line of a Casbin policy of which less is granted"),
    "RG948": Code("import.otherwise", "warning", "what an import says in another form"),
}


def is_lint(code: str) -> bool:
    """Whether *code* is one of `rolegate lint`: what is valid, and questionable."""
    return code.startswith("RG8")


def is_always_found(code: str) -> bool:
    """Whether *code* is looked for whenever a set is read."""
    return not is_lint(code)
