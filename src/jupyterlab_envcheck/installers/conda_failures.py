"""Why conda and its like failed, in sentences; the same words whichever of them it was."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts.text import clean
from ..problems import Problem
from .conda_specs import name_in

_ANOTHER = "Ask for other versions, or create an environment of its own for it."


class PackagesNotFound(Problem):
    """The channels have nothing by these names, or nothing that fits; pip may have it."""

    def __init__(self, asked: Iterable[str], channels: Iterable[str] = ()) -> None:
        specs = _each(asked)
        self.packages: tuple[str, ...] = tuple(dict.fromkeys(map(name_in, specs)))
        places = ", ".join(_each(channels))
        if specs and specs == self.packages:
            lacks = f"no package called {' or '.join(specs)}"
        else:
            lacks = f"nothing that fits {' and '.join(specs) or 'this'}"
        super().__init__(
            "not-found",
            f"conda's channels have {lacks}{f' (looked in {places})' if places else ''}.",
            "Look at the spelling and the version. What is on the Python Package Index only comes "
            "with pip.",
        )


class TermsNotAccepted(Problem):
    """Somebody has to read and accept the terms of a channel; it is never done for them."""

    def __init__(self, channels: Iterable[str]) -> None:
        self.channels: tuple[str, ...] = _each(channels)
        #: What a person types who has read them; each is an argv, and never run from here.
        self.commands: tuple[tuple[str, ...], ...] = tuple(
            ("conda", "tos", "accept", "--override-channels", "--channel", channel)
            for channel in self.channels
        )
        whose = ", ".join(self.channels) or "a channel"
        super().__init__(
            "terms",
            f"The terms of {whose} are not accepted, so conda takes nothing from there.",
            "Read them with “conda tos view”. Accept them yourself if you may, with “conda tos "
            "accept” in a terminal, or use an environment of conda-forge.",
        )


def not_installed(names: Iterable[str]) -> Problem:
    """Say that there is nothing to remove or to update."""
    named = tuple(dict.fromkeys(map(name_in, _each(names))))
    shown = " and ".join(named) or "what was named"
    return Problem(
        "not-installed",
        f"{shown} {'is' if len(named) < 2 else 'are'} not among conda's packages of this "  # noqa: PLR2004
        "environment.",
        "Refresh the report to see what is there. What pip brought is changed by pip.",
    )


def unsatisfiable(detail: str) -> Problem:
    """Say that nothing satisfies everybody."""
    return Problem(
        "conflict",
        f"This does not fit together with what is there. {detail}".strip(),
        _ANOTHER,
    )


def contradiction(parts: Iterable[str]) -> Problem:
    """Say that the wish itself cannot be."""
    shown = " and ".join(f"“{part}”" for part in _each(parts))
    return Problem(
        "conflict",
        f"What is asked for contradicts itself: {shown or 'it'} cannot be had at once.",
        "Ask for one of them.",
    )


def pinned(specs: Iterable[str]) -> Problem:
    """Say that the environment's or the user's pins are in the way."""
    shown = ", ".join(_each(specs))
    return Problem(
        "conflict",
        f"conda's pins do not allow this{f': {shown}' if shown else ''}.",
        "Look at conda-meta/pinned in the environment and at pinned_packages in condarc.",
    )


def unreachable(url: str = "") -> Problem:
    """Say that a channel does not answer."""
    return Problem(
        "unreachable",
        f"The channel {url} could not be reached." if url else "A channel could not be reached.",
        "Look at the network, the proxy and the channels that are configured, then try again.",
    )


def no_channel(url: str) -> Problem:
    """Say that there is no channel where one is looked for."""
    return Problem(
        "no-channel",
        f"{url or 'A channel'} is no channel of conda's packages.",
        "Look at its spelling, and with “conda config --show channels” at those configured.",
    )


def no_channels() -> Problem:
    """Say that nobody told where packages are to come from."""
    return Problem(
        "no-channel",
        "No channel is configured, so there is nowhere to take packages from.",
        "Name one, such as conda-forge, in condarc: “conda config --add channels conda-forge”.",
    )


def denied(url: str) -> Problem:
    """Say that a channel wants to know who asks."""
    return Problem(
        "denied",
        f"{url or 'A channel'} refused the request.",
        "Look at the user name, password or token that is configured for it.",
    )


def not_allowed(said: str) -> Problem:
    """Say that the configuration shuts a channel or a package out."""
    return Problem(
        "not-allowed",
        f"conda's configuration does not allow this: {said}",
        "Ask whoever looks after the configuration; “conda config --show-sources” tells where it is.",
    )


def bad_configuration(place: str, why: str) -> Problem:
    """Say that the configuration cannot be read, and so what it demands is not known."""
    file = f"conda's configuration {place}" if place else "A file of conda's configuration"
    return Problem(
        "bad-configuration",
        f"{file} could not be read{f': {why}' if why else ''}.",
        "Mend or remove that file. “conda config --show-sources” tells which there are.",
    )


def no_environment(place: str) -> Problem:
    """Say that there is no environment, or none that conda knows."""
    return Problem(
        "no-environment",
        f"{place or 'The folder'} is no conda environment.",
        "Was it moved or removed? Choose another kernel, or create the environment anew.",
    )


def frozen() -> Problem:
    """Say that the environment is closed to changes."""
    return Problem(
        "frozen",
        "The environment is marked as frozen, so conda does not change it.",
        "Create an environment of your own for what you want to install.",
    )


def nowhere_to_keep(places: Iterable[str]) -> Problem:
    """Say that conda has no folder for the packages that it fetches."""
    shown = ", ".join(_each(places))
    return Problem(
        "not-writable",
        f"conda may not write to any folder for its packages{f': {shown}' if shown else ''}.",
        "Set pkgs_dirs in condarc to a folder of your own.",
    )


def not_writable(place: str) -> Problem:
    """Say that the environment, or a folder that is needed, cannot be written."""
    return Problem(
        "not-writable",
        f"conda may not write to {place or 'the environment'}.",
        "Create an environment of your own, or ask whoever looks after this one.",
    )


def exists(place: str) -> Problem:
    """Say that there is something where an environment was to be made."""
    return Problem(
        "name-taken",
        f"There is something at {place or 'the place of the new environment'} already.",
        "Choose another name.",
    )


def protected(said: str) -> Problem:
    """Say that conda itself needs what was to go."""
    return Problem(
        "protected",
        f"conda does not remove this: {said}",
        "Leave it where it is, or work in an environment of its own.",
    )


def bad_file(what: str) -> Problem:
    """Say that a channel's file is not what its list says."""
    return Problem(
        "bad-file",
        f"The file that the channel sent for {what or 'a package'} is damaged or another one, so "
        "it was not installed.",
        "Try again; if it stays so, tell whoever looks after the channel.",
    )


