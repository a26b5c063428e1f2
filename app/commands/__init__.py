"""One module per group of commands; each has `register(cli: typer.Typer) -> None`.

Import heavy things inside the commands: every module here is loaded each time `wenhuo` runs.
"""
