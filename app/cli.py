"""The command line `wenhuo`. Each module in app/commands adds its commands with `register(cli)`."""

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import typer
from pydantic import ValidationError

import app.commands
from app.launcher.errors import LauncherError, ServiceGaveUp, Stopped

FAILED = 1
STOPPED_BY_USER = 130


def build() -> typer.Typer:
    """All commands. A new group is a new module in app/commands; nothing is changed here."""
    cli = typer.Typer(
        name="wenhuo",
        help="问货 Wenhuo: the customer-service desk for freight forwarders.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in sorted(iter_modules(app.commands.__path__), key=lambda found: found.name):
        import_module(f"app.commands.{module.name}").register(cli)
    return cli


def main() -> None:
    """Entry point. What a person can put right is one line on standard error and an exit code that is not 0."""
    try:
        build()()
    except ServiceGaveUp as error:
        _complain(f"{error}\n{error.tail}")
    except LauncherError as error:
        _complain(str(error))
    except ValidationError as error:
        _complain("; ".join(_setting(list(problem["loc"]), problem["msg"]) for problem in error.errors()))
    except (Stopped, KeyboardInterrupt):
        sys.exit(STOPPED_BY_USER)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def _setting(where: list[int | str], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"WENHUO_{'_'.join(map(str, where)).upper()}: {message}" if where else message


def _complain(text: str) -> None:
    print(f"wenhuo: {text}", file=sys.stderr)
    sys.exit(FAILED)


if __name__ == "__main__":
    main()