def in_the_way(said: str) -> Problem:
    """Say that files of others lie where a package's files are to go."""
    return Problem(
        "clobbered",
        f"Files are in the way: {said}",
        "If pip brought them, remove that package with pip first, then make the plan again.",
    )


def damaged(said: str) -> Problem:
    """Say that conda cannot read its own records."""
    return Problem(
        "damaged",
        f"conda's records of this environment are damaged: {said}",
        "Undo the last change, or create the environment anew.",
    )


def locked(tool: str) -> Problem:
    """Say that another conda is at work."""
    return Problem(
        "locked",
        f"Another {tool} is at work on the same files.",
        "Wait until it has ended, then make a new plan.",
    )


def out_of_memory(tool: str) -> Problem:
    """Say that the machine's memory did not suffice."""
    return Problem(
        "out-of-memory",
        f"{tool} ran out of memory.",
        "Close what you do not need, and try again with fewer packages at a time.",
    )


def bad_spec(said: str) -> Problem:
    """Say that conda takes a spec for none."""
    return Problem(
        "bad-spec",
        f"conda does not understand a spec: {said}",
        "Write a name, or a name and versions, such as numpy, numpy=2.3 or libblas=*=*mkl.",
    )


def too_old(tool: str, said: str) -> Problem:
    """Say that an option that is needed is not known."""
    return Problem(
        "too-old",
        f"This {tool} does not know an option that is needed: {said}",
        f"Update {tool}, and try again.",
    )


def no_rattler() -> Problem:
    """Say that what does conda's work where there is no conda is not installed either."""
    return Problem(
        "no-installer",
        "There is no conda for this environment, and py-rattler, which can stand in for it, is not "
        "installed beside envcheck.",
        "Install “jupyterlab-envcheck[conda]” into the environment that Jupyter runs in.",
    )


def inner(tool: str, said: str) -> Problem:
    """Say that the tool itself made a mistake."""
    return Problem(
        "installer-failed",
        f"{tool} failed within itself, and nothing is known to be wrong with what was asked: "
        f"{said}",
        f"Update {tool}, or try the command in a terminal; then report it to {tool}'s makers.",
    )


def ended(tool: str) -> Problem:
    """Say that somebody ended it."""
    return Problem("ended", f"{tool} was ended from outside before it had finished.", "Try again.")


def bad_reply(tool: str) -> Problem:
    """Say that the answer is none."""
    return Problem(
        "bad-reply",
        f"{tool}'s answer on what it would do could not be read.",
        f"Update {tool}, or try the command in a terminal.",
    )


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(clean(text, 200).split()) for text in texts))
