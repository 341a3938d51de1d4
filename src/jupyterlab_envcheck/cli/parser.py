"""The words of the command line. Loads nothing that looks at environments."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from ..recommendations import Severity

#: What stands for freeing all that is kept for undoing: no id begins with a hyphen.
ALL = "-"

#: Who is meant where no target is named.
DEFAULT = "the python3 kernelspec"

_TARGET = f"a kernelspec's name, a path to a Python, or a prefix (default: {DEFAULT})"
_JOB = "a job's id or its beginning, as `jobs` shows it"


class Parser:
    """The whole command line: one parser, of this `kind`, for each command."""

    def __init__(
        self,
        prog: str = "jupyter envcheck",
        kind: type[argparse.ArgumentParser] = argparse.ArgumentParser,
    ) -> None:
        self._whole = kind(
            prog=prog,
            description="Tell which environment a kernel runs in and what is wrong with it; change "
            "it, after showing what would change.",
            epilog="`jupyter envcheck TARGET` is short for `jupyter envcheck report TARGET`. Exit "
            "status: 0 done, 1 refused, failed or cancelled (or --strict found something), 2 could "
            "not look, or was not asked to go on.",
        )
        self._commands = self._whole.add_subparsers(dest="command", metavar="COMMAND")
        self._each: dict[str, argparse.ArgumentParser] = {}
        self._add_reading()
        self._add_changing()
        self._add_files()
        self._add_looking_back()

    def knows(self, word: str) -> bool:
        """Tell whether a word is a command."""
        return word in self._each

    @property
    def commands(self) -> Mapping[str, argparse.ArgumentParser]:
        """The parser of each command, in the order of `--help`."""
        return self._each

    @property
    def description(self) -> str:
        """What the command is for."""
        return self._whole.description or ""

    def options_of(self, command: str) -> list[str]:
        """Return the options of a command."""
        return [
            word
            for action in self._each[command]._actions  # noqa: SLF001 - there is no other way
            for word in action.option_strings
        ]

    def print_help(self) -> None:
        """Print what the commands are."""
        self._whole.print_help()

    def parse(self, command: str, words: Sequence[str]) -> argparse.Namespace:
        """Return what the words after a command say; ends the program where they say nothing."""
        one = self._each[command]
        # Packages may stand on both sides of an option, which subparsers cannot read.
        options: argparse.Namespace = one.parse_intermixed_args(list(words))
        options.command = command
        if "dry_run" in options and options.json and not (options.yes or options.dry_run):
            one.error("--json asks nothing: give --dry-run or --yes, too")
        if command == "create" and options.register is not None:
            if options.specs:
                one.error("--register takes an environment as it is: name no packages")
            if (options.target, options.python, options.folder) != (None, None, None):
                one.error("--register names the environment, and its Python is there already")
        if getattr(options, "all", False) and options.target is not None:
            one.error("--all is every kernelspec: name no TARGET")
        if command == "undo" and None not in (options.job, getattr(options, "target", None)):
            one.error("JOB says which environment it is: give no --target")
        if command == "jobs" and options.cancel and options.job is None:
            one.error("--cancel needs a JOB")
        return options

    def _add(self, name: str, does: str) -> argparse.ArgumentParser:
        one = self._commands.add_parser(name, help=does, description=f"{does.capitalize()}.")
        self._each[name] = one
        return one

    def _add_reading(self) -> None:
        report = self._add("report", "report on an environment (the default)")
        report.add_argument("target", nargs="?", metavar="TARGET", help=_TARGET)
        report.add_argument(
            "--all", action="store_true", help="report on every kernelspec, side by side"
        )
        form = report.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="write the report as JSON")
        form.add_argument(
            "--markdown", action="store_true", help="write the report as Markdown, for an issue"
        )
        report.add_argument(
            "--redact",
            action="store_true",
            help="without names of users and hosts, home folders, and credentials",
        )
        report.add_argument(
            "--only",
            action="append",
            metavar="FAMILY_OR_ID",
            help="only these checks; may be given more than once",
        )
        report.add_argument(
            "--notebook", metavar="FILE", help="look at the cells of this notebook, too"
        )
        report.add_argument(
            "--strict",
            choices=[str(severity) for severity in Severity],
            metavar="SEVERITY",
            help="end with status 1 if something of this severity or worse is found",
        )
        bundle = self._add("bundle", "write one file for an issue, with nothing private in it")
        bundle.add_argument("target", nargs="?", metavar="TARGET", help=_TARGET)
        bundle.add_argument("--all", action="store_true", help="look at every kernelspec")
        bundle.add_argument(
            "--file", metavar="FILE", help="a new file for it (default: one named after the time)"
        )
        self._add("list", "list all checks")
        explain = self._add("explain", "explain a check")
        explain.add_argument("id", metavar="ID", help="a check's name, as `list` shows it")
        guide = self._add("guide", "show the guide, or one entry of it")
        guide.add_argument("entry", nargs="?", metavar="ENTRY", help="an entry's name")

    def _add_changing(self) -> None:
        for name, does in (
            ("install", "install packages, after showing what would change"),
            ("update", "update packages to the newest that fit"),
            ("reinstall", "put the files of packages there anew, at the same versions"),
            ("remove", "remove packages"),
        ):
            one = self._add(name, does)
            one.add_argument(
                "specs",
                nargs="+",
                metavar="NAME" if name == "remove" else "SPEC",
                help="a package's name" + ("" if name == "remove" else ", or as in 'numpy>=2,<3'"),
            )
            one.add_argument("--target", metavar="TARGET", help=_TARGET)
            if name == "install":
                one.add_argument(
                    "--pin", action="store_true", help="have conda hold to these SPECs from then on"
                )
            _add_installer(one, build=name != "remove")
            _add_consent(one)
        create = self._add("create", "create an environment with a kernel")
        create.add_argument("name", metavar="NAME", help="what the environment is to be called")
        create.add_argument("specs", nargs="*", metavar="SPEC", help="what is to be in it")
        create.add_argument(
            "--python", metavar="VERSION", help="its Python, such as 3.13 (default: the target's)"
        )
        create.add_argument("--folder", metavar="FOLDER", help="where it is to be made")
        create.add_argument(
            "--channel",
            action="append",
            default=[],
            metavar="NAME",
            help="a channel of conda's, which then makes it; may be given more than once",
        )
        create.add_argument(
            "--register",
            metavar="PREFIX",
            help="make the environment there, which exists, a kernel called NAME",
        )
        create.add_argument("--target", metavar="TARGET", help=f"whose Python it gets: {_TARGET}")
        _add_installer(create, build=True)
        _add_consent(create)

    def _add_files(self) -> None:
        export = self._add("export", "write down what an environment is made of")
        export.add_argument("target", nargs="?", metavar="TARGET", help=_TARGET)
        export.add_argument(
            "--file", metavar="FILE", help="a new file for it (default: it is printed)"
        )

        restore = self._add("restore", "create the environment that a file describes")
        restore.add_argument("file", metavar="FILE", help="an environment.yml or requirements.txt")
        restore.add_argument("--name", metavar="NAME", help="its name (default: the file's)")
        restore.add_argument("--folder", metavar="FOLDER", help="where it is to be made")
        restore.add_argument(
            "--channel",
            action="append",
            default=[],
            metavar="NAME",
            help="a channel of conda's in the place of the file's; may be given more than once",
        )
        restore.add_argument(
            "--without-lines",
            action="store_true",
            help="go on without lines that are not read, but for one that names an index",
        )
        restore.add_argument(
            "--without-builds",
            action="store_true",
            help="take conda's builds for this machine in the place of those in the file",
        )
        restore.add_argument("--target", metavar="TARGET", help=f"whose conda makes it: {_TARGET}")
        _add_installer(restore, build=False)
        _add_consent(restore)

    def _add_looking_back(self) -> None:
        undo = self._add("undo", "undo a job, or repair what an interrupted one left")
        undo.add_argument(
            "job", nargs="?", metavar="JOB", help=f"{_JOB} (default: the target's newest)"
        )
        undo.add_argument("--target", metavar="TARGET", help=_TARGET)
        _add_consent(undo)
        jobs = self._add("jobs", "list the jobs, or show one with its log")
        jobs.add_argument("job", nargs="?", metavar="JOB", help=_JOB)
        jobs.add_argument("--json", action="store_true", help="write the jobs as JSON")
        jobs.add_argument("--cancel", action="store_true", help="cancel the job, which still runs")
        jobs.add_argument(
            "--free",
            nargs="?",
            const=ALL,
            metavar="JOB",
            help="free what is kept for undoing a job, or for all of them",
        )
        jobs.add_argument("--yes", action="store_true", help="free it without asking")
        outdated = self._add("outdated", "list packages of which there is a newer version")
        outdated.add_argument("target", nargs="?", metavar="TARGET", help=_TARGET)
        outdated.add_argument("--json", action="store_true", help="write the list as JSON")


def _add_installer(parser: argparse.ArgumentParser, *, build: bool) -> None:
    parser.add_argument(
        "--installer",
        choices=("auto", "pip", "uv", "conda", "mamba", "micromamba", "rattler"),
        default="auto",
        help="what installs (default: what fits the environment)",
    )
    if build:
        parser.add_argument(
            "--build",
            action="append",
            default=[],
            metavar="NAME",
            help="a package that may be built from its source, which runs its code",
        )


def _add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, no more")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument(
        "--json",
        action="store_true",
        help="write the plan (--dry-run) or the job that has ended (--yes) as JSON",
    )
