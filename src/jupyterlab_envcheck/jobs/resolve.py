"""Makes a plan: runs the dry runs that tell what a wish would change. Installs nothing."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..facts import Interpreter, Package
from ..facts.requirements import versions
from ..installers import Choice, Installer, Pip, Reply, Uv, name_of
from ..installers.failures import common, no_hash, timed_out, unforeseen, unknown
from ..plan import Changes, Plan, Refusal, Request, refusals, resolving, working
from ..problems import Problem
from . import environment, modules, place
from .child import Stop, run
from .folders import plan_file_of
from .order import Order

#: Seconds for all dry runs of one plan.
LIMIT = 180.0

#: Why a first dry run failed that a second one, with more freedom, may not fail for. uv calls some
#: conflicts by the name of the last candidate it gave up; pip calls a conflict a conflict.
_PERHAPS = frozenset({"conflict", "installer-failed"})
_PERHAPS_WITH_UV = _PERHAPS | {"no-version", "no-wheel", "only-source", "wrong-python"}


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A plan, and the order for a worker where the plan can be carried out."""

    plan: Plan
    order: Order | None = None
    #: The administrator's index, beside the order: it can hold a password, and is never written.
    index_url: str | None = field(default=None, repr=False)
    unforeseen: Exception | None = None  #: what nobody foresaw, for whoever keeps a log


def resolve(
    request: Request,
    *,
    stop: Stop | None = None,
    limit: float = LIMIT,
    environ: Mapping[str, str] | None = None,
) -> Resolved:
    """Return the plan for a wish, whatever its state: a failure and a refusal are plans, too."""
    environ = os.environ if environ is None else environ
    try:
        return _resolve(request, Stop() if stop is None else stop, limit, environ)
    except Exception as error:  # noqa: BLE001 - nothing could ever move a plan that stays resolving
        return Resolved(plan=working.failed(request, unforeseen(error)), unforeseen=error)


def _resolve(request: Request, stop: Stop, limit: float, environ: Mapping[str, str]) -> Resolved:
    refusal = refusals.before(request)
    if refusal is not None:
        return Resolved(plan=working.refused(request, refusal))
    interpreter = request.interpreter
    assert interpreter is not None  # noqa: S101 - refused before
    site_packages = interpreter.site_packages
    request = replace(
        request,
        packages=place.own(site_packages),
        elsewhere=place.outside(request.packages or (), site_packages),
    )
    environ = environment.with_index(environ, request.policy.index_url)
    installer = _installer(request, environ)
    if isinstance(installer, Refusal):
        return Resolved(plan=working.refused(request, installer))
    try:
        with tempfile.TemporaryDirectory(prefix="envcheck-") as folder:
            return _Resolution(
                request=request,
                installer=installer,
                interpreter=interpreter,
                environ=environ,
                folder=Path(folder),
                stop=stop,
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
    python = request.target.python
    if chosen == "pip" or executable is None:
        version = versions(request.packages or ()).get("pip")
        return Pip(python=python, version=version)
    config = environment.uv_config(environ)
    return Uv(python=python, executable=executable, config=config)


@dataclass(frozen=True, kw_only=True)
class _Resolution:
    request: Request
    installer: Installer
    interpreter: Interpreter
    environ: Mapping[str, str]
    folder: Path
    stop: Stop
    limit: float  #: seconds, for all that is run
    _begun: float = field(default_factory=time.monotonic)

    def plan(self) -> Resolved:
        """Return the plan of the first dry run that fits."""
        moved, tool = self._redirection(), self.installer.name
        if moved is not None:
            return self._refused(refusals.redirected(self.request, tool, moved[0], moved[1]))
        python, env = self.request.target.python, environment.built(self.environ)
        there = place.reached(python, env, limit=self._left(), stop=self.stop)
        if not place.is_meant(there, self.interpreter):
            return self._refused(refusals.other_prefix(self.request, there.prefix))
        if self.request.wish.kind == "remove":
            not_own = self._not_own(self.request.wish.specs, self.request.elsewhere)
            if not_own:
                return self._refused(refusals.elsewhere(self.request, not_own))
            return self._planned(working.removal(self.request), ())
        choices = self._look_up(self._choices())
        at_risk = place.would_be_taken(there, self.request.elsewhere)
        not_own = self._not_own({choice.name for choice in choices}, at_risk)
        if not_own:
            return self._refused(refusals.elsewhere(self.request, not_own))
        changes = working.changes_of(choices, self.request.packages or ())
        return self._planned(changes, choices)

    def _not_own(
        self, names: Collection[str], elsewhere: tuple[Package, ...]
    ) -> tuple[Package, ...]:
        """Return which of the names lie elsewhere and not in the environment itself."""
        own = versions(self.request.packages or ())
        return tuple(p for p in elsewhere if p.name in names and p.name not in own)

    def _refused(self, refusal: Refusal) -> Resolved:
        return Resolved(plan=working.refused(self.request, refusal, self.installer.name))

    def _planned(self, changes: Changes, choices: tuple[Choice, ...]) -> Resolved:
        request = self.request
        packages = request.packages or ()
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
            interpreter=self.interpreter,
            packages=packages,
            modules=request.modules,
        )
        return Resolved(plan=plan, order=order, index_url=request.policy.index_url)

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
        try:
            return run(argv, env=env, limit=self._left(), stop=self.stop)
        except Problem as problem:
            if problem.reason == "timed-out":
                raise timed_out(self.limit) from problem
            raise

    def _left(self) -> float:
        """Return the seconds that are left: all dry runs together have one limit."""
        return max(0.0, self._begun + self.limit - time.monotonic())

    def _written(self, name: str, text: str | None) -> str | None:
        if not text:
            return None
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return str(file)
