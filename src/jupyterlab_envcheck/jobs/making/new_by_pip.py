"""Tries out what pip would bring into an environment that conda has yet to make.

That is done in a small virtual environment of the same Python, in which conda's packages are
written down as if they were there.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ...facts import Interpreter
from ...installers import CondaPackage, name_of
from ...plan import Changes, Failure, Refusal, Request, refusals
from ...problems import Problem
from .. import environment
from ..child import Stop
from ..refused import Refused
from ..resolve import resolve
from . import founding
from .pythons import NoPython, base_of
from .trial import Trial

#: Builds of what is Python's: `py_0`, `pyhd8ed1ab_0`, `py313h1234567_0`.
_PYTHONS_OWN = re.compile(r"py(?:_|hd?|\d)")


@dataclass(frozen=True, kw_only=True)
class ByPip:
    """What comes by pip or uv once conda is done."""

    argv: tuple[tuple[str, ...], ...] = ()
    changes: Changes = field(default_factory=Changes)
    pins: str = ""
    warnings: tuple[str, ...] = ()


def by_pip(
    kernel: Request,
    request: Request,
    specs: tuple[str, ...],
    packages: Iterable[CondaPackage],
    *,
    stop: Stop,
    limit: float,
    environ: Mapping[str, str],
) -> ByPip:
    """Return what `specs` would bring beside conda's packages. Raises `Refused` and `Problem`."""
    there = tuple(packages)
    python = next(package.version for package in there if package.name == "python")
    minor = ".".join(python.split(".")[:2])
    asking = replace(kernel, wish=replace(kernel.wish, python=minor))
    try:
        base = base_of(asking, environ, stop=stop)
    except NoPython as none:
        raise Refused(_no_python(request, minor, specs)) from none
    uv = _uv(request, there)
    here = os.path.realpath(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="envcheck-", dir=here) as around:
        folder = Path(around, "trial")
        trial = Trial(folder=folder, base=base, uv=uv, environ=environ, stop=stop, limit=limit)
        interpreter = trial.made()
        _plant(interpreter, there)
        asked = trial.request(request, interpreter, specs)
        resolved = resolve(asked, stop=stop, limit=limit, environ=environ)
        plan, prefix = resolved.plan, request.target.prefix
        if plan.refusal is not None:
            text = trial.moved(plan.refusal.text, prefix)
            raise Refused(replace(plan.refusal, text=text, alternatives=()))
        if resolved.order is None or plan.failure is not None:
            raise _failed(plan.failure)
        _must_leave_alone(plan.changes)
        moved = tuple(tuple(trial.moved(word, prefix) for word in argv) for argv in plan.argv)
        return ByPip(
            argv=moved,
            changes=plan.changes,
            pins=resolved.order.pins,
            warnings=tuple(trial.moved(warning, prefix) for warning in plan.warnings),
        )


def _uv(request: Request, packages: Iterable[CondaPackage]) -> str | None:
    """Return the uv that is to bring it, None for the pip that conda brings; raise `Refused`."""
    uv, allowed = environment.uv_executable(), request.policy.allowed_installers
    if uv is not None and "uv" in allowed:
        return uv
    if "pip" in allowed and any(package.name == "pip" for package in packages):
        return None
    permitted = " and ".join(allowed) or "nothing"
    text = f"What conda has not would come by uv or pip, and {permitted} may be used."
    raise Refused(refusals.no_installer(request, text))


def _plant(interpreter: Interpreter, packages: Iterable[CondaPackage]) -> None:
    """Write down what conda will have brought, as far as it is Python's."""
    for package in packages:
        if not _PYTHONS_OWN.match(package.build):
            continue
        try:
            version = str(Version(package.version))
        except InvalidVersion:
            continue
        name = canonicalize_name(package.name)
        around = Path(interpreter.site_packages[0])
        folder = around / f"{name.replace('-', '_')}-{version}.dist-info"
        if any(around.glob(f"{name.replace('-', '_')}-*.dist-info")):
            continue  # the pip that the small environment has itself
        folder.mkdir(parents=True)
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (folder / "METADATA").write_text(metadata, encoding="utf-8")
        (folder / "INSTALLER").write_text("conda\n", encoding="utf-8")
        (folder / "RECORD").write_text("", encoding="utf-8")


def _must_leave_alone(changes: Changes) -> None:
    touched = changes.replaced()
    if touched:
        message = f"What is to come by pip does not fit conda's {', '.join(touched)}."
        hint = "Ask conda for the version that fits, or leave out what needs another one."
        raise Problem("conflict", message, hint)


def _failed(failure: Failure | None) -> Problem:
    if failure is None:
        return Problem("bad-reply", "pip's part could not be worked out.", "Leave it out.")
    return Problem(failure.reason, failure.message, failure.hint)


def _no_python(request: Request, minor: str, specs: tuple[str, ...]) -> Refusal:
    names = {name_of(spec) for spec in specs}
    text = (
        f"What pip is to bring ({', '.join(sorted(names))}) can only be worked out with a Python "
        f"{minor}, and there is none on this machine."
    )
    rest = tuple(spec for spec in request.wish.specs if name_of(spec) not in names)
    without = founding.create(
        replace(request.wish, specs=rest), "Create it without these…", kind="conda"
    )
    return Refusal(reason="no-python", text=text, alternatives=(without,))
