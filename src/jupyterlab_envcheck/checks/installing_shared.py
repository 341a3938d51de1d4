"""Family installing: packages that bring the same files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name

from ..facts import Clash, Conda, Facts, Overlap, Package
from ..facts.requirements import requirements
from ..recommendations import Action, Evidence, Finding, Severity, Skip, Source
from .base import Check
from .installing_conda import condas_metadata, is_condas
from .installs import install, reinstall, uninstall

#: Folders that wheels bring by mistake, and nobody imports.
_HARMLESS = frozenset(
    {"benchmarks", "doc", "docs", "example", "examples", "scripts", "test", "tests", "testing"}
)
_MOST = 5  #: findings on packages that no table knows


class SharedImportName(Check):
    """Two packages bring the same files.

    ## What it does
    Compares the lists of files of installed packages. Sets of packages that are known to bring the
    same import name are called an error, others a warning.

    ## Why this matters
    Whichever was installed last overwrote the other. Removing one of them removes files of both,
    and the import fails or gives half a package.

    ## How to fix it
    Uninstall all of the set, then install the one that is needed.

    ## Example
    opencv-python and opencv-python-headless both bring cv2. After
    `pip uninstall opencv-python` `import cv2` fails, though the other is still listed.

    ## Tried on
    Real: uv venvs with two small wheels that share their files, called as opencv's and as no table knows;
    one with a namespace package in two parts, which is silent.
    """

    family = "installing"
    sources = (
        Source(
            title="PEP 794, Import Name Metadata",
            url="https://peps.python.org/pep-0794/",
            passage="Two distributions can bring the same import name, and nothing stops both from "
            "being installed; metadata can now say which names a distribution owns alone.",
        ),
        Source(
            title="opencv-python, Installation and usage",
            url="https://github.com/opencv/opencv-python#installation-and-usage",
            passage="All four packages bring cv2, so only one of them belongs into an environment; "
            "where there are several, uninstall all before installing one.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one finding for each set of packages."""
        environment, packages = facts.environment.value, facts.packages.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        by_name = {package.name: package for package in packages}
        brought = condas_metadata(facts.conda.value)
        overlaps = [
            overlap
            for overlap in environment.overlaps
            if not _is_condas_business(overlap, by_name, brought)
        ]
        if not overlaps and "overlaps" in facts.packages.unknown:
            return Skip(reason=facts.packages.why_unknown("overlaps"))
        known: dict[str, set[str]] = {}
        others: list[Overlap] = []
        for overlap in overlaps:
            clash = _clash(overlap, facts)
            if clash is not None:
                known.setdefault(clash, set()).update(overlap.packages)
            elif overlap.example.partition("/")[0] not in _HARMLESS:
                others.append(overlap)
        return (
            *(_known(facts, clash, sorted(names), overlaps) for clash, names in known.items()),
            *(_unknown(facts, overlap) for overlap in others[:_MOST]),
        )


def _is_condas_business(
    overlap: Overlap, packages: Mapping[str, Package], brought: Collection[str]
) -> bool:
    """Tell whether conda brought both: one of its packages can stand for several distributions."""
    both = [packages.get(name) for name in overlap.packages]
    return all(package is not None and is_condas(package, brought) for package in both)


def _clash(overlap: Overlap, facts: Facts) -> str | None:
    """Return the key of the set that both belong to."""
    for key, clash in facts.knowledge.clashes.rows.items():
        if set(overlap.packages) <= set(clash.distributions):
            return key
    return None


def _known(facts: Facts, key: str, names: Sequence[str], overlaps: Sequence[Overlap]) -> Finding:
    clash = facts.knowledge.clashes.rows[key]
    keep = _keep(facts, names, clash)
    return Finding(
        about=clash.imported,
        severity=Severity.ERROR,
        title=f"{_together(names)} {'both' if len(names) == 2 else 'all'} bring {clash.imported}",  # noqa: PLR2004 - two are both
        why="Whichever was installed last overwrote the others, and removing one removes files of "
        "all. Only one of them belongs into an environment.",
        evidence=(
            *_versions(facts, names),
            *(
                _shared(facts, overlap)
                for overlap in overlaps
                if set(overlap.packages) <= set(names)
            ),
        ),
        actions=_actions(facts, names, keep),
    )


def _unknown(facts: Facts, overlap: Overlap) -> Finding:
    files = f"{overlap.files} file{'s' * (overlap.files != 1)}"
    return Finding(
        about="+".join(overlap.packages),
        severity=Severity.WARNING,
        title=f"{_together(overlap.packages)} both bring the same {files}",
        why="Whichever was installed last overwrote the other, and removing one removes files of "
        "both.",
        evidence=(*_versions(facts, overlap.packages), _shared(facts, overlap)),
        actions=_actions(facts, overlap.packages, _keep(facts, overlap.packages, None)),
    )


def _keep(facts: Facts, names: Sequence[str], clash: Clash | None) -> str | None:
    """Return the one to keep: what others need, else what was asked for, else what the table says."""
    packages = facts.packages.value or ()
    markers = facts.interpreter.value.markers if facts.interpreter.value is not None else {}
    needed = {
        canonicalize_name(requirement.name)
        for package in packages
        # To evaluate markers is slow, and few speak of these.
        if package.name not in names and any(_speaks_of(text, names) for text in package.requires)
        for requirement in requirements(package, markers)
    }
    asked = {package.name for package in packages if package.requested}
    for wanted in (needed, asked, {clash.keep} if clash is not None else set[str]()):
        among = [name for name in names if name in wanted]
        if len(among) == 1:
            return among[0]
    return None


def _speaks_of(requirement: str, names: Sequence[str]) -> bool:
    return canonicalize_name(requirement).startswith(tuple(names))


def _actions(facts: Facts, names: Sequence[str], keep: str | None) -> tuple[Action, ...]:
    environment, conda = facts.environment.value, facts.conda.value
    if environment is None:
        return ()
    brought = condas_metadata(conda)
    theirs = [
        package.name
        for package in facts.packages.value or ()
        if package.name in names and is_condas(package, brought)
    ]
    if theirs:
        others = [name for name in names if name not in theirs]
        again = list(_condas_names(conda, theirs))
        return (
            *uninstall(environment, others, "First remove what is not conda's", by_pip=True),
            *(
                replace(run, id="run-2")
                for run in reinstall(environment, again, "Then install conda's anew", conda=conda)
            ),
        )
    remove = uninstall(environment, names, "First uninstall all of them")
    if keep is None or not remove:
        return remove
    return (*remove, *install(environment, (keep,), f"Then install {keep}…", conda=conda))


def _condas_names(conda: Conda | None, names: Sequence[str]) -> Iterator[str]:
    """Yield the packages of conda's that brought these distributions."""
    for record in conda.records if conda is not None else ():
        brought = {canonicalize_name(d.partition("-")[0]) for d in record.distributions or ()}
        if not brought.isdisjoint(names):
            yield f"{record.name}={record.version}"


def _versions(facts: Facts, names: Sequence[str]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            label=package.name,
            value=package.version or "unknown version",
            source=facts.packages.source,
        )
        for package in facts.packages.value or ()
        if package.name in names
    )


def _shared(facts: Facts, overlap: Overlap) -> Evidence:
    return Evidence(
        label=f"Files of both {_together(overlap.packages)}",
        value=f"{overlap.files}, such as {overlap.example}",
        source=facts.environment.source,
    )


def _together(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
