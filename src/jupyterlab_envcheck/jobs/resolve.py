"""Makes a plan: runs the dry runs that tell what a wish would change. Installs nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..facts import Interpreter, Package
from ..facts.requirements import versions
from ..installers import Choice, Installer, Pip, Reply, Uv, name_of
from ..installers.failures import common, no_hash, unknown
from ..plan import Changes, Plan, Refusal, Request, refusals, resolving, working
from ..problems import Problem
from . import environment, modules
from .child import Stop, run
from .folders import plan_file_of

#: Seconds for all dry runs of one plan.
LIMIT = 180.0

#: Why a first dry run failed that a second one, with more freedom, may not fail for. uv calls some
#: conflicts by the name of the last candidate it gave up; pip calls a conflict a conflict.
_PERHAPS = frozenset({"conflict", "installer-failed"})
_PERHAPS_WITH_UV = _PERHAPS | {"no-version", "no-wheel", "only-source", "wrong-python"}


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that a worker needs to carry a plan out and to prove it, without the one who made it."""

    plan: Plan
    pins: str  #: the text of the plan's file
    interpreter: Interpreter
    packages: tuple[Package, ...]  #: as they were when the plan was made
    modules: tuple[str, ...] | None  #: what the kernel had imported


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A plan, and the order for a worker where the plan can be carried out."""

    plan: Plan
    order: Order | None = None


def resolve(
    request: Request,
    *,
    stop: Stop | None = None,
    limit: float = LIMIT,
    environ: Mapping[str, str] | None = None,
) -> Resolved:
    """Return the plan for a wish, whatever its state: a failure and a refusal are plans, too."""
    refusal = refusals.before(request)
    if refusal is not None:
        return Resolved(plan=working.refused(request, refusal))
    environ = os.environ if environ is None else environ
    installer = _installer(request, environ)
    if isinstance(installer, Refusal):
        return Resolved(plan=working.refused(request, installer))
    try:
        with tempfile.TemporaryDirectory(prefix="envcheck-") as folder:
            return _Resolution(
                request=request,
                installer=installer,
                environ=environ,
                folder=Path(folder),
                stop=Stop() if stop is None else stop,
                limit=limit,
            ).plan()
    except Problem as problem:
        return Resolved(plan=working.failed(request, problem, installer.name))
    except OSError as error:
        said = common(str(error)) or unknown("The system", str(error))
        return Resolved(plan=working.failed(request, said, installer.name))


def _installer(request: Request, environ: Mapping[str, str]) -> Installer | Refusal:
    executable = environment.uv_executable()
    chosen = working.choose(request, uv=executable is not None)
    if isinstance(chosen, Refusal):
        return chosen
    python, index_url = request.target.python, request.policy.index_url
    if chosen == "pip" or executable is None:
        version = versions(request.packages or ()).get("pip")
        return Pip(python=python, version=version, index_url=index_url)
    config = environment.uv_config(environ)
    return Uv(python=python, executable=executable, config=config, index_url=index_url)


@dataclass(frozen=True, kw_only=True)
class _Resolution:
    request: Request
    installer: Installer
    environ: Mapping[str, str]
    folder: Path
    stop: Stop
    limit: float

    def plan(self) -> Resolved:
        """Return the plan of the first dry run that fits."""
        moved = self._redirection()
        if moved is not None:
            tool = self.installer.name
            refusal = refusals.redirected(self.request, tool, moved[0], moved[1])
            return Resolved(plan=working.refused(self.request, refusal, tool))
        if self.request.wish.kind == "remove":
            return self._planned(working.removal(self.request), ())
        choices = self._look_up(self._choices())
        changes = working.changes_of(choices, self.request.packages or ())
        return self._planned(changes, choices)

    def _planned(self, changes: Changes, choices: tuple[Choice, ...]) -> Resolved:
        request = self.request
        packages, interpreter = request.packages or (), request.interpreter
        assert interpreter is not None  # noqa: S101 - refused before
        refusal = refusals.protected(request, changes)
        restart = working.restart_for(changes, request.modules, modules.brought(packages, changes))
        plan = replace(
            resolving(request),
            state="ready",
            installer=self.installer.name,
            argv=() if refusal else self._argv(changes, choices),
            changes=changes,
            warnings=working.warnings(request, changes, choices),
            restart=restart,
            refusal=refusal,
        )
        if refusal:
            return Resolved(plan=plan)
        order = Order(
            plan=plan,
            pins=working.plan_file(choices),
            interpreter=interpreter,
            packages=packages,
            modules=request.modules,
        )
        return Resolved(plan=plan, order=order)

    def _argv(self, changes: Changes, choices: tuple[Choice, ...]) -> tuple[tuple[str, ...], ...]:
        if changes.remove:
            return (self.installer.remove(tuple(change.name for change in changes.remove)),)
        if changes == Changes():
            return ()
        for choice in choices:
            if not choice.hashes:  # pip and uv compute what the index does not give
                raise no_hash(choice.name)
        return (self.installer.install(str(plan_file_of(self.request.id))),)

    def _choices(self) -> tuple[Choice, ...]:
        """Return what would be installed, leaving as much as possible as it is."""
        packages = self.request.packages or ()
        if working.fits_as_is(self.request):
            try:
                return self._dry_run(constraints=working.pins(packages))
            except Problem as problem:
                perhaps = _PERHAPS if isinstance(self.installer, Pip) else _PERHAPS_WITH_UV
                if problem.reason not in perhaps:
                    raise
        wished = {name_of(spec) for spec in self.request.wish.specs}
        without = wished | set(working.broken_before(self.request))
        return self._dry_run(names=working.names(packages, without=without))

    def _dry_run(
        self, *, names: str | None = None, constraints: str | None = None
    ) -> tuple[Choice, ...]:
        report = self.folder / "report.json"
        argv = self.installer.dry_run(
            self.request.wish.specs,
            report=str(report),
            names=self._written("names.txt", names),
            constraints=self._written("constraints.txt", constraints),
        )
        reply = self._run(argv)
        if reply.returncode == 0 and report.exists():
            reply = replace(reply, report=report.read_text(encoding="utf-8", errors="replace"))
        again = self.installer.look_again(reply.output + reply.errors) if reply.returncode else None
        if again is not None:
            more = self._run(again)
            said = reply.output + reply.errors + more.output + more.errors
            raise self.installer.explain(said)
        return self.installer.read_dry_run(reply)

    def _look_up(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        argv = self.installer.look_up(str(self.folder / "pins.txt")) if choices else None
        if argv is None:
            return choices
        self._written("pins.txt", working.plan_file(choices))
        return self.installer.read_look_up(choices, self._run(argv))

    def _redirection(self) -> tuple[str, str] | None:
        match self.installer:
            case Pip():
                listed = self._run((*self.installer.program, "config", "list"))
                return environment.pip_redirection(self.environ, listed.output)
            case Uv(config=config):
                return environment.uv_redirection(config)
        return None

    def _run(self, argv: tuple[str, ...]) -> Reply:
        env = environment.built(self.environ)
        return run(argv, env=env, limit=self.limit, stop=self.stop)

    def _written(self, name: str, text: str | None) -> str | None:
        if not text:
            return None
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return str(file)
