"""Plans a new environment of conda's: what conda would put there, and then pip what conda has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from ...facts import Interpreter
from ...installers import (
    CONDA_KINDS,
    MOST_SPECS,
    Conda,
    PackagesNotFound,
    TermsNotAccepted,
    for_pip,
    name_of,
    parse_conda_spec,
    venvs,
)
from ...installers.file_specs import has_exact_build, without_build
from ...plan import (
    Changes,
    Plan,
    PlanTarget,
    Refusal,
    Request,
    Undo,
    of_conda,
    refusals,
    resolving,
    room,
    ways_out,
    working,
)
from ...plan.of_conda import Owners
from ...probe import disk, files
from ...probe.conda import condarc
from ...probe.conda.channels import identity
from ...probe.conda.root import root_around
from ...probe.tools import tool_of
from ...problems import Problem
from ...recommendations import Run
from ..child import Stop
from ..making import founding, sites
from ..making.new_by_pip import ByPip, by_pip
from ..making.new_python import foreseen, python_in
from ..making.registering import without_activation
from ..order import CondaCheck, Order
from ..refused import Refused
from ..resolve import Resolved
from . import channels as conda_channels, tools
from .new_channels import new_channels, refused as unknown_channels
from .refusing import refusal_of
from .runs import CondaRuns, Part, spellings

_PYTHON = "python"
_MOST_SHOWN = 5  #: builds in one sentence


def is_condas(request: Request) -> bool:
    """Tell whether a new environment is to be conda's: that of the kernel is, or it was asked so."""
    if request.remote is not None:
        return False
    kind = request.environment.kind if request.environment is not None else None
    of_kernel = kind in CONDA_KINDS and request.installer not in ("pip", "uv")
    return of_kernel or bool(request.wish.channels)


def create(
    request: Request, *, stop: Stop, limit: float, environ: Mapping[str, str]
) -> Resolved | None:
    """Return the plan; None where it has to be of another kind, and none of conda's was asked for.

    That is where no conda is here, or its records are not known. Raises `Problem`.
    """
    if request.conda is None and not request.wish.channels:
        return None
    name = venvs.parse_name(request.wish.name or "proj")
    request = _with_tool(request, environ)
    folder = _folder(request, name, environ)
    target = PlanTarget(prefix=str(folder), python=str(python_in(folder)), name=name)
    final = replace(request, target=target)
    chosen = _conda(final, environ)
    if isinstance(chosen, Refusal):
        if chosen.reason == "no-installer" and not request.wish.channels:
            return None
        return Resolved(plan=working.refused(final, chosen))
    try:
        founding.look(final, kind="conda")
        runs = CondaRuns(conda=chosen, environ=environ, stop=stop, limit=limit)
        return _Creation(kernel=request, request=final, runs=runs).plan()
    except Refused as refused:
        return Resolved(plan=working.refused(final, refused.refusal, chosen.tool))
    except Problem as problem:
        refusal = refusal_of(final, problem, chosen.tool)
        if refusal is None:
            plan = working.failed(final, problem, chosen.tool)
        else:
            plan = working.refused(final, refusal, chosen.tool)
        return Resolved(plan=plan)


def _conda(request: Request, environ: Mapping[str, str]) -> Conda | Refusal:
    """Return the conda, with the channels that were asked for, or why it may not be done."""
    if not request.wish.channels:
        return tools.conda_of(request, environ)
    channels = new_channels(request, environ)
    chosen = tools.conda_of(request, environ, channels=channels.asked)
    if isinstance(chosen, Refusal):
        return chosen
    if unknown := channels.unknown():
        return unknown_channels(unknown)
    return replace(chosen, channels=channels.for_tool(chosen.tool))


def _with_tool(request: Request, environ: Mapping[str, str]) -> Request:
    """Return the request of a kernel that is not conda's with the conda that is on this machine."""
    environment = request.environment
    if environment is None or environment.kind in CONDA_KINDS:
        return request
    target = request.target
    tool, _ = tool_of("conda", prefix=target.prefix, python=target.python, env=environ)
    return replace(request, environment=replace(environment, tool=tool))


