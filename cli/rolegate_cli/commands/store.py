"""`rolegate store`: a policy set in a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.render.shown_plan import show_plan
from rolegate_cli.render.store_text import change_lines, init_lines, status_lines, upgrade_lines
from rolegate_cli.source_argument import SourcePath
from rolegate_cli.stderr import working
from rolegate_cli.write_files import write_secret

if TYPE_CHECKING:
    from rolegate import Store
    from rolegate.loading.sources import Source
    from rolegate.store.item import ItemKind, Owner

WHERE = (
    "The environment says where a store is: ROLEGATE_STORE has the URL of its database, "
    "and ROLEGATE_STORE_EU that of `store:eu`."
)
_COMMANDS = "init, upgrade, plan, apply, adopt, release, forget, status, refresh and dump"

_which = click.option(
    "--store", "named", metavar="STORE", default="store:", help="Another store: `store:NAME`."
)


class _Store(click.Group):
    """The commands below `store`; one that does not exist is refused like one of `rolegate`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"there is no command `store {args[0]}`; the commands are {_COMMANDS}")
        return super().resolve_command(ctx, args)


@click.group(
    "store", cls=_Store, epilog=f"{WHERE} Exit codes: 0 done, 1 findings, 2 not.", invoke_without_command=True
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Keep a policy set in a database."""
    if ctx.invoked_subcommand is None:
        raise click.UsageError(f"what is to be done? the commands of `rolegate store` are {_COMMANDS}")


@command.command("init", epilog=f"{WHERE} Exit codes: 0 there is a store, 2 there is none.")
@_which
@click.option(
    "--load",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Fill the new store with what `rolegate store dump` wrote there.",
)
def init(named: str, load: Path | None) -> int:
    """Make the tables of a store where there are none."""
    from rolegate.store.databases import writing
    from rolegate.store.store_head import has_store

    with _opened(named) as store:
        with writing(store.engine, makes_file=True) as connection:
            was_there = has_store(connection, store.tables)
        store.create()
        if load is None:
            with store.reading() as snapshot:
                lines = [*init_lines(store.name, snapshot.head, made=not was_there)]
        else:
            lines = [*change_lines(store.name, store.load(load))]
    for line in lines:
        Output().line(plain(line))
    return YES


@command.command(
    "upgrade",
    epilog="Older releases go on to read the store, and write it no more. On PostgreSQL, run it as the owner "
    f"of the tables. {WHERE} "
    "Exit codes: 0 done, 1 done, and the documents have errors, 2 not done, and nothing is changed.",
)
@_which
def upgrade(named: str) -> int:
    """Bring the tables of a store of an older release to those of this one."""
    with _opened(named) as store, working(f"upgrading {named}"):
        done = store.upgrade()
        lines = [*upgrade_lines(store.name, done)]
    for line in lines:
        Output().line(plain(line))
    return NO if done.errors else YES


_older = click.option(
    "--older", is_flag=True, help="Going back to an older commit, or to another branch, is meant."
)


@command.command(
    "plan",
    epilog="SOURCE is a policy set, in a folder or as REVISION:FOLDER. A saved plan has the set and the ids "
    f"of people: nobody else can read the file. {WHERE} "
    "Exit codes: 0 it can be applied, 1 it is refused, 2 there is no plan.",
)
@options.source
@_which
@click.option(
    "--save",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan to a new file, for `rolegate store apply FILE`.",
)
@_older
@options.output_format("text", "json", "markdown", file=False)
def plan(source: Source, named: str, save: Path | None, older: bool, format: str) -> int:
    """Say what applying SOURCE does to what is stored and to people's access."""
    with _opened(named) as store, working(f"planning {source}") as progress:
        found = store.plan(source, older=older, progress=progress)
    if save is not None:
        from rolegate.store.plan_file import save_plan

        save_plan(found, save)
    show_plan(Output(format), found, format)
    return NO if found.refusals else YES


@command.command(
    "apply",
    epilog="SOURCE is a policy set, or the file of a saved plan. There is no way to apply a part of a set. "
    f"{WHERE} Exit codes: 0 applied, 2 not applied, and nothing is changed.",
)
@click.argument("source", metavar="SOURCE", type=SourcePath(file_okay=True))
@_which
@click.option("--by", metavar="NAME", help="Who applies it, for the history: a person, or a job.")
@_older
def apply(source: Source, named: str, by: str | None, older: bool) -> int:
    """Make the policy set SOURCE that of the store; what was made at run time stays."""
    from rolegate.store.plan_file import read_plan

    with _opened(named) as store, working(f"applying {source}") as progress:
        if isinstance(source, Path) and source.is_file():
            done = store.apply_plan(read_plan(source), by=by)
        else:
            done = store.apply_plan(store.plan(source, older=older, progress=progress), by=by)
        lines = [*_taken(source), *change_lines(store.name, done)]
    for line in lines:
        Output().line(plain(line))
    return YES


def _taken(source: Source) -> Iterator[str]:
    """Which policy set was applied, where *source* is a folder inside it."""
    from rolegate.loading.load import set_at

    if (
        isinstance(source, Path)
        and source.is_dir()
        and (whole := set_at(source)).resolve() != source.resolve()
    ):
        yield f"{source} is in the policy set {whole}, which is applied whole"


def _hand_over(named: str, owner: Owner, kind: str, name: str, domain: str | None, every: bool) -> int:
    from rolegate.store.databases import writing
    from rolegate.store.item_words import item_words, place_words
    from rolegate.store.ownership import MeantItems, change_owner

    if every and kind != "domain":
        raise click.UsageError("`--everything` is about a domain: write `domain NAME --everything`")
    meant = MeantItems(cast("ItemKind", kind), name, None if kind == "domain" else domain, every)
    with _opened(named) as store, writing(store.engine) as connection:
        given = change_owner(connection, store.tables, meant, owner, name=store.name)
    output = Output()
    for item in given:
        output.line(plain(f"{item_words(item)}{place_words(item)} is owned by {owner}"))
    if not given:
        output.line(plain(f"{meant} is owned by {owner} already"))
    return YES


def _handing(command: Callable[..., int]) -> Callable[..., int]:
    """The arguments of the commands by which items change hands."""
    for decorate in (
        click.option("--everything", is_flag=True, help="With a domain: its roles, teams and lines as well."),
        click.option("--domain", metavar="DOMAIN", help="The domain of the role or the team."),
        _which,
        click.argument("name"),
        click.argument("kind", type=click.Choice(["role", "team", "domain"])),
    ):
        command = decorate(command)
    return command


@command.command("adopt", epilog=f"The next apply writes what the files say of it. {WHERE}")
@_handing
def adopt(kind: str, name: str, named: str, domain: str | None, everything: bool) -> int:
    """Let files own what was made at run time."""
    return _hand_over(named, "files", kind, name, domain, everything)


@command.command("release", epilog=f"Take it out of the files as well: they would have it twice. {WHERE}")
@_handing
def release(kind: str, name: str, named: str, domain: str | None, everything: bool) -> int:
    """Let run time own what files made, so that tenants may edit it and no apply does."""
    return _hand_over(named, "run time", kind, name, domain, everything)


@command.command("forget", epilog=f"Lines that still name the user stay: remove the user first. {WHERE}")
@click.argument("user")
@_which
def forget(user: str, named: str) -> int:
    """Clear what the history says of USER; it can be verified as before."""
    from rolegate.store.databases import writing
    from rolegate.store.history import forget_person
    from rolegate.store.store_head import read_head, refuse_other_tables

    with _opened(named) as store, writing(store.engine) as connection:
        refuse_other_tables(read_head(connection, store.tables, store.name), store.name)
        number = forget_person(connection, store.tables, user)
    entries = "1 entry of the history is" if number == 1 else f"{number} entries of the history are"
    Output().line(plain(f"{entries} forgotten"))
    return YES


@command.command("status", epilog=f"{WHERE} Exit codes: 0 it is as its documents say, 1 it is not.")
@_which
@options.output_format("text", "json", file=False)
def status(named: str, format: str) -> int:
    """Say how much is in the store, who owns it, and what is not as its documents say."""
    with _opened(named) as store:
        found = store.status()
    output = Output(format)
    if output.json:
        output.answer(found.to_dict())
    else:
        for line in status_lines(found):
            output.line(plain(line))
    return YES if found.is_sound and not found.due else NO


@command.command("refresh", epilog=f"For cron, where lines begin and end. {WHERE} Exit codes: 0 done, 2 not.")
@_which
def refresh(named: str) -> int:
    """Bring the rules up to date where a line has begun or ended to hold."""
    with _opened(named) as store:
        output = Output()
        for line in change_lines(store.name, store.refresh()):
            output.line(plain(line))
    return YES


@command.command(
    "dump",
    epilog="DIR is a new or an empty folder. A dump is a policy set, and has the names of people: "
    f"nobody else can read its files. {WHERE} Exit codes: 0 written, 2 not.",
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@_which
def dump(folder: Path, named: str) -> int:
    """Write what the store holds into the folder DIR, as files."""
    from rolegate.store.dump import dump_of

    with _opened(named) as store, store.reading() as snapshot:
        files, revision = dump_of(snapshot), snapshot.revision
    write_secret(folder, files)
    Output().line(plain(f"wrote {folder}: {len(files)} files, revision {revision} of {named}"))
    return YES


@contextmanager
def _opened(named: str) -> Iterator[Store]:
    from rolegate.errors import StoreError
    from rolegate.loading.store_source import BEGINS, parse_store

    if not named.startswith(BEGINS):
        raise StoreError(f"`--store` takes `{BEGINS}NAME`: the environment says where that is")
    source = parse_store(named)
    from rolegate.store.named_store import named_store

    store = named_store(source, chosen_limits())
    try:
        yield store
    finally:
        store.engine.dispose()
