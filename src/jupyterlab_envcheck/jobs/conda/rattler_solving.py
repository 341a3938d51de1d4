"""Decides what our small conda puts into an environment, and puts it there, by py-rattler."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rattler import (
    Gateway,
    MatchSpec,
    PackageCache,
    PrefixRecord,
    RepoDataRecord,
    Subdir,
    VirtualPackage,
    VirtualPackageOverrides,
    install,
    solve,
)
from rattler.exceptions import (
    FetchRepoDataError,
    GatewayError,
    InvalidChannelError,
    InvalidMatchSpecError,
    SolverError,
)

from ...facts.text import clean
from ...installers import name_of_match
from ...probe.conda.channels import without_credentials
from ...probe.conda.condarc import Rules
from ...probe.conda.history import asked
from . import history as conda_history, rattler_rules
from .rattler_replies import Failed, Progress, Told, channel_of, dist_key
from .rattler_rules import parsed

if TYPE_CHECKING:
    from rattler.install import InstallerReporter

#: rattler's, which tells backups to pass over the folder; conda leaves none.
_TAG = "CACHEDIR.TAG"

_URL = re.compile(r"[a-z]+://[^\s'\")]+")


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What is to be there, and what that changes."""

    records: list[RepoDataRecord]
    unlink: tuple[PrefixRecord, ...]
    link: tuple[RepoDataRecord, ...]
    fetch: tuple[RepoDataRecord, ...]
    renewed: frozenset[str]  #: names that are put there again as they are
    asked: tuple[MatchSpec, ...]
    loosened: tuple[str, ...] = ()  #: names that were asked for in a version that they have no more


def installed(prefix: Path) -> list[PrefixRecord]:
    """Return what conda's records say is there."""
    found = []
    for file in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            found.append(PrefixRecord.from_path(file))
        except Exception as error:
            message = f"The record {clean(str(file))} is damaged."
            raise Failed("CorruptedEnvironmentError", message) from error
    return found


async def solved(told: Told) -> Solution:
    """Return what to do. Raises `Failed`."""
    there = installed(told.prefix)
    if told.command == "remove":
        return _remaining(told, there)
    specs = tuple(map(parsed, told.specs))
    wanted = frozenset(map(_name, specs))
    _must_be_there(told, there, wanted)
    rules = rattler_rules.of(told.prefix)
    sources = _channels(told, there, rules)
    platforms = (Subdir(told.subdir) if told.subdir else Subdir.current(), Subdir("noarch"))
    gateway = Gateway(cache_dir=cache_dir() / "repodata")
    try:
        offered = await _offered(gateway, sources, platforms, told.specs)
        if told.no_deps:
            return await _solution(told, there, _alone(there, offered), specs, rules)
        before = _history(told.prefix, there)
        older = {name: spec for name, spec in before.items() if name not in wanted}
        tops = _tops(there, {*wanted, *older})
        held = told.force_reinstall or told.command == "install"

        async def found(asked_for: Iterable[MatchSpec]) -> list[RepoDataRecord]:
            return await solve(
                sources,
                [*specs, *asked_for, *map(MatchSpec, tops)],
                gateway=gateway,
                platforms=platforms,
                channel_priority=rattler_rules.priority(rules),
                # What is to be updated is free to change; all else stays if it can, also what is
                # asked for and there already.
                locked_packages=[r for r in there if held or r.name.normalized not in wanted],
                virtual_packages=of_the_machine(),
                constraints=[*rattler_rules.pinned(told.prefix, rules), *_minor(there, wanted)],
            )

        try:
            records = await found(older.values())
        except SolverError:  # an older wish gives way, as it does for conda; a pin does not
            records = await found(map(MatchSpec, older))
    except SolverError as error:
        message = f"The following specifications were found to be incompatible:\n{error}"
        raise Failed("UnsatisfiableError", message) from error
    except (GatewayError, FetchRepoDataError, InvalidChannelError) as error:
        raise _unreachable(error, sources) from error
    solution = await _solution(told, there, records, (*specs, *older.values()), rules)
    return _loosened(solution, older)


async def put(told: Told, solution: Solution) -> None:
    """Do it, and nothing besides."""
    tag = told.prefix / _TAG
    had_one = tag.exists()
    await install(
        solution.records,
        told.prefix,
        cache_dir=cache_dir() / "pkgs",
        installed_packages=installed(told.prefix),
        reinstall_packages=set(solution.renewed) or None,
        platform=Subdir(told.subdir) if told.subdir else None,
        show_progress=False,
        reporter=cast("InstallerReporter", Progress(solution.fetch)),
        # Of 0.28's own objects it takes the inner ones only.
        requested_specs=cast("list[MatchSpec]", [spec._match_spec for spec in solution.asked]),  # noqa: SLF001
    )
    if not had_one:
        tag.unlink(missing_ok=True)


