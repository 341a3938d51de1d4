"""A small conda on py-rattler: `python -P -m jupyterlab_envcheck.jobs.conda.rattler ARGUMENTS`.

It changes environments whose conda is gone, as that would: by its arguments, with its answers, and
entered in the history, so that a conda that comes back takes nothing for its own to remove.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ...facts.text import clean
from ...probe.conda.channels import without_credentials
from . import history as conda_history
from .rattler_replies import NOTHING_TO_DO, Failed, Told, done

_PROGRAM = "envcheck-conda"  #: in a history; no conda takes it for itself


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Failed("ArgumentError", message)


def main(arguments: Sequence[str]) -> int:
    """Do what conda's arguments say, print its answer, and return its exit status."""
    try:
        told = _told(arguments)
        _must_be_fit(told)
        status, answer = 0, asyncio.run(_change(told, arguments))
    except Failed as failed:
        status, answer = 1, failed.answer()
    except ImportError as error:
        status, answer = 1, Failed("MissingDependencyError", f"py-rattler: {error}").answer()
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        said = Failed("NoSpaceLeftError" if full else "CondaOSError", clean(str(error), 2000))
        status, answer = 1, said.answer()
    except Exception as error:  # noqa: BLE001 - conda tells of what nobody foresaw in the same way
        status, answer = 1, Failed(type(error).__name__, clean(str(error), 2000)).answer()
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")
    return status


def _told(arguments: Sequence[str]) -> Told:
    parser = _Parser(prog=_PROGRAM, add_help=False, allow_abbrev=False)
    parser.add_argument("command", choices=("install", "remove", "update", "create"))
    parser.add_argument("-p", "--prefix", required=True)
    parser.add_argument("-c", "--channel", action="append", default=[])
    flags = (
        "--override-channels",
        "--force-reinstall",
        "--force",
        "--no-deps",
        "--dry-run",
        "--json",
    )
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-y", "--yes", action="store_true")
    parser.add_argument("specs", nargs="*")
    read = parser.parse_intermixed_args(arguments)
    if not read.specs and read.command != "create":
        raise Failed("CondaValueError", f"No packages are named to {read.command}.")
    if not read.dry_run and not read.yes:
        raise Failed("CondaValueError", "Nobody can be asked: say --dry-run or --yes.")
    return Told(
        command=read.command,
        prefix=Path(read.prefix),
        specs=tuple(read.specs),
        channels=tuple(read.channel),
        override_channels=read.override_channels,
        force_reinstall=read.force_reinstall,
        no_deps=read.no_deps,
        force=read.force,
        dry_run=read.dry_run,
        subdir=os.environ.get("CONDA_SUBDIR") or None,
    )


def _must_be_fit(told: Told) -> None:
    """Raise `Failed` where the environment is not there, or not to be changed."""
    prefix = told.prefix
    if told.command == "create":
        if prefix.is_dir() and any(prefix.iterdir()):
            raise Failed("CondaValueError", f"The target prefix already exists: {prefix}")
        return
    if not (prefix / "conda-meta" / "history").is_file():
        message = f"Not a conda environment: {prefix}"
        raise Failed("EnvironmentLocationNotFound", message, location=str(prefix))
    if (prefix / "conda-meta" / "frozen").exists():
        raise Failed("EnvironmentIsFrozenError", f"Cannot modify '{prefix}'. It is frozen.")
    if not told.dry_run and not os.access(prefix / "conda-meta", os.W_OK):
        message = f"The current user does not have write permissions to the target environment.\n  environment location: {prefix}"
        raise Failed("EnvironmentNotWritableError", message, environment_location=str(prefix))


async def _change(told: Told, arguments: Sequence[str]) -> dict[str, Any]:
    # They load rattler, which may not be there.
    from . import rattler_solving  # noqa: PLC0415

    solution = await rattler_solving.solved(told)
    if not solution.unlink and not solution.link and told.command != "create":
        return NOTHING_TO_DO
    if not told.dry_run:
        is_removal = told.command == "remove"
        specs = [*told.specs, *solution.loosened]
        if is_removal:
            specs = rattler_solving.taken_back(told, solution)
        await rattler_solving.put(told, solution)
        conda_history.enter(
            told.prefix,
            [_PROGRAM, *map(without_credentials, arguments)],
            rattler_solving.lines(told.prefix),
            "remove" if is_removal else "update",
            specs,
        )
    return done(
        str(told.prefix), solution.unlink, solution.link, solution.fetch, dry_run=told.dry_run
    )


if __name__ == "__main__":
    ended = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(ended)  # all is done: it is the tidying up of rattler 0.28 that can crash
