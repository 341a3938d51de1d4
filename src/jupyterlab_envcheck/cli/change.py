"""`install`, `remove`, `update`, `reinstall`, `create`, `restore`: a wish, its plan, and the job of that."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..facts.text import clean
from ..flow import report_on, request_for
from ..installers import name_of, parse_conda_spec, parse_spec, parse_wish, venvs
from ..installers.environment_file import (
    LONGEST_FILE,
    decoded,
    parse_channel_name,
    read_environment_file,
)
from ..plan import Policy, Request, Wish
from ..plan.restoring import WITHOUT, restoring
from ..probe.plain_files import content, expanded, why_not
from ..problems import Problem
from ..render.sentences import headline
from .planning import planned
from .policy import administered
from .settling import Faces, settle


def change(options: argparse.Namespace, faces: Faces | None = None) -> int:
    """Show what a wish would change in the target's environment, and do it if that is wanted."""
    wish = wish_of(options)  # first: what is no package's name needs no look at the environment
    faces = faces or Faces(options)
    rules = administered()
    if wish.build:  # which runs code of a package while the plan is made
        rules.must_be_allowed()
    with faces.busy("Looking at the environment…"):
        request, where = request_of(options, wish, faces, rules.policy)
    with faces.busy("Working out what would change…"):
        resolved = planned(request)
    return settle(resolved, faces, rules, where=None if wish.kind == "create" else where)


def request_of(
    options: argparse.Namespace, wish: Wish, faces: Faces, policy: Policy
) -> tuple[Request, str]:
    """Return all that a plan is made from, and the environment in one line."""
    # A kernel is made of the environment it is to run in, which is then whom all is asked about.
    named = wish.folder if wish.kind == "register" else options.target
    subject, target = faces.find(named)
    report = report_on(subject, target)
    request = request_for(subject, report, wish, installer=options.installer, policy=policy)
    return request, headline(report)


def wish_of(options: argparse.Namespace) -> Wish:
    """Return what the words ask for; Problem where a name, a version or a file is none."""
    if options.command == "create":
        return _new_environment(options)
    if options.command == "restore":
        return _restored(options)
    specs = parse_wish(options.command, options.specs)
    return Wish(
        kind=options.command,
        specs=specs,
        build=_names(getattr(options, "build", [])),
        pins=tuple(map(parse_conda_spec, specs)) if getattr(options, "pin", False) else (),
    )


def _new_environment(options: argparse.Namespace) -> Wish:
    if options.register is not None:
        folder, name = _absolute(options.register), venvs.parse_name(options.name)
        return Wish(kind="register", folder=folder, name=name, build=_names(options.build))
    return Wish(
        kind="create",
        name=venvs.parse_name(options.name),
        specs=parse_wish("install", options.specs) if options.specs else (),
        build=_names(options.build),
        python=None if options.python is None else venvs.parse_version(options.python),
        folder=None if options.folder is None else _absolute(options.folder),
        channels=tuple(map(parse_channel_name, options.channel)),
    )


def _restored(options: argparse.Namespace) -> Wish:
    try:
        text = decoded(content(expanded(options.file), 4 * LONGEST_FILE))  # bytes
    except (OSError, UnicodeDecodeError) as error:
        why = why_not(error) if isinstance(error, OSError) else "it is no text"
        message = f"{clean(options.file, 300)} cannot be read: {why}."
        raise Problem(
            "not-found", message, "Name an environment.yml or a requirements.txt."
        ) from error
    folder = None if options.folder is None else _absolute(options.folder)
    try:
        return restoring(
            read_environment_file(text),
            name=options.name,
            folder=folder,
            channels=tuple(map(parse_channel_name, options.channel)),
            without=[word for word in WITHOUT if getattr(options, f"without_{word}")],
        )
    except Problem as problem:
        if problem.reason != "lines-refused":
            raise
        hint = f"{problem.hint} For that there is --without-lines."
        raise Problem(problem.reason, problem.message, hint) from problem


def _names(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name_of(parse_spec(word)) for word in words))


def _absolute(path: str) -> str:
    return str(Path(expanded(path)).absolute())
