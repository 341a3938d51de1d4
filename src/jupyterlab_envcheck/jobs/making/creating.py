"""Plans a new environment: what is to be in it is tried out in a small one that is thrown away.

A virtual environment takes a fiftieth of a second to make. In it the same dry runs are made as for
an install, and what they tell is then said of the folder that is really meant.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ...facts import Interpreter
from ...installers import must_be_for_pip, name_of, venvs
from ...plan import (
    Added,
    Changes,
    Plan,
    PlanTarget,
    Refusal,
    Request,
    Restart,
    Undo,
    refusals,
    ways_out,
    working,
)
from ...probe import files
from ...problems import Problem
from ...recommendations import Action, Command, CreateEnvironment, Install, Run
from .. import environment, place
from ..child import Stop
from ..conda import creating as conda_creating
from ..refused import Refused
from ..resolve import Resolved, resolve
from . import founding, sites
from .pythons import Base, NoPython, base_of, is_too_old
from .trial import Trial


def create(request: Request, *, stop: Stop, limit: float, environ: Mapping[str, str]) -> Resolved:
    """Return the plan for an environment with a kernel in it. Raises `Problem`."""
    if conda_creating.is_condas(request):
        by_conda = conda_creating.create(request, stop=stop, limit=limit, environ=environ)
        if by_conda is not None:
            return by_conda
    name = venvs.parse_name(request.wish.name or "proj")
    must_be_for_pip(request.wish.specs)
    folder = sites.folder_for(request.wish, name, environ, request.policy.environments_folder)
    python = str(sites.python_in(folder))
    final = replace(request, target=PlanTarget(prefix=str(folder), python=python, name=name))
    try:
        base = _base(request, environ, stop, limit)
        founding.look(final)
        maker = _maker(final)
        here = os.path.realpath(tempfile.gettempdir())
        with tempfile.TemporaryDirectory(prefix="envcheck-", dir=here) as around:
            trial = Trial(
                folder=Path(around, "trial"),
                base=base,
                uv=maker,
                environ=environ,
                stop=stop,
                limit=limit,
            )
            return _Creation(request=final, trial=trial).plan()
    except Refused as refused:
        return Resolved(plan=working.refused(final, refused.refusal))
    except Problem as problem:
        return Resolved(plan=working.failed(final, problem))


def _base(request: Request, environ: Mapping[str, str], stop: Stop, limit: float) -> Base:
    remote = refusals.before(request) if request.remote is not None else None
    if remote is not None:
        raise Refused(remote)
    try:
        return base_of(request, environ, stop=stop, limit=limit)
    except NoPython as none:
        raise Refused(_no_python(request, none)) from none


def _maker(request: Request) -> str | None:
    """Return the uv that makes the environment, None where Python itself does; raise `Refused`."""
    uv = environment.uv_executable()
    fit = {"uv": uv, "pip": ""} if uv is not None else {"pip": ""}
    allowed = [name for name in fit if name in request.policy.allowed_installers]
    if request.installer != "auto":
        allowed = [name for name in allowed if name == request.installer]
    if allowed:
        return uv if allowed[0] == "uv" else None
    permitted = " and ".join(request.policy.allowed_installers) or "nothing"
    text = f"An environment can be made with {' or '.join(fit)}, and {permitted} may be used."
    by_hand = ways_out.by_hand(request, "In a terminal")
    raise Refused(Refusal(reason="no-installer", text=text, alternatives=(by_hand,)))


@dataclass(frozen=True, kw_only=True)
class _Creation:
    request: Request  #: whose target is the environment that is to be
    trial: Trial

    def plan(self) -> Resolved:
        """Return the plan, out of the one for an install into the small environment."""
        trial, interpreter = self.trial, self.trial.made()
        named = {name_of(spec) for spec in self.request.wish.specs}
        kernel = () if founding.KERNEL in named else (founding.KERNEL,)
        request = trial.request(self.request, interpreter, (*kernel, *self.request.wish.specs))
        resolved = resolve(request, stop=trial.stop, limit=trial.limit, environ=trial.environ)
        if resolved.order is None:
            return replace(resolved, plan=self._as_told(resolved.plan))
        there = self._there(interpreter)
        plan = self._planned(resolved.plan, there, interpreter)
        order = replace(
            resolved.order, plan=plan, interpreter=there, packages=(), modules=(), creates=True
        )
        return replace(resolved, plan=plan, order=order)

    def _as_told(self, plan: Plan) -> Plan:
        """Return a plan that was refused or failed, with what would work for a new environment."""
        refusal = plan.refusal
        if refusal is not None:
            alternatives = tuple(self._alternatives(refusal)) or (self._by_hand("In a terminal"),)
            refusal = replace(refusal, alternatives=alternatives, text=self._moved(refusal.text))
        return replace(plan, target=self.request.target, wish=self.request.wish, refusal=refusal)

    def _alternatives(self, refusal: Refusal) -> Iterator[Action]:
        for action in refusal.alternatives:
            match action:
                case Install(build=names) if names:
                    yield from self._consented(names, action.title)
                case Install() | CreateEnvironment():
                    pass  # that is what was asked for
                case Run(commands=commands) if any(map(self._is_for_the_trial, commands)):
                    if refusal.reason == "disk-full":
                        yield replace(action, commands=tuple(map(self._by_the_base, commands)))
                    else:
                        yield self._by_hand(action.title)
                case _:
                    yield action

    def _consented(self, names: tuple[str, ...], title: str) -> Iterator[Action]:
        """Yield the wish with the consent to build all of these; and without what is new of them."""
        wish = self.request.wish
        yield founding.create(replace(wish, build=names), title, which="build-environment")
        new = [name for name in names if name not in wish.build]
        rest = tuple(spec for spec in wish.specs if name_of(spec) not in new)
        if rest != wish.specs:
            yield founding.create(replace(wish, specs=rest), f"Create it without {', '.join(new)}…")

    def _by_hand(self, title: str) -> Run:
        return ways_out.by_hand(self.request, title)

    def _by_the_base(self, command: Command) -> Command:
        """Return a command with the Python that is there in place of the one that is tried out."""
        tried = self._is_for_the_trial
        words = (
            self.trial.base.python if tried(replace(command, argv=(w,))) else w
            for w in command.argv
        )
        return replace(command, argv=tuple(words))

    def _is_for_the_trial(self, command: Command) -> bool:
        return any(str(self.trial.folder) in word for word in command.argv)

    def _there(self, tried: Interpreter) -> Interpreter:
        """Return what the Python of the environment will say of itself."""
        return replace(
            tried,
            executable=self._moved(tried.executable),
            prefix=self._moved(tried.prefix),
            site_packages=tuple(map(self._moved, tried.site_packages)),
            path=tuple(map(self._moved, tried.path)),
            on_path={},
        )

    def _moved(self, text: str) -> str:
        return self.trial.moved(text, self.request.target.prefix)

    def _planned(self, plan: Plan, there: Interpreter, tried: Interpreter) -> Plan:
        request, prefix = self.request, self.request.target.prefix
        brought = tuple(
            Added(name=package.name, version=package.version or "unknown", size=None)
            for package in place.own(tried.site_packages)
        )
        install = sorted((*brought, *plan.changes.install), key=lambda added: added.name)
        argv = (self.trial.making(prefix), *(tuple(map(self._moved, words)) for words in plan.argv))
        return replace(
            plan,
            target=request.target,
            wish=request.wish,
            argv=argv,
            changes=Changes(install=tuple(install)),
            warnings=(
                *request.wish.told,
                *self.trial.base.warnings,
                *map(self._moved, plan.warnings),
            ),
            restart=Restart(),
            undo=Undo(possible=True),
            alternatives=(),
            kernelspec=founding.kernelspec(request, there.site_packages[0]),
            fingerprint=files.fingerprint(prefix, there.site_packages),
        )


def _no_python(request: Request, none: NoPython) -> Refusal:
    wish, own = request.wish, request.interpreter
    there = f" What is here: {', '.join(none.there)}." if none.there else ""
    actions: list[Action] = []
    if own is not None and wish.python is not None and not is_too_old(own.version):
        title = "Create it with the kernel's own Python…"
        actions.append(founding.create(replace(wish, python=None), title))
    elif none.there:
        newest = none.there[0]
        actions.append(
            founding.create(replace(wish, python=newest), f"Create it with Python {newest}…")
        )
    if wish.python is not None and not is_too_old(wish.python):
        argv = ("uv", "python", "install", wish.python)
        command = Command(manager="uv", argv=argv)
        actions.append(Run(title=f"Get Python {wish.python} first", commands=(command,)))
    return Refusal(reason="no-python", text=f"{none.message}{there}", alternatives=tuple(actions))
