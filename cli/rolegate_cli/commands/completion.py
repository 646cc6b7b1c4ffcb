"""`rolegate completion`: the script with which a shell completes commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output


@click.command(
    "completion",
    epilog="""\b
bash:  echo 'eval "$(rolegate completion bash)"' >> ~/.bashrc
zsh:   echo 'eval "$(rolegate completion zsh)"' >> ~/.zshrc
fish:  rolegate completion fish > ~/.config/fish/completions/rolegate.fish

Exit codes: 0 printed, 2 wrong usage.""",
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the script that completes commands in a shell."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"this version of click cannot complete in {shell}")
    Output().line(kind(ctx.find_root().command, {}, "rolegate", "_ROLEGATE_COMPLETE").source().rstrip())
    return YES
