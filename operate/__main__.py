"""`python -m operate COMMAND`: a person's commands, one file each, in; an exit code out.

A command's file offers `add_arguments(parser)` and `run(args) -> int`; only the chosen one is imported. Settings come
from the environment, or from a file: the `Values` of a `local.settings.json`, or what
`az functionapp config appsettings list` prints. Whoever runs a command signs in as themselves, so the environment is
always `Development`: the app's identity exists in Azure only.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.settings import SettingsInvalidError

COMMANDS = {
    "sign-in": "sign in to Partner Center, once, with MFA",
    "preflight": "check every connection, role and permission",
    "provision": "create Hunter's columns, keys and role in Dynamics",
    "rehearse": "see which leads a new rule file would move",
    "forget": "delete what is kept of a person",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. 2: wrong arguments or settings."""
    argv = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="python -m operate", description="What a person does around Hunter.")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="read settings from this file as well")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, sentence in COMMANDS.items():
        command = commands.add_parser(name, help=sentence, description=sentence)
        if name in argv:
            _command(name).add_arguments(command)
    args = parser.parse_args(argv)
    try:
        if args.settings:
            os.environ.update(_values(args.settings))
        args.environment = {**os.environ, "AZURE_FUNCTIONS_ENVIRONMENT": "Development"}
        return int(_command(args.command).run(args))
    except _FileError as error:
        print(error, file=sys.stderr)
        return 2
    except SettingsInvalidError as error:
        print("The settings do not allow it:", *error.problems, sep="\n  ", file=sys.stderr)
        return 2


def _command(name: str) -> Any:
    """The command's file."""
    return import_module(f"operate.{name.replace('-', '_')}")


class _FileError(Exception):
    """The settings file cannot be used, in words."""


def _values(file: Path) -> dict[str, str]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, list):
            content = {one["name"]: one["value"] for one in content}
        values = content.get("Values", content)
        return {str(name): str(value) for name, value in values.items()}
    except (OSError, ValueError) as error:
        raise _FileError(f'{file} cannot be read as {{"Values": {{NAME: value}}}}: {error}') from None
    except (TypeError, AttributeError, KeyError):
        raise _FileError(
            f'{file} holds JSON of another shape. Give {{"Values": {{NAME: value}}}}, '
            "or what `az functionapp config appsettings list` prints."
        ) from None


if __name__ == "__main__":
    sys.exit(main())
