"""Makes a plan: runs the dry runs that tell what a wish would change. Installs nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..facts import Interpreter, Package
from ..facts.requirements import versions
from ..installers import CONDA_KINDS, Choice, Installer, Pip, Uv, must_be_for_pip
from ..installers.failures import OnlySource, common, no_hash, unforeseen, unknown
from ..plan import (
    Changes,
    Plan,
    Refusal,
    Request,
    meant,
    refusals,
    remarks,
    resolving,
    room,
    working,
)
from ..probe import knowledge
from ..problems import Problem
from . import environment, folders, lock, modules, place
from .child import Stop
from .dry_runs import Chosen, DryRuns
from .folders import plan_file_of
from .order import Order
from .snapshots import kept

#: Seconds for all dry runs of one plan.
LIMIT = 180.0

_FROM_THE_CACHE = (
    "The package index could not be reached. This plan takes what uv kept of earlier installs, in "
    "which the newest releases may be missing."
)


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
    stop = Stop() if stop is None else stop
    made = _made(request, stop=stop, limit=limit, environ=environ)
    return _without_secrets(_with_what_was_meant(request, made))


def _with_what_was_meant(request: Request, resolved: Resolved) -> Resolved:
    """Return it with what is known of words that are modules' names and no packages'."""
    names = knowledge.load().imports.rows
    plan = meant.with_what_was_meant(resolved.plan, request, names)
    order = resolved.order
    return replace(resolved, plan=plan, order=None if order is None else replace(order, plan=plan))


def _without_secrets(resolved: Resolved) -> Resolved:
    """Return it with the text of a kernelspec in the order alone: it can hold keys and tokens."""
    spec, order = resolved.plan.kernelspec, resolved.order
    if spec is None or order is None or not spec.text:
        return resolved
    plan = replace(resolved.plan, kernelspec=replace(spec, text=""))
    return replace(resolved, plan=plan, order=replace(order, plan=plan, kernelspec=spec))


def _made(request: Request, *, stop: Stop, limit: float, environ: Mapping[str, str]) -> Resolved:
    # They make their plans out of ours.
    from .conda import plans as conda_plans  # noqa: PLC0415
    from .making import creating, registering  # noqa: PLC0415

    try:
        match request.wish.kind:
            case "create":
                return creating.create(request, stop=stop, limit=limit, environ=environ)
            case "register":
                return registering.register(request, stop=stop, limit=limit, environ=environ)
            case "set-environment":
                return registering.set_environment(request)
            case _:
                kind = request.environment.kind if request.environment is not None else None
                make = conda_plans.plan if kind in CONDA_KINDS else _resolve
                return make(request, stop=stop, limit=limit, environ=environ)
    except Problem as problem:
        return Resolved(plan=working.failed(request, problem))
    except Exception as error:  # noqa: BLE001 - nothing could ever move a plan that stays resolving
        return Resolved(plan=working.failed(request, unforeseen(error)), unforeseen=error)


def _resolve(request: Request, *, stop: Stop, limit: float, environ: Mapping[str, str]) -> Resolved:
    seen = looked_at(request)
    if isinstance(seen, Refusal):
        return Resolved(plan=working.refused(request, seen))
    request, interpreter = seen
    must_be_for_pip(request.wish.specs)
    if request.wish.pins:
        message = "This environment is not conda's, which alone can stay with a version."
        raise Problem("not-conda", message, "Ask for it without the pin.")
    environ = environment.with_index(environ, request.policy.index_url)
    installer = installer_of(request, environ)
    if isinstance(installer, Refusal):
        return Resolved(plan=working.refused(request, installer))
    try:
        with tempfile.TemporaryDirectory(prefix="envcheck-") as folder:
            asking = DryRuns(
                request=request,
                installer=installer,
                environ=environ,
                folder=Path(folder),
                stop=stop,
                limit=limit,
            )
            return Resolution(request=request, interpreter=interpreter, asking=asking).plan()
    except Problem as problem:
        return Resolved(plan=working.failed(request, problem, installer.name))
    except OSError as error:
        return of_the_system(request, error, installer.name)


def looked_at(request: Request) -> tuple[Request, Interpreter] | Refusal:
    """Return the request with what is seen of the environment now, or why nothing is even tried."""
    prefix = request.target.prefix
    if prefix:
        held = lock.is_held(lock.path_for(folders.data(), prefix))
        free = _free(prefix) if request.free is None else request.free
        request = replace(request, locked=held, free=free)
    refusal = refusals.before(request)
    if refusal is not None:
        return refusal
    interpreter = request.interpreter
    assert interpreter is not None  # noqa: S101 - refused before
    site_packages = interpreter.site_packages
    request = replace(
        request,
        packages=place.own(site_packages),
        elsewhere=place.outside(request.packages or (), site_packages),
    )
    return request, interpreter


def of_the_system(request: Request, error: OSError, installer: str | None) -> Resolved:
    """Return the plan that the system did not let be made."""
    said = common(str(error)) or unknown("The system", str(error))
    if said.reason == "disk-full":
        full = refusals.disk_full(request, said.message)
        return Resolved(plan=working.refused(request, full, installer))
    return Resolved(plan=working.failed(request, said, installer))


def _free(prefix: str) -> int | None:
    try:
        return shutil.disk_usage(prefix).free
    except OSError:
        return None


def installer_of(request: Request, environ: Mapping[str, str]) -> Installer | Refusal:
    """Return the pip or uv that the wish is to be carried out with."""
    executable = environment.uv_executable()
    chosen = working.choose(request, uv=executable is not None)
    if isinstance(chosen, Refusal):
        return chosen
    python = request.target.python
    if chosen == "pip" or executable is None:
        version = versions(request.packages or ()).get("pip")
        return Pip(python=python, version=version, build=request.wish.build)
    config = environment.uv_config(environ)
    return Uv(python=python, executable=executable, config=config, build=request.wish.build)


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """One environment, and the one installer that is asked about it."""

    request: Request
    interpreter: Interpreter
    asking: DryRuns

    @property
    def _installer(self) -> Installer:
        return self.asking.installer

    def plan(self) -> Resolved:
        """Return the plan, or why there is none."""
        there = self.reached()
        if isinstance(there, Refusal):
            return self._refused(there)
        if self.request.wish.kind == "remove":
            return self._removing()
        try:
            return self._installing(there)
        except OnlySource as problem:
            return self._refused(refusals.only_source(self.request, problem.wanted))
        except Problem as problem:
            if problem.reason == "unreachable":
                return self._from_the_cache() or self._refused(
                    refusals.offline(self.request, self._installer.name)
                )
            if problem.reason == "disk-full":
                return self._refused(refusals.disk_full(self.request, problem.message))
            raise

    def reached(self) -> place.Place | Refusal:
        """Return where the installer lands, or a refusal where that is not the environment."""
        refusal = self._configured()
        if refusal is not None:
            return refusal
        python, env = self.request.target.python, environment.built(self.asking.environ)
        there = place.reached(python, env, limit=self.asking.left(), stop=self.asking.stop)
        if there.moved is not None:
            option, file = there.moved.option, there.moved.file
            return refusals.redirected(self.request, f"distutils ({file})", option, file)
        if not place.is_meant(there, self.interpreter):
            return refusals.other_prefix(self.request, there.prefix)
        return there

    def _removing(self) -> Resolved:
        not_own = self.not_own(self.request.wish.specs, self.request.elsewhere)
        if not_own:
            return self._refused(refusals.elsewhere(self.request, not_own))
        return self._planned(working.removal(self.request), Chosen(choices=()))

    def _installing(self, there: place.Place) -> Resolved:
        chosen = self.asking.chosen()
        at_risk = place.would_be_taken(there, self.request.elsewhere)
        not_own = self.not_own({choice.name for choice in chosen.choices}, at_risk)
        if not_own:
            return self._refused(refusals.elsewhere(self.request, not_own))
        packages = self.request.packages or ()
        changes = working.changes_of(chosen.choices, packages, chosen.anew)
        gone = working.removed(self.request, self.request.removals)
        return self._planned(replace(changes, remove=gone.remove), chosen)

    def _from_the_cache(self) -> Resolved | None:
        """Return the plan that uv can carry out with what it kept; None where it kept too little."""
        installer = self._installer
        if not isinstance(installer, Uv) or installer.offline:
            return None
        if self.request.wish.kind == "update":  # what is newest, no cache can tell
            return None
        offline = replace(self.asking, installer=replace(installer, offline=True))
        try:
            again = replace(self, asking=offline)
            resolved = again.plan()
        except Problem as problem:
            if problem.reason == "cancelled":
                raise
            return None
        if resolved.plan.refusal is not None:
            return None
        plan = replace(resolved.plan, warnings=(_FROM_THE_CACHE, *resolved.plan.warnings))
        order = replace(resolved.order, plan=plan) if resolved.order is not None else None
        return replace(resolved, plan=plan, order=order)

    def not_own(
        self, names: Collection[str], elsewhere: tuple[Package, ...]
    ) -> tuple[Package, ...]:
        """Return which of the names lie elsewhere and not in the environment itself."""
        own = versions(self.request.packages or ())
        return tuple(p for p in elsewhere if p.name in names and p.name not in own)

    def _refused(self, refusal: Refusal) -> Resolved:
        return Resolved(plan=working.refused(self.request, refusal, self._installer.name))

    def _planned(self, changes: Changes, chosen: Chosen) -> Resolved:
        request, choices = self.request, working.needed(chosen.choices, changes)
        packages = request.packages or ()
        disk = room.disk_of(changes, request.free)
        refusal = refusals.protected(request, changes)
        if refusal is None and (full := room.too_small(disk)):
            refusal = refusals.disk_full(request, full)
        restart = working.restart_for(changes, request.modules, modules.brought(packages, changes))
        said = remarks.warnings(request, changes, choices, disk=disk)
        plan = replace(
            resolving(request),
            state="ready",
            installer=self._installer.name,
            argv=() if refusal else self.argv(changes, choices),
            changes=changes,
            warnings=(*chosen.remarks, *said),
            restart=restart,
            undo=kept.foreseen(request.id, self.interpreter, changes),
            disk=disk,
            refusal=refusal,
            alternatives=() if refusal else refusals.beside(request),
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

    def argv(self, changes: Changes, choices: tuple[Choice, ...]) -> tuple[tuple[str, ...], ...]:
        """Return the commands that carry the changes out, in their order."""
        argv = []
        if changes.install or changes.update:
            for choice in choices:
                if not choice.hashes:  # pip and uv compute what the index does not give
                    raise no_hash(choice.name)
            file = str(plan_file_of(self.request.id))
            argv.append(self._installer.install(file, anew=working.renewed(changes)))
        if changes.remove:
            argv.append(self._installer.remove(tuple(gone.name for gone in changes.remove)))
        return tuple(argv)

    def _configured(self) -> Refusal | None:
        """Return a refusal where the installer is configured to do something else."""
        moved = more = None
        match self._installer:
            case Pip(name=name):
                listed = self.asking.run((*self._installer.program, "config", "list")).output
                moved = environment.pip_redirection(self.asking.environ, listed)
                more = environment.pip_addition(self.asking.environ, listed)
            case Uv(name=name, config=config):
                moved = environment.uv_redirection(config)
        if moved is not None:
            return refusals.redirected(self.request, name, *moved)
        return None if more is None else refusals.more_than_asked(name, *more)