def taken_back(told: Told, solution: Solution) -> list[str]:
    """Return what nobody asks for any more: what was to go, and what went with it."""
    gone = {record.name.normalized for record in solution.unlink}
    before = asked(conda_history.read(told.prefix))
    return [*told.specs, *(name for name in before if name in gone - {*told.specs})]


def _loosened(solution: Solution, older: Mapping[str, MatchSpec]) -> Solution:
    """Return the same, with the older wishes that hold no more as names alone."""
    found = {record.name.normalized: record for record in solution.records}
    names = tuple(name for name, spec in older.items() if not spec.matches(found[name]))
    asked_for = (MatchSpec(_name(s)) if _name(s) in names else s for s in solution.asked)
    return replace(solution, asked=tuple(asked_for), loosened=names)


def of_the_machine() -> list[VirtualPackage]:
    """Return what the machine has, or is said to have: `CONDA_OVERRIDE_CUDA=12.8` on a login node."""
    return VirtualPackage.detect(overrides=VirtualPackageOverrides.from_env())


def lines(prefix: Path) -> list[str]:
    """Return what a history says of what is there."""
    return [
        conda_history.line(channel_of(r), r.subdir, r.name.normalized, str(r.version), str(r.build))
        for r in installed(prefix)
    ]


def cache_dir() -> Path:
    """Return where rattler keeps what it fetched, for all who use it."""
    if named := os.environ.get("RATTLER_CACHE_DIR"):
        return Path(named)
    if sys.platform == "win32":
        return Path(
            os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local", "rattler/cache"
        )
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/rattler/cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "rattler/cache")


def _name(spec: MatchSpec) -> str:
    return str(spec.name.normalized)


def _must_be_there(told: Told, there: Sequence[PrefixRecord], wanted: Collection[str]) -> None:
    names = {record.name.normalized for record in there}
    for name in sorted(set(wanted) - names) if told.command == "update" else ():
        message = f"Package is not installed in prefix.\n  prefix: {told.prefix}\n  package: {name}"
        raise Failed("PackageNotInstalledError", message, package_name=name)


def _channels(told: Told, there: Iterable[PrefixRecord], rules: Rules) -> list[str]:
    """Return the channels: those that are named, and those that what is there came from."""
    own = Counter(channel_of(record) for record in there if record.url)
    # The one that has most of it first: of several that have a package, the first has it alone.
    found = [] if told.override_channels else [channel for channel, _ in own.most_common()]
    channels = rattler_rules.channels((*told.channels, *found), rules)
    if not channels:
        raise Failed("NoChannelsConfiguredError", "No channels are given, and no record names one.")
    return channels


async def _offered(
    gateway: Gateway, channels: Sequence[str], platforms: Sequence[Subdir], specs: Iterable[str]
) -> dict[str, list[RepoDataRecord]]:
    """Return what the channels have for each spec, by its name; raises where that is nothing."""
    found, lacking = {}, []
    for text in specs:
        spec = parsed(text)
        answers = await gateway.query(channels, platforms, [spec], recursive=False)
        found[_name(spec)] = [record for records in answers for record in records]
        lacking += [] if found[_name(spec)] else [text]
    if lacking:
        urls = [f"{without_credentials(c)}/{platform}" for c in channels for platform in platforms]
        message = (
            f"The following packages are not available from current channels:\n{_listed(lacking)}"
        )
        raise Failed(
            "PackagesNotFoundInChannelsError", message, packages=lacking, channel_urls=urls
        )
    return found


def _listed(specs: Iterable[str]) -> str:
    return "".join(f"\n  - {clean(spec)}" for spec in specs) + "\n"


def _history(prefix: Path, there: Iterable[PrefixRecord]) -> dict[str, MatchSpec]:
    """Return what was asked for before and is there, as specs."""
    names = {record.name.normalized for record in there}
    found = {}
    for name, spec in asked(conda_history.read(prefix)).items():
        if name in names:
            try:
                found[name] = MatchSpec(spec)
            except InvalidMatchSpecError:  # as no conda of today would write it
                found[name] = MatchSpec(name)
    return found


def _tops(there: Iterable[PrefixRecord], asked_for: Collection[str]) -> list[str]:
    """Return what nobody asked for and nothing needs: conda leaves it there all the same."""
    needed = {name for record in there for name in _needs(record)}
    names = (record.name.normalized for record in there)
    return [name for name in names if name not in needed and name not in asked_for]


def _needs(record: RepoDataRecord) -> list[str]:
    return [name for spec in record.depends if (name := name_of_match(spec))]


