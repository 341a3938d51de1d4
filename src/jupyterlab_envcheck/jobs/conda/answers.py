"""Makes a plan of what conda and pip answered: the changes, the commands, and what to know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...facts import Interpreter
from ...facts.requirements import versions
from ...installers import Actions, Choice, Conda, TermsNotAccepted
from ...plan import (
    Changes,
    Refusal,
    Removed,
    Request,
    conda_guards,
    conda_remarks,
    of_conda,
    refusals,
    resolving,
    room,
    working,
)
from ...plan.conda_remarks import Ways
from ...plan.of_conda import Owners
from ...probe.conda.channels import identity
from .. import modules
from ..dry_runs import Chosen
from ..order import CondaCheck, Order
from ..resolve import Resolution, Resolved
from ..snapshots import kept
from . import channels as conda_channels, link_scripts, platforms
from .runs import Part, altogether

_NOTHING = Chosen(choices=())
_ONE_WAY = Ways()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found out: what conda would do, and what pip."""

    conda: Conda | None = None  #: None where all is pip's
    parts: tuple[Part, ...] = ()
    pip: Resolution | None = None  #: None where all is conda's
    chosen: Chosen = _NOTHING  #: by pip
    gone: tuple[str, ...] = ()  #: what pip takes away
    over: tuple[str, ...] = ()  #: what pip takes away first, for it lies over what conda puts there
    ways: Ways = _ONE_WAY


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One answer, on its way to a plan."""

    request: Request
    interpreter: Interpreter
    owners: Owners
    answer: Answer
    subdir: str | None = None  #: the platform that conda has to be told
    passed_over: str | None = None  #: in a sentence, which conda is not used, and why

    def resolved(self) -> Resolved:
        """Return the plan, and the order where it can be carried out."""
        answer, request = self.answer, self.request
        changes = of_conda.together(self.of_conda, self.of_pip)
        disk = room.disk_of(changes, request.free)
        refusal = self._refusal(changes)
        if refusal is None and (full := room.too_small(disk)):
            refusal = refusals.disk_full(request, full)
        said = conda_remarks.warnings(
            replace(request, wish=replace(request.wish, pins=self._pins)),
            changes,
            self.choices,
            owners=self.owners,
            ways=answer.ways,
            channels=self._channels(),
            disk=disk,
        )
        plan = replace(
            resolving(request),
            state="ready",
            installer=self.tool,
            argv=() if refusal else (*self._first_argv(), *self._conda_argv(), *self._pip_argv()),
            changes=changes,
            warnings=(
                *answer.chosen.remarks,
                *said,
                *_mending(answer.over),
                *self._of_the_tool(),
                *_pinning(self._pins, is_so=changes == Changes()),
            ),
            restart=modules.restart_for(
                changes, request.packages or (), self.owners, request.modules
            ),
            undo=kept.foreseen(request.id, self.interpreter, changes, pins=bool(self._pins)),
            disk=disk,
            pinned=() if refusal else self._pins,
            refusal=refusal,
            alternatives=() if refusal else refusals.beside(request),
        )
        if refusal:
            return Resolved(plan=plan)
        order = Order(
            plan=plan,
            pins=working.plan_file(self.choices),
            interpreter=self.interpreter,
            packages=request.packages or (),
            modules=request.modules,
            checks=self._checks(),
            subdir=self.subdir,
        )
        return Resolved(plan=plan, order=order, index_url=request.policy.index_url)

    @property
    def _pins(self) -> tuple[str, ...]:
        """What is to be written into conda-meta/pinned, and is not there."""
        there = self.request.conda.pinned if self.request.conda is not None else ()
        return tuple(spec for spec in self.request.wish.pins if spec not in there)

    @property
    def tool(self) -> str | None:
        """The tool that most is done with."""
        if self.answer.conda is not None:
            return self.answer.conda.name
        return self.answer.pip.asking.installer.name if self.answer.pip is not None else None

    @property
    def of_conda(self) -> Changes:
        """What conda would change."""
        return of_conda.changes_of(altogether(self.answer.parts), self.owners, identity)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What pip brings, of which conda brings nothing."""
        by_conda = of_conda.coming(self.of_conda, self.owners)
        return tuple(c for c in self.answer.chosen.choices if c.name not in by_conda)

    @property
    def of_pip(self) -> Changes:
        """What pip would change once conda has done its part."""
        packages = self.request.packages or ()
        after = of_conda.afterwards(packages, self.of_conda, self.owners)
        changes = working.changes_of(self.choices, after, self.answer.chosen.anew)
        there = versions(after)
        gone = (n for n in self.answer.gone if n in there)
        removed = tuple(Removed(name=n, version=there[n] or "unknown") for n in gone)
        return of_conda.by_pip(replace(changes, remove=removed))

    def _refusal(self, changes: Changes) -> Refusal | None:
        coming = tuple(package for part in self.answer.parts for package in part.actions.link)
        shut = conda_channels.not_allowed(self.request, (p.channel for p in coming))
        if shut:
            return conda_channels.refused(self.request, shut)
        sources = (package.channel for package in coming)
        if asked := conda_channels.not_agreed_to(self.request, self.tool or "", sources):
            return refusals.terms(self.request, TermsNotAccepted(asked))
        records = self.owners.records.values()
        if others := platforms.others(coming, records):
            return refusals.other_platform(self.request, others, platforms.of(records) or "another")
        owned = [c.name for c in self.choices if c.name in self.owners.owner]
        if owned:
            return refusals.condas(self.request, owned)
        return conda_guards.protected(self.request, changes, self.owners)

    def _first_argv(self) -> tuple[tuple[str, ...], ...]:
        over, pip = self.answer.over, self.answer.pip
        return (pip.asking.installer.remove(over),) if over and pip is not None else ()

    def _conda_argv(self) -> tuple[tuple[str, ...], ...]:
        conda = self.answer.conda
        if conda is None:
            return ()
        return tuple(conda.change(p.verb, p.specs, alone=p.alone) for p in self._changing)

    @property
    def _changing(self) -> tuple[Part, ...]:
        return tuple(part for part in self.answer.parts if part.actions != Actions())

    def _pip_argv(self) -> tuple[tuple[str, ...], ...]:
        if self.answer.pip is None:
            return ()
        # Also what conda takes away, where pip had put its own files over conda's.
        gone = tuple(Removed(name=name, version="unknown") for name in self.answer.gone)
        return self.answer.pip.argv(replace(self.of_pip, remove=gone), self.choices)

    def _checks(self) -> tuple[CondaCheck, ...]:
        conda = self.answer.conda
        if conda is None:
            return ()
        return tuple(
            CondaCheck(
                argv=conda.dry_run(part.verb, part.specs, alone=part.alone),
                tool=conda.tool,
                linked=part.actions.linked,
                unlinked=part.actions.unlinked,
                command=number,
            )
            for number, part in enumerate(self._changing, len(self._first_argv()))
        )

    def _of_the_tool(self) -> tuple[str, ...]:
        """Return what a person should know of the conda that is used, in sentences."""
        conda, request = self.answer.conda, self.request
        if conda is None:
            return ()
        config = request.conda.config if request.conda is not None else None
        names = link_scripts.run_by(
            (part.actions for part in self._changing),
            request.target.prefix,
            config.pkgs_dirs if config is not None else (),
        )
        instead = (self.passed_over,) if self.passed_over is not None else ()
        return (*instead, *link_scripts.warnings(names, conda.tool))

    def _channels(self) -> str:
        conda = self.answer.conda
        return conda_channels.in_words(self.request, conda.channels if conda is not None else ())


def _mending(over: Sequence[str]) -> tuple[str, ...]:
    if not over:
        return ()
    names = ", ".join(over)
    return (f"What pip put there of {names} is taken away, and conda's put in its place.",)


def _pinning(pins: Sequence[str], *, is_so: bool) -> tuple[str, ...]:
    if not pins:
        return ()
    begin = "No package changes. " if is_so else ""
    written = " and ".join(pins)
    return (f"{begin}conda is to stay with it: {written} is written into conda-meta/pinned.",)
