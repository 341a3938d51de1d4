"""The dry runs of one plan: what the installer would choose for a wish. Installs nothing."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..installers import Choice, Installer, Pip, Reply, name_of
from ..installers.failures import timed_out
from ..plan import Request, updating, working
from ..problems import Problem
from . import environment
from .child import Stop, run

#: Why a first dry run failed that a second one, with more freedom, may not fail for. uv calls some
#: conflicts by the name of the last candidate it gave up; pip calls a conflict a conflict.
_PERHAPS = frozenset({"conflict", "installer-failed"})
_PERHAPS_WITH_UV = _PERHAPS | {"no-version", "no-wheel", "only-source", "wrong-python"}

#: Why what is installed cannot be had anew: another version may be there.
_GONE = frozenset({"no-version", "no-wheel", "only-source", "wrong-python"})


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What would be installed."""

    choices: tuple[Choice, ...]
    anew: tuple[str, ...] = ()  #: names whose files are replaced although their version stays
    remarks: tuple[str, ...] = ()  #: what a person should know of the choice


@dataclass(frozen=True, kw_only=True)
class DryRuns:
    """Asks one installer, within one limit for all questions together."""

    request: Request
    installer: Installer
    environ: Mapping[str, str]
    folder: Path
    stop: Stop
    limit: float  #: seconds, for all that is run
    pinned: str = ""  #: constraints that hold in every dry run: what another tool looks after
    #: Names that another tool will have brought to other versions by then: not to be looked up.
    moving: frozenset[str] = frozenset()
    begun: float = field(default_factory=time.monotonic)

    def chosen(self) -> Chosen:
        """Return what would be installed, leaving as much as possible as it is."""
        match self.request.wish.kind:
            case "update":
                found = self._updated()
            case "reinstall":
                found = self._renewed()
            case _:
                found = Chosen(choices=self._fitting(self.request.wish.specs))
        return replace(found, choices=self._look_up(found.choices))

    def run(self, argv: tuple[str, ...]) -> Reply:
        """Run one command in the environment that is built for installers."""
        env = environment.built(self.environ)
        try:
            return run(argv, env=env, limit=self.left(), stop=self.stop)
        except Problem as problem:
            if problem.reason == "timed-out":
                raise timed_out(self.limit) from problem
            raise

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self.begun + self.limit - time.monotonic())

    def _fitting(self, specs: Sequence[str]) -> tuple[Choice, ...]:
        """Return what fits together with what is installed: as it is, or if that has to change."""
        if not specs:
            return ()
        packages, gone = self.request.packages or (), self.request.removals
        if working.fits_as_is(specs, packages):
            staying = tuple(package for package in packages if package.name not in gone)
            try:
                return self._dry_run(specs, constraints=working.pins(staying))
            except Problem as problem:
                if problem.reason not in self._perhaps():
                    raise
        wished = {name_of(spec) for spec in specs}
        without = wished | {*gone, *self.moving, *working.broken_before(self.request)}
        return self._dry_run(specs, names=working.names(packages, without=without))

    def _updated(self) -> Chosen:
        """Return the newest releases if they fit, else the newest that fit with all else as it is."""
        packages = self.request.packages or ()
        specs = updating.to_update(self.request)
        names = tuple(name_of(spec) for spec in specs)
        # Anew, so that what is installed cannot stand in for an index that does not answer (tried).
        there = self._dry_run(specs, newest=names, anew=names, alone=True)
        newest = updating.newer(there, packages)
        wanted = updating.at_versions(specs, newest)
        try:
            return Chosen(choices=self._fitting(wanted))
        except Problem as problem:
            if problem.reason not in self._perhaps():
                raise
            broken = working.broken_before(self.request)
            whole = [p for p in packages if p.name not in names and p.name not in broken]
            # As requirements: constraints on what nobody asks for would go unheeded.
            choices = self._dry_run(specs, newest=names, names=working.pins(whole))
        return Chosen(choices=choices, remarks=updating.held_back(packages, newest, choices))

    def _renewed(self) -> Chosen:
        """Return the same versions anew, and what else was asked for as an install would choose it."""
        same, others = updating.to_renew(self.request.wish.specs, self.request.packages or ())
        moved: tuple[str, ...] = ()
        try:
            again = self._anew(tuple(same))
        except Problem as problem:
            if problem.reason not in _GONE:
                raise
            again, moved = self._anew_if_there(same)
        choices = {c.name: c for c in (*self._fitting((*others, *moved)), *again)}
        return Chosen(choices=tuple(choices.values()), anew=tuple(c.name for c in again))

    def _anew_if_there(self, same: Mapping[str, str]) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
        """Return what there is at the same version, and requirements at the newest of the rest.

        `same` has the wished requirement for each at the version that is installed.
        """
        again: list[Choice] = []
        moved: list[str] = []
        for pinned, wished in same.items():
            try:
                again += self._anew((pinned,))
            except Problem as problem:
                if problem.reason not in _GONE:
                    raise
                name = (name_of(wished),)
                newest = self._dry_run((wished,), newest=name, anew=name, alone=True)
                moved += updating.at_versions((wished,), newest)
        return tuple(again), tuple(moved)

    def _anew(self, pinned: Sequence[str]) -> tuple[Choice, ...]:
        names = tuple(name_of(spec) for spec in pinned)
        return self._dry_run(pinned, anew=names, alone=True) if pinned else ()

    def _perhaps(self) -> Collection[str]:
        return _PERHAPS if isinstance(self.installer, Pip) else _PERHAPS_WITH_UV

    def _dry_run(
        self,
        specs: Sequence[str],
        *,
        names: str | None = None,
        constraints: str | None = None,
        newest: Sequence[str] = (),
        anew: Sequence[str] = (),
        alone: bool = False,
    ) -> tuple[Choice, ...]:
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        held = "" if alone else self.pinned
        argv = self.installer.dry_run(
            specs,
            report=str(report),
            names=self._written("names.txt", names),
            constraints=self._written("constraints.txt", f"{constraints or ''}{held}"),
            newest=newest,
            anew=anew,
            alone=alone,
        )
        reply = self.run(argv)
        if reply.returncode == 0 and report.exists():
            reply = replace(reply, report=report.read_text(encoding="utf-8", errors="replace"))
        again = self.installer.look_again(reply.output + reply.errors) if reply.returncode else None
        if again is not None:
            more = self.run(again)
            said = reply.output + reply.errors + more.output + more.errors
            raise self.installer.explain(said)
        return self.installer.read_dry_run(reply)

    def _look_up(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        argv = self.installer.look_up(str(self.folder / "pins.txt")) if choices else None
        if argv is None:
            return choices
        self._written("pins.txt", working.plan_file(choices))
        return self.installer.read_look_up(choices, self.run(argv))

    def _written(self, name: str, text: str | None) -> str | None:
        if not text:
            return None
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return str(file)
