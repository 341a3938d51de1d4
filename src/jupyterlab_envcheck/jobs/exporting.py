"""Writes down what an environment is made of, so that it can be made anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..checks.installing_conda import condas_metadata, is_condas
from ..facts import Conda, Environment, Package, Sections
from ..facts.text import clean
from ..installers import CONDA_KINDS, for_pip, venvs
from ..installers.environment_file import EnvironmentFile, write_environment_file
from ..installers.requirements_file import write_requirements
from ..probe.conda.history import asked
from ..probe.plain_files import text, why_not
from ..problems import Problem
from . import place

_MOST_READ = 20_000_000  #: bytes of a history: those of years have been seen at 2 MB


#: Every environment of pip's has its own.
_BROUGHT_ALONG = frozenset({"pip"})


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A file, as it can be restored from."""

    name: str  #: what such files are called: environment.yml, requirements.txt
    text: str


def export(facts: Sections) -> Exported:
    """Return the file of an environment: of conda's what people asked for, else what is installed.

    Reads the environment's metadata and conda's history, and no more. Raises Problem where these do
    not tell.
    """
    environment, conda = facts.environment.value, facts.conda.value
    if environment is None:
        raise _unknown(facts.environment.why_unknown())
    interpreter = facts.interpreter.value
    if interpreter is None:
        raise _unknown(facts.interpreter.why_unknown())
    # Of the report's packages some may lie elsewhere, and hide the environment's own.
    packages = place.own(interpreter.site_packages)
    if environment.kind not in CONDA_KINDS:
        _must_be_pips(environment)
        file_of_pip = requirements(interpreter.version, packages)
        return Exported(name="requirements.txt", text=file_of_pip)
    if conda is None:
        raise _unknown(facts.conda.why_unknown())
    file = described(environment, conda, packages, _history(environment))
    return Exported(name="environment.yml", text=write_environment_file(file))


def _history(environment: Environment) -> str:
    try:
        return text(str(Path(environment.prefix, "conda-meta", "history")), _MOST_READ)
    except OSError as error:
        raise _unknown(f"conda-meta/history cannot be read: {why_not(error)}") from error


def _must_be_pips(environment: Environment) -> None:
    if environment.kind == "pixi":
        message = f"{environment.name} belongs to a project of pixi's."
        hint = "Its pixi.toml and pixi.lock say what it is made of: take these along."
        raise Problem("not-portable", message, hint)


def requirements(python: str, packages: Iterable[Package]) -> str:
    """Return an environment's own packages with their versions, as `pip freeze` does."""
    asked_for = (package for package in packages if package.name not in _BROUGHT_ALONG)
    pins, remarks = _pinned(asked_for)
    return write_requirements(pins, python=python, remarks=remarks)


def described(
    environment: Environment, conda: Conda, packages: Iterable[Package], history: str
) -> EnvironmentFile:
    """Return an environment of conda's as data: `packages` are its own. Raises Problem where the history names nothing."""
    wanted = asked(history)
    if not wanted:
        raise _unknown("its history does not tell what was asked for")
    pypi, remarks = _by_pip(conda, packages)
    # conda brings pip no more by itself, and without it nothing of the list could be installed.
    needs_pip = ("pip",) if pypi and "pip" not in wanted else ()
    return EnvironmentFile(
        name=_name(environment.name),
        channels=_channels(conda),
        specs=(*wanted.values(), *needs_pip),
        pypi=pypi,
        remarks=remarks,
    )


def _by_pip(conda: Conda, packages: Iterable[Package]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what pip or uv brought as requirements, and in words what is in conda's place."""
    brought = condas_metadata(conda)
    by_conda = {name.partition("-")[0].replace("_", "-").lower() for name in brought}
    pips = tuple(package for package in packages if not is_condas(package, brought))
    taken = _by_name(package for package in pips if package.name in by_conda)
    instead = (f"{p.name} is {p.installer or 'another'}'s in place of conda's" for p in taken)
    pins, remarks = _pinned(p for p in pips if p.name not in by_conda)
    return pins, (*map(_in_a_line, instead), *remarks)


def _pinned(packages: Iterable[Package]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return packages with their versions, and in words those that no index has."""
    pins, remarks = [], []
    for package in _by_name(packages):
        pin = f"{package.name}=={package.version}"
        if package.editable or package.direct_url is not None or for_pip(pin) is None:
            remarks.append(f"{package.name} is not from a package index: add it by hand")
        else:
            pins.append(pin)
    return tuple(pins), tuple(map(_in_a_line, remarks))


def _by_name(packages: Iterable[Package]) -> list[Package]:
    return sorted(packages, key=lambda package: package.name)


def _in_a_line(remark: str) -> str:
    return clean(remark, 300).replace("\n", " ")


def _channels(conda: Conda) -> tuple[str, ...]:
    """Return where the packages came from, what most are of first."""
    named = (record.channel for record in conda.records if record.channel is not None)
    counted = Counter(channel for channel in named if channel != "pypi")
    return tuple(channel for channel, _ in counted.most_common())


def _name(name: str) -> str | None:
    try:
        return venvs.parse_name(name)
    except Problem:
        return None


def _unknown(why: str) -> Problem:
    message = f"What this environment is to be made of is not known: {why.rstrip('.')}."
    return Problem("unknown-environment", message, "Look at the report, which says more.")