def _folder(request: Request, name: str, environ: Mapping[str, str]) -> Path:
    """Return where the environment is to be: where conda would make one of that name."""
    if request.wish.folder is not None or request.policy.environments_folder is not None:
        return sites.folder_for(request.wish, name, environ, request.policy.environments_folder)
    tool = request.environment.tool if request.environment is not None else None
    root = request.conda.root if request.conda is not None else None
    if root is None and tool is not None:
        root = root_around(tool)
    if root is not None and not Path(root, "conda-meta").is_dir():
        root = None
    folders = condarc.environment_folders(request.target.prefix, root, environ)
    if not folders:
        message = "There is no home directory in which an environment could be made."
        raise Problem("not-found", message, "Say where, or make it in a terminal.")
    places = [Path(folder, name) for folder in folders]
    # Where none will do, the plan says so of the last one.
    return next(filter(sites.may_be_made, places), places[-1])


@dataclass(frozen=True, kw_only=True)
class _Creation:
    kernel: Request  #: as it was asked
    request: Request  #: whose target is the environment that is to be
    runs: CondaRuns

    @property
    def _conda(self) -> Conda:
        return self.runs.conda

    def plan(self) -> Resolved:
        """Return the plan. Raises `Refused` and `Problem`."""
        part, missing = self._part()
        self._must_be_allowed(part)
        interpreter = foreseen(self.kernel, Path(self.request.target.prefix), part.actions.link)
        pypi = (*self.request.wish.pypi, *missing)
        brought = self._by_pip(pypi, part) if pypi else ByPip()
        changes = of_conda.changes_of(part.actions, _NOBODYS, identity)
        changes = of_conda.together(changes, of_conda.by_pip(brought.changes))
        return self._planned(part, interpreter, changes, brought, missing)

    def _part(self) -> tuple[Part, tuple[str, ...]]:
        """Return what conda would put there, and what it has not and pip may have."""
        wished = self._wished()
        self._must_have_its_builds(wished)
        unknown = tuple(spec for spec, spelled in wished.items() if not spelled)
        known = {spec: spelled for spec, spelled in wished.items() if spelled}
        part, _, missing = self.runs.offered(known, "create")
        missing = (*unknown, *missing)
        needed = {_PYTHON, founding.KERNEL} & {name_of(spec) for spec in missing}
        if part is None or needed or not all(map(for_pip, missing)):
            raise PackagesNotFound(missing, self._conda.channels)
        return part, missing

    def _must_have_its_builds(self, wished: Mapping[str, tuple[str, ...]]) -> None:
        """Raise `Refused` where the channels lack the very builds: these are of another platform.

        Only the first answer is looked at: of a whole list each package would be asked for anew.
        """
        exact = {spec for spec in wished if has_exact_build(spec)}
        if not exact:
            return
        try:
            self.runs.part("create", [spelled[0] for spelled in wished.values() if spelled])
        except PackagesNotFound as problem:
            named = {canonicalize_name(name) for name in problem.packages}
            if lacking := sorted(spec for spec in exact if name_of(spec) in named):
                raise Refused(_other_builds(self.request, lacking)) from problem

    def _wished(self) -> dict[str, tuple[str, ...]]:
        """Return how conda may spell each thing that is to be there, the likeliest first."""
        specs = self.request.wish.specs
        names = {name_of(spec) for spec in specs}
        before = [] if _PYTHON in names else [self._python()]
        before += [] if founding.KERNEL in names else [founding.KERNEL]
        known = self.request.conda_names
        wished = {spec: spellings(spec, _NOBODYS, known) for spec in (*before, *specs)}
        if self.request.wish.pypi and "pip" not in names:
            wished["pip"] = ("pip",)
        return wished

    def _python(self) -> str:
        """Return which Python is meant: the kernel's own unless the wish says."""
        wanted, own = self.request.wish.python, self.request.interpreter
        if wanted is None and own is not None:
            wanted = ".".join(own.version.split(".")[:2])
        return _PYTHON if wanted is None else parse_conda_spec(f"{_PYTHON}={wanted}")

    def _must_be_allowed(self, part: Part) -> None:
        channels = tuple(package.channel for package in part.actions.link)
        refused = conda_channels.not_allowed(self.request, channels)
        if refused:
            raise Refused(conda_channels.refused(self.request, refused))
        asked = conda_channels.not_agreed_to(self.request, self._conda.tool, channels)
        if asked:
            raise Refused(refusals.terms(self.request, TermsNotAccepted(asked)))

    def _by_pip(self, specs: Sequence[str], part: Part) -> ByPip:
        return by_pip(
            self.kernel,
            self.request,
            tuple(specs),
            part.actions.link,
            stop=self.runs.stop,
            limit=self.runs.left(),
            environ=self.runs.environ,
        )

    def _planned(
        self,
        part: Part,
        interpreter: Interpreter,
        changes: Changes,
        brought: ByPip,
        missing: tuple[str, ...],
    ) -> Resolved:
        request, target = self.request, self.request.target
        free = disk.free(str(sites.around(Path(target.prefix))))
        needed = room.disk_of(changes, free)
        passed_over = tools.passed_over(request, self._conda, self.runs.environ)
        if full := room.too_small(needed):
            raise Refused(refusals.disk_full(request, full))
        tight = room.tight(needed)
        plan: Plan = replace(
            resolving(request),
            state="ready",
            installer=self._conda.tool,
            argv=(self._conda.change("create", part.specs), *brought.argv),
            changes=changes,
            warnings=(
                *request.wish.told,
                *((passed_over,) if passed_over is not None else ()),
                *_from_elsewhere(missing, conda_channels.in_words(request, self._conda.channels)),
                *brought.warnings,
                *((tight,) if tight else ()),
                without_activation(target.name),
            ),
            undo=Undo(possible=True),
            disk=needed,
            kernelspec=founding.kernelspec(request, interpreter.site_packages[0]),
            fingerprint=files.fingerprint(target.prefix, interpreter.site_packages),
        )
        order = Order(
            plan=plan,
            pins=brought.pins,
            interpreter=interpreter,
            packages=(),
            modules=(),
            creates=True,
            checks=(
                CondaCheck(
                    argv=self._conda.dry_run("create", part.specs),
                    tool=self._conda.tool,
                    linked=part.actions.linked,
                    unlinked=(),
                ),
            ),
        )
        return Resolved(plan=plan, order=order, index_url=request.policy.index_url)