def _minor(there: Iterable[PrefixRecord], wanted: Collection[str]) -> list[MatchSpec]:
    """Return what holds Python to its minor version unless it is asked for."""
    pythons = [r for r in there if r.name.normalized == "python" and "python" not in wanted]
    return [parsed("python {}.{}.*".format(*str(r.version).split(".")[:2])) for r in pythons]


def _alone(
    there: Iterable[PrefixRecord], offered: Mapping[str, Sequence[RepoDataRecord]]
) -> list[RepoDataRecord]:
    """Return what is there with the packages that were asked for in the place of others' builds."""
    own = {record.name.normalized: dist_key(record) for record in there}
    picked: list[RepoDataRecord] = []
    for name, records in offered.items():
        same = [record for record in records if dist_key(record) == own.get(name)]
        newest = max(records, key=lambda record: (record.version, record.build_number))
        picked.append(same[0] if same else newest)
    return [*(r for r in there if r.name.normalized not in offered), *picked]


def _remaining(told: Told, there: Sequence[PrefixRecord]) -> Solution:
    """Return what stays when packages go: with them goes what needs them, or was there for them."""
    names = {record.name.normalized: record for record in there}
    gone = {_name(parsed(spec)) for spec in told.specs}
    if lacking := sorted(gone - names.keys()):
        message = (
            f"The following packages are missing from the target environment:\n{_listed(lacking)}"
        )
        raise Failed("PackagesNotFoundInPrefixError", message, packages=lacking)
    if told.force:
        return _without(there, gone, _history(told.prefix, there))
    before = -1
    while before != len(gone):
        before = len(gone)
        gone |= {name for name, record in names.items() if not gone.isdisjoint(_needs(record))}
    was_asked = _history(told.prefix, there)
    todo = [n for n in (*was_asked, *_tops(there, was_asked)) if n not in gone]
    kept: set[str] = set()
    while todo:
        name = todo.pop()
        if name in names and name not in kept:
            kept.add(name)
            todo += _needs(names[name])
    return _without(there, names.keys() - kept, was_asked)


def _without(
    there: Sequence[PrefixRecord], gone: Collection[str], was_asked: Mapping[str, MatchSpec]
) -> Solution:
    return Solution(
        records=[record for record in there if record.name.normalized not in gone],
        unlink=tuple(record for record in there if record.name.normalized in gone),
        link=(),
        fetch=(),
        renewed=frozenset(),
        asked=tuple(spec for name, spec in was_asked.items() if name not in gone),
    )


async def _solution(
    told: Told,
    there: Sequence[PrefixRecord],
    records: Iterable[RepoDataRecord],
    asked_for: Iterable[MatchSpec],
    rules: Rules,
) -> Solution:
    own = {dist_key(record): record for record in there}
    records = list(records)
    renewed = _linked_anew(there, records)
    renewed |= {_name(parsed(spec)) for spec in told.specs} if told.force_reinstall else set()
    target = [
        record if record.name.normalized in renewed else own.get(dist_key(record), record)
        for record in records
    ]
    staying = {dist_key(r) for r in target if r.name.normalized not in renewed}
    link = sorted(
        (r for r in target if dist_key(r) not in own or r.name.normalized in renewed),
        key=lambda record: str(record.name.normalized),
    )
    rattler_rules.must_be_allowed(link, rules)
    cached = await PackageCache(cache_dir() / "pkgs").index()
    return Solution(
        records=target,
        unlink=tuple(record for record in there if dist_key(record) not in staying),
        link=tuple(link),
        fetch=tuple(record for record in link if not cached.contains_record(record)),
        renewed=frozenset(renewed),
        asked=tuple(asked_for),
    )


def _linked_anew(there: Iterable[PrefixRecord], records: Iterable[RepoDataRecord]) -> set[str]:
    """Return the names of what lies where another Python does not look for it."""
    pythons = {
        tuple(str(record.version).split(".")[:2])
        for record in (*there, *records)
        if record.name.normalized == "python"
    }
    kept = {dist_key(record) for record in there}
    if len(pythons) < 2:  # noqa: PLR2004 - before and after
        return set()
    return {
        str(record.name.normalized)
        for record in records
        if record.noarch.python and dist_key(record) in kept
    }


def _unreachable(error: Exception, channels: Sequence[str]) -> Failed:
    said = str(error)
    for channel in channels:
        said = said.replace(channel.rstrip("/"), without_credentials(channel))
    url = _URL.search(said)
    where = without_credentials(url[0]) if url is not None else "the channel"
    return Failed("CondaHTTPError", f"HTTP 000 CONNECTION FAILED for url <{where}>\n{clean(said)}")
