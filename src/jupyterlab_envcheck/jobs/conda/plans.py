"""Plans for conda's environments: conda first, and pip for what its channels do not have."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...facts.requirements import versions
from ...installers import (
    Conda,
    PackagesNotFound,
    for_pip,
    name_of,
    name_of_conda,
)
from ...plan import Changes, Refusal, Request, WishKind, of_conda, refusals, working
from ...plan.conda_remarks import Ways
from ...plan.of_conda import Owners
from ...plan.working import not_installed
from ...probe.conda.channels import identity
from ...problems import Problem
from .. import environment
from ..child import Stop
from ..dry_runs import Chosen
from ..refused import Refused
from ..resolve import Resolution, Resolved, looked_at, of_the_system
from . import channels as conda_channels, platforms, proof, tools
from .answers import Answer, Planned
from .refusing import refusal_of
from .rest import BY_PIP, Rest
from .runs import CondaRuns, Part, allows, altogether, as_needed, in_order, spellings

#: What ends the making of a plan, where others leave it as it was before a further question.
_FATAL = frozenset({"cancelled", "timed-out"})


def plan(request: Request, *, stop: Stop, limit: float, environ: Mapping[str, str]) -> Resolved:
    """Return the plan for a wish in one of conda's environments. Raises `Problem`."""
    seen = looked_at(request)
    conda = request.conda
    if conda is None and not isinstance(seen, Refusal):
        seen = refusals.without_records(request)
    if isinstance(seen, Refusal):
        return Resolved(plan=working.refused(request, seen))
    assert conda is not None  # noqa: S101 - refused before
    request, interpreter = seen
    environ = environment.with_index(environ, request.policy.index_url)
    tool = tools.conda_of(request, environ)
    passed_over = tools.passed_over(request, tool, environ)
    called = tool.name if isinstance(tool, Conda) else None
    owners = of_conda.owners_of(conda, request.conda_names)
    try:
        with tempfile.TemporaryDirectory(prefix="envcheck-") as folder:
            rest = Rest(
                request=request,
                interpreter=interpreter,
                owners=owners,
                environ=environ,
                folder=Path(folder),
                stop=stop,
                limit=limit,
                begun=time.monotonic(),
            )
            answer = _Asking(request=request, owners=owners, tool=tool, rest=rest).answer()
            found = Planned(
                request=request,
                interpreter=interpreter,
                owners=owners,
                answer=answer,
                subdir=platforms.to_tell(conda.records, environ),
                passed_over=passed_over,
            )
            return found.resolved()
    except Refused as refused:
        return Resolved(plan=working.refused(request, refused.refusal, called))
    except Problem as problem:
        refusal = refusal_of(request, problem, called or "pip")
        if refusal is not None:
            return Resolved(plan=working.refused(request, refusal, called))
        return Resolved(plan=working.failed(request, problem, called))
    except OSError as error:
        return of_the_system(request, error, called)


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """Asks conda, and pip for the rest."""

    request: Request
    owners: Owners
    tool: Conda | Refusal
    rest: Rest

    def answer(self) -> Answer:
        """Return what would be done. Raises `Refused` and `Problem`."""
        specs = self.request.wish.specs
        match self.request.wish.kind:
            case "remove":
                return self._removing(tuple(map(name_of, specs)))
            case "update":
                return self._updating(specs)
            case "reinstall":
                return self._renewing(specs)
            case "back":
                return self._back(specs)
            case _:
                return self._installing(specs)

    # --- installing -----------------------------------------------------------------------------

    def _installing(self, specs: Sequence[str]) -> Answer:
        if self.request.installer in BY_PIP:
            return self._all_by_pip(specs, Ways())
        stays = tuple(spec for spec in specs if self._is_pips(name_of(spec)))
        names = {
            spec: spellings(spec, self.owners, self.request.conda_names)
            for spec in specs
            if spec not in stays
        }
        wished = {spec: spelled for spec, spelled in names.items() if spelled}
        missing = tuple(spec for spec, spelled in names.items() if not spelled)
        part, spelled, lacking = self._runs.offered(wished) if wished else (None, {}, ())
        missing += lacking
        if part is not None and self._would_take(part):
            beside = tuple(self._would_take(part))
            if not all(map(for_pip, specs)):
                raise Refused(refusals.pips(self.request, beside))
            return self._all_by_pip(specs, Ways(beside=beside))
        if not stays and not missing:
            ways = Ways(conda=tuple(map(name_of_conda, spelled.values())))
            return Answer(conda=self._conda, parts=(part,) if part is not None else (), ways=ways)
        self._must_be_pips(missing)
        return self._with_pip(part, spelled, stays=stays, missing=missing)

    def _with_pip(
        self,
        part: Part | None,
        spelled: Mapping[str, str],
        *,
        stays: tuple[str, ...],
        missing: tuple[str, ...],
    ) -> Answer:
        wanted = (*stays, *missing)
        parts = (part,) if part is not None else ()
        ways = Ways(
            conda=tuple(map(name_of_conda, spelled.values())),
            pip=tuple(map(name_of, wanted)),
            missing=missing,
            stays=tuple(map(name_of, stays)),
        )
        try:
            pip = self._pip(wanted, *parts)
            chosen = self.rest.chosen(pip)
        except Problem as problem:
            lacking = [name for name in map(name_of, missing) if name in problem.message]
            if problem.reason == "not-found" and lacking:
                raise self._in_neither(lacking) from problem
            raise
        answer = Answer(
            conda=self._conda if parts else None,
            parts=parts,
            pip=pip,
            chosen=chosen,
            ways=ways,
        )
        return self._needs_by_conda(answer, spelled) or answer

    def _needs_by_conda(self, answer: Answer, spelled: Mapping[str, str]) -> Answer | None:
        """Return the answer with what pip's packages need brought by conda; None where it cannot."""
        assert answer.pip is not None  # noqa: S101 - asked before
        installed = versions(self.request.packages or ())
        known = {
            *installed,
            *answer.ways.pip,
            *of_conda.coming(self._changes(answer.parts), self.owners),
        }
        names = tuple(c.name for c in answer.chosen.choices if c.name not in known)
        if not names or self.request.wish.kind == "back":
            return None
        wished = {
            **{spec: (as_conda,) for spec, as_conda in spelled.items()},
            **{name: as_needed(name, self.owners, self.request.conda_names) for name in names},
        }
        try:
            part, found, _ = self._runs.offered(wished)
            needed = tuple(name for name in names if name in found)
            if part is None or not needed or self._would_take(part):
                return None
            pip = self._pip(answer.pip.request.wish.specs, part)
            chosen = self.rest.chosen(pip)
        except Problem as problem:
            if problem.reason in _FATAL:
                raise
            return None
        return replace(
            answer,
            conda=self._conda,
            parts=(part,),
            pip=pip,
            chosen=chosen,
            ways=replace(answer.ways, needed=needed),
        )

    def _all_by_pip(self, specs: Sequence[str], ways: Ways) -> Answer:
        self._must_be_pips(specs)
        pip = self._pip(specs)
        ways = replace(ways, pip=tuple(map(name_of, specs)))
        return Answer(pip=pip, chosen=self.rest.chosen(pip), ways=ways)

    # --- what is there ----------------------------------------------------------------------------

    def _removing(self, names: Sequence[str]) -> Answer:
        of_condas, of_pips = self._whose(names)
        asked = tuple(dict.fromkeys(of_condas.values()))
        parts = (self._runs.part("remove", asked),) if asked else ()
        over = tuple(name for name in of_condas if self._is_clobbered(name))
        gone = (*of_pips, *over)
        pip = self._pip(gone, *parts, kind="remove") if gone else None
        if pip is not None:
            self.rest.must_be_own(pip, gone)
        return Answer(
            conda=self._conda if parts else None,
            parts=parts,
            pip=pip,
            gone=gone,
            ways=Ways(conda=tuple(of_condas.values()), pip=of_pips),
        )

    def _updating(self, specs: Sequence[str]) -> Answer:
        by_name = {name_of(spec): spec for spec in specs}
        of_condas, of_pips = self._whose(tuple(by_name))
        parts = self._updated([self._spelled(by_name[name]) for name in of_condas])
        if taken := self._would_take(*parts):
            raise Refused(refusals.pips(self.request, taken))
        wanted = tuple(by_name[name] for name in of_pips)
        pip = self._pip(wanted, *parts, kind="update") if wanted else None
        return Answer(
            conda=self._conda if parts else None,
            parts=parts,
            pip=pip,
            chosen=self.rest.chosen(pip) if pip is not None else Chosen(choices=()),
            ways=Ways(conda=tuple(of_condas.values()), pip=of_pips),
        )

    def _updated(self, spelled: Sequence[str]) -> tuple[Part, ...]:
        """Return what brings conda's packages to their newest: its update takes names alone.

        As its history remembers what it is asked for, nothing is asked for that nobody wrote.
        """
        bare = [spec for spec in spelled if spec == name_of_conda(spec)]
        others = [spec for spec in spelled if spec not in bare]
        parts = [self._runs.part("install", others)] if others else []
        parts += [self._runs.part("update", bare)] if bare else []
        return in_order(parts)

    def _renewing(self, specs: Sequence[str]) -> Answer:
        by_name = {name_of(spec): spec for spec in specs}
        of_condas, of_pips = self._whose(tuple(by_name))
        same, others = list[str](), list[str]()
        for name, called in of_condas.items():
            record = self.owners.records[called]
            if allows(by_name[name], record.version):
                same.append(f"{called}={record.version}={record.build}")
            else:
                others.append(self._spelled(by_name[name]))
        parts = [self._runs.part("install", others)] if others else []
        parts += [self._runs.part("install", same, alone=True)] if same else []
        wanted = tuple(by_name[name] for name in of_pips)
        over = tuple(name for name in of_condas if self._is_clobbered(name))
        kind: WishKind = "reinstall" if wanted else "remove"
        pip = self._pip(wanted or over, kind=kind) if wanted or over else None
        return Answer(
            conda=self._conda if parts else None,
            parts=in_order(parts),
            pip=pip,
            chosen=self.rest.chosen(pip) if pip is not None and wanted else Chosen(choices=()),
            over=over,
            ways=Ways(conda=tuple(of_condas.values()), pip=of_pips),
        )

    def _back(self, specs: Sequence[str]) -> Answer:
        """Return what brings back the versions of before, and takes away what was not there."""
        answer = self._installing(specs) if specs else Answer()
        of_condas, of_pips = self._whose(self.request.removals)
        if of_condas:
            parts = self._taken_away(tuple(dict.fromkeys(of_condas.values())), answer.parts)
            answer = replace(answer, conda=self._conda, parts=parts)
        if of_pips:
            pip = answer.pip or self._pip(of_pips, kind="remove")
            answer = replace(answer, pip=pip, gone=of_pips)
        ways = answer.ways
        ways = replace(ways, conda=(*ways.conda, *of_condas.values()), pip=(*ways.pip, *of_pips))
        return replace(answer, ways=ways)

    def _taken_away(self, names: tuple[str, ...], parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Return the commands with one more, which takes away what was not there before.

        Once the versions of before are back, nothing of before needs it. But what conda would do
        can only be asked now, when their newer versions do, and it would take these along.
        """
        done = altogether(parts)
        moved = {package.name for package in (*done.link, *done.unlink)}
        others = [r for r in self.owners.records.values() if r.name not in {*names, *moved}]
        needed = proof.needed(others)
        alone = needed is not None and needed.isdisjoint(names)
        return in_order((*parts, self._runs.part("remove", names, alone=alone)))

    # --- asking -----------------------------------------------------------------------------------

    @property
    def _conda(self) -> Conda:
        if isinstance(self.tool, Refusal):
            raise Refused(self.tool)
        return self.tool

    @property
    def _runs(self) -> CondaRuns:
        rest = self.rest
        return CondaRuns(
            conda=self._conda,
            environ=rest.environ,
            stop=rest.stop,
            limit=rest.limit,
            subdir=platforms.to_tell(self.owners.records.values(), rest.environ),
            begun=rest.begun,
        )

    def _pip(self, specs: Sequence[str], *parts: Part, kind: WishKind = "install") -> Resolution:
        return self.rest.of(specs, self._changes(parts), kind=kind)

    def _changes(self, parts: Sequence[Part]) -> Changes:
        return of_conda.changes_of(altogether(parts), self.owners, identity)

    def _would_take(self, *parts: Part) -> tuple[str, ...]:
        packages = self.request.packages or ()
        return of_conda.taken_over(self._changes(parts), packages, self.owners)

    def _whose(self, names: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return which names are conda's, with what it calls them, and which pip's; raise for others."""
        of_condas, of_pips = dict[str, str](), list[str]()
        there = versions(self.request.packages or ())
        for name in names:
            record = self.owners.record_of(name)
            if record is not None:
                of_condas[name] = record.name
            elif name in there:
                of_pips.append(name)
            elif outside := tuple(p for p in self.request.elsewhere if p.name == name):
                raise Refused(refusals.elsewhere(self.request, outside))
            else:
                raise not_installed(self.request, name)
        return of_condas, tuple(of_pips)

    def _spelled(self, spec: str) -> str:
        """Return how conda spells what is asked of a package that it has installed."""
        spelled = spellings(spec, self.owners, self.request.conda_names)
        if not spelled:
            raise Problem(
                "bad-spec",
                f"“{spec}” cannot be asked of conda, which looks after {name_of(spec)} here.",
                f"Write {name_of(spec)}, or name and version, such as {name_of(spec)}=1.2.",
            )
        return spelled[0]

    def _is_pips(self, name: str) -> bool:
        there = versions(self.request.packages or ())
        return name in there and self.owners.record_of(name) is None

    def _is_clobbered(self, name: str) -> bool:
        """Tell whether pip put a package of its own over conda's."""
        found = next((p for p in self.request.packages or () if p.name == name), None)
        return found is not None and found.installer in BY_PIP

    def _must_be_pips(self, specs: Sequence[str]) -> None:
        """Raise where pip may not be asked for what conda's channels do not have."""
        conda_alone = [spec for spec in specs if for_pip(spec) is None]
        owned = [spec for spec in specs if self.owners.record_of(name_of(spec)) is not None]
        if conda_alone or owned or self.request.installer in tools.TOOLS:
            channels = () if isinstance(self.tool, Refusal) else (self._looked_into(),)
            raise PackagesNotFound(conda_alone or owned or specs, channels)

    def _in_neither(self, missing: Sequence[str]) -> Problem:
        named = " or ".join(missing)
        return Problem(
            "not-found",
            f"Neither conda's channels ({self._looked_into()}) nor the Python Package Index have "
            f"{named}.",
            "Look at the spelling. The name to install can differ from the name to import.",
        )

    def _looked_into(self) -> str:
        return conda_channels.in_words(self.request, self._conda.channels)
