"""Asks which of the installed packages have newer releases, each where it came from. Changes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..facts import Interpreter
from ..facts.requirements import versions
from ..installers import Installer, Outdated, Pip, Uv
from ..installers.failures import timed_out
from ..plan import Policy, Request, of_conda
from ..problems import Problem
from . import environment, place
from .child import Stop, run
from .conda import outdated as by_conda

#: Seconds: the index is asked once for every package.
LIMIT = 60.0


@dataclass(frozen=True, kw_only=True)
class Releases:
    """What has newer releases, and which packages nobody could be asked about."""

    outdated: tuple[Outdated, ...]
    unasked: str | None = (
        None  #: in words, why conda was not asked for its packages, and what to do
    )


def outdated(
    interpreter: Interpreter,
    policy: Policy,
    *,
    request: Request | None = None,
    stop: Stop | None = None,
    limit: float = LIMIT,
    environ: Mapping[str, str] | None = None,
) -> Releases:
    """Return what of the environment itself has a newer release, in the order of names.

    The newest release need not fit together with what is installed: that a plan tells. `request` is
    one for an environment of conda's, whose own packages conda is asked for and no index of Python's.
    Raises `Problem`: unreachable, denied, timed-out, no-installer, …
    """
    begun, until = time.monotonic(), Stop() if stop is None else stop
    environ = environment.with_index(os.environ if environ is None else environ, policy.index_url)
    own = versions(place.own(interpreter.site_packages))
    conda = request.conda if request is not None else None
    owned = of_conda.owners_of_records(conda.records).owner if conda is not None else {}
    found: tuple[Outdated, ...] = ()
    if conda is None or own.keys() - owned.keys():
        installer = _installer(interpreter, policy, own.get("pip"), environ)
        argv = installer.outdated(without=tuple(owned))
        try:
            reply = run(argv, env=environment.built(environ), limit=limit, stop=until)
        except Problem as problem:
            if problem.reason == "timed-out":
                raise timed_out(limit) from problem
            raise
        found = tuple(
            entry
            for entry in installer.read_outdated(reply)
            if entry.name in own and entry.name not in owned
        )
    if request is None or conda is None:
        return Releases(outdated=tuple(sorted(found, key=lambda entry: entry.name)))
    left = max(0.0, begun + limit - time.monotonic())
    more, unasked = by_conda.outdated(request, environ=environ, stop=until, limit=left)
    both = (*(replace(entry, by="pip") for entry in found), *more)
    return Releases(outdated=tuple(sorted(both, key=lambda entry: entry.name)), unasked=unasked)


def _installer(
    interpreter: Interpreter, policy: Policy, pip: str | None, environ: Mapping[str, str]
) -> Installer:
    """Return uv, which asks for all packages at once, or pip where uv may not be used."""
    executable = environment.uv_executable() if "uv" in policy.allowed_installers else None
    python = interpreter.executable
    if executable is not None:
        return Uv(python=python, executable=executable, config=environment.uv_config(environ))
    if pip is not None and "pip" in policy.allowed_installers:
        return Pip(python=python, version=pip)
    raise Problem(
        "no-installer",
        "There is no tool here that may ask the package index for newer releases.",
        "Ask whoever looks after this Jupyter to allow uv, or install pip into the environment.",
    )
