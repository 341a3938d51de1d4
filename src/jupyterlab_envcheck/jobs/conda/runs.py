"""The dry runs of conda's for one plan: what it would do for a wish. Changes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from ...installers import (
    Actions,
    Conda,
    CondaPackage,
    CondaVerb,
    PackagesNotFound,
    for_conda,
    for_pip,
    name_of,
    name_of_conda,
)
from ...installers.failures import timed_out
from ...plan.of_conda import Owners
from ...problems import Problem
from .. import environment
from ..child import Stop, run
from . import tools

#: Families whose names conda writes with a dot, as their makers do.
_DOTTED = re.compile(r"(backports|jaraco|repoze|ruamel|sphinxcontrib|zope)-(.+)")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One command of conda's, and what it would do."""

    verb: CondaVerb
    specs: tuple[str, ...]
    actions: Actions
    alone: bool = False  #: nothing but the packages themselves is touched


@dataclass(frozen=True, kw_only=True)
class CondaRuns:
    """Asks one conda, within one limit for all questions together."""

    conda: Conda
    environ: Mapping[str, str]
    stop: Stop
    limit: float  #: seconds, for all that is run
    subdir: str | None = None  #: the platform that conda has to be told
    begun: float = field(default_factory=time.monotonic)

    def part(self, verb: CondaVerb, specs: Sequence[str], *, alone: bool = False) -> Part:
        """Return what a command would do. Raises `Problem`."""
        argv = self.conda.dry_run(verb, specs, alone=alone)
        active = self.conda.prefix if verb != "create" else None
        root = tools.mamba_root(self.conda.tool, argv[0])
        env = environment.built(self.environ, subdir=self.subdir, active=active, mamba_root=root)
        try:
            reply = run(argv, env=env, limit=self.left(), stop=self.stop)
        except Problem as problem:
            if problem.reason == "timed-out":
                raise timed_out(self.limit) from problem
            raise
        actions = self.conda.read(reply)
        return Part(verb=verb, specs=tuple(specs), actions=actions, alone=alone)

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self.begun + self.limit - time.monotonic())

    def offered(
        self, wished: Mapping[str, tuple[str, ...]], verb: CondaVerb = "install"
    ) -> tuple[Part | None, dict[str, str], tuple[str, ...]]:
        """Return what installing would do, as what each wish is spelled, and what no channel has.

        `wished` has for each wish the specs that may be meant, the likeliest first. Raises `Problem`
        for whatever else is wrong.
        """
        left = {wish: list(specs) for wish, specs in wished.items()}
        missing: list[str] = []
        while left:
            spelled = {wish: specs[0] for wish, specs in left.items()}
            try:
                return self.part(verb, tuple(spelled.values())), spelled, tuple(missing)
            except PackagesNotFound as problem:
                named = set(map(canonicalize_name, problem.packages))
                lacking = [
                    wish
                    for wish, spec in spelled.items()
                    if canonicalize_name(name_of_conda(spec)) in named
                ]
                if not lacking:  # something that one of them needs
                    raise
            for wish in lacking:
                left[wish].pop(0)
                if not left[wish]:
                    del left[wish]
                    missing.append(wish)
        return None, {}, tuple(missing)


def in_order(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return commands that run one after the other, each with what is then left for it to do.

    What each would do was asked while nothing was done. Raises `Problem` where two would do different
    things to one package, so that what the later one does cannot be told.
    """
    done: dict[str, tuple[str, ...]] = {}
    found: list[Part] = []
    for asked in parts:
        is_removal = asked.verb == "remove" and asked.alone
        part = _of_what_is_left(asked, altogether(found)) if is_removal else asked
        own = _by_name(part.actions)
        if not is_removal and (apart := sorted(n for n in own if done.get(n, own[n]) != own[n])):
            raise Problem(
                "conflict",
                f"What is asked for takes two commands of conda's, and both would change {apart[0]}.",
                "Ask for it in two plans, one after the other.",
            )
        if not is_removal:
            link = tuple(package for package in part.actions.link if package.name not in done)
            unlink = tuple(package for package in part.actions.unlink if package.name not in done)
            part = replace(part, actions=Actions(link=link, unlink=unlink))
        found.append(part)
        done |= own
    return tuple(part for part in found if part.actions != Actions())


def altogether(parts: Sequence[Part]) -> Actions:
    """Return what commands do that run one after the other, as if it were one."""
    unlink: dict[str, CondaPackage] = {}
    link: dict[str, CondaPackage] = {}
    for part in parts:
        for package in part.actions.unlink:
            if link.pop(package.name, None) is None:
                unlink[package.name] = package
        link |= {package.name: package for package in part.actions.link}
    return Actions(link=tuple(link.values()), unlink=tuple(unlink.values()))


def _of_what_is_left(removal: Part, done: Actions) -> Part:
    """Return the removal of just these packages, which others before it changed or took away."""
    now = {package.name: package for package in done.link}
    gone = {package.name for package in done.unlink} - now.keys()
    unlink = (p for p in removal.actions.unlink if p.name not in gone)
    return replace(
        removal,
        specs=tuple(spec for spec in removal.specs if name_of_conda(spec) not in gone),
        actions=Actions(unlink=tuple(now.get(package.name, package) for package in unlink)),
    )


def _by_name(actions: Actions) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sign, packages in (("-", actions.unlink), ("+", actions.link)):
        for package in packages:
            found[package.name] = (*found.get(package.name, ()), sign + package.dist)
    return found


def spellings(spec: str, owners: Owners, conda_names: Mapping[str, str]) -> tuple[str, ...]:
    """Return how conda may spell what is asked for; nothing where it cannot.

    Names are normalised as Python's index does it, which conda's channels do not all do.
    """
    spelled = for_conda(spec)
    if spelled is None:
        return ()
    wanted = name_of(spec)
    own, versions = name_of_conda(spelled), spelled[len(name_of_conda(spelled)) :]
    record = owners.record_of(wanted)
    if record is not None:
        return (record.name + versions,)
    names = [own]
    if for_pip(spec) is not None:
        names += [conda_names.get(wanted, own), wanted.replace("-", "_")]
        if dotted := _DOTTED.fullmatch(wanted):
            names.append(f"{dotted[1]}.{dotted[2]}")
    return tuple(dict.fromkeys(name + versions for name in names))


def as_needed(name: str, owners: Owners, conda_names: Mapping[str, str]) -> tuple[str, ...]:
    """Return what conda may call a distribution: something else can be there by its own name."""
    known = conda_names.get(name)
    return spellings(name, owners, conda_names) if known is None else (known,)


def allows(spec: str, version: str) -> bool:
    """Tell whether a spec, of pip's or of conda's, means the version that is there."""
    if spec == name_of(spec):
        return True
    if for_pip(spec) is None:
        called, _, begin = spec.partition("=")
        return (
            called == name_of_conda(spec)
            and version.startswith(begin)
            and (version == begin or version[len(begin)] == ".")
        )
    try:
        return Requirement(spec).specifier.contains(version, prereleases=True)
    except (InvalidRequirement, InvalidVersion):
        return False