#: In an environment that is not there yet nothing is anybody's.
_NOBODYS = Owners(records={}, owner={})


def _other_builds(request: Request, lacking: Sequence[str]) -> Refusal:
    shown = ", ".join(lacking[:_MOST_SHOWN])
    more = f" and {len(lacking) - _MOST_SHOWN} more" if len(lacking) > _MOST_SHOWN else ""
    text = (
        f"conda's channels have not these very builds for this machine: {shown}{more}. A file with "
        "builds fits the platform it was written on, as long as its channels keep them."
    )
    line = ("restore", "environment.yml", "--without-builds")
    wish = replace(request.wish, specs=tuple(map(without_build, request.wish.specs)))
    by_hand = Run(title="Restore it without builds", commands=ways_out.by_our_own(line))
    # An action has no place for what comes by pip or for addresses, a form none for hundreds.
    named = not any("://" in channel for channel in wish.channels)
    short = named and not wish.pypi and len(wish.specs) <= MOST_SPECS
    title = "Create it without builds…"
    ways = (founding.create(wish, title, kind="conda"),) if short else ()
    return Refusal(reason="other-builds", text=text, alternatives=(*ways, by_hand))


def _from_elsewhere(missing: Sequence[str], channels: str) -> tuple[str, ...]:
    if not missing:
        return ()
    names = ", ".join(map(name_of, missing))
    said = f"Not in conda's channels ({channels}), and so by pip from the Python Package Index: "
    return (f"{said}{names}. conda does not look after what pip brings.",)
