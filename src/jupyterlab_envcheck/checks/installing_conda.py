"""Family installing: what conda and pip both believe to be theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ..facts import Conda, CondaRecord, Facts, Package
from ..facts.requirements import same_version
from ..installers import CONDA_KINDS
from ..recommendations import Action, Evidence, Finding, Read, Severity, Skip, Source
from .base import Check
from .installs import create_by_conda, put_back_condas

#: Kinds of environments that conda's packages make up.
_MADE_OF_CONDA = CONDA_KINDS | {"pixi"}

#: What other compiled packages are linked with, or hand their data to without looking.
_CORE = frozenset(
    {
        "gdal",
        "h5py",
        "jaxlib",
        "matplotlib",
        "netcdf4",
        "numba",
        "numpy",
        "pandas",
        "pyarrow",
        "scikit-learn",
        "scipy",
        "tensorflow",
        "torch",
    }
)
_SHOWN = 20  #: lines of evidence; the rest is counted


@dataclass(frozen=True, kw_only=True)
class _Clobber:
    """A distribution that conda has on record and another installer put in place."""

    record: CondaRecord
    package: Package


class CondaPipClobber(Check):
    """conda and pip both brought the same package.

    ## What it does
    Looks for distributions that pip or uv installed where conda has one of the same name on record.
    Whose a distribution is decides the list of files in conda's record, not its name there.

    ## Why this matters
    conda does not see what pip changed. Its next change can mix the files of both, or undo pip's;
    compiled packages that others are linked with then crash.

    ## How to fix it
    Remove pip's, and install conda's anew. Where much is mixed, make a new environment: conda's
    packages first, and by pip last what conda does not have.

    ## Example
    `pip install --upgrade numpy` in a conda environment puts a numpy with an OpenBLAS of its own
    into the place of the one that conda's scipy was built with.

    ## Tried on
    Real: conda environments in which pip, and uv, put a newer six in the place of conda's, and the
    same before.
    """

    family = "installing"
    sources = (
        Source(
            title="conda, Managing environments: Using pip in an environment",
            url="https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html",
            passage="conda does not know of what pip changes; where both are needed, pip comes "
            "last, and later changes are made in a new environment.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one finding: an error where others are linked with a package, else a warning."""
        environment, packages, conda = (
            facts.environment.value,
            facts.packages.value,
            facts.conda.value,
        )
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if environment.kind not in _MADE_OF_CONDA:
            return ()
        if packages is None or conda is None:
            unknown = facts.packages if packages is None else facts.conda
            return Skip(reason=unknown.why_unknown())
        folders = (f"{environment.prefix}/", f"{environment.prefix}\\")
        inside = [package for package in packages if package.location.startswith(folders)]
        found = tuple(_clobbered(inside, conda))
        if not found:
            return ()
        core = any(one.package.name in _CORE for one in found)
        return (
            Finding(
                severity=Severity.ERROR if core else Severity.WARNING,
                title=_title(found),
                why="conda does not see it, and its next change may mix the files of both, or undo "
                "the other's."
                + (" What is linked with the one that is gone may crash." if core else ""),
                evidence=tuple(
                    Evidence(
                        label=one.package.name,
                        value=f"conda: {one.record.version} from "
                        f"{one.record.channel or 'an unknown channel'}; "
                        f"{one.package.installer}: {one.package.version or 'unknown version'}",
                        source=f"{facts.conda.source}; {facts.packages.source}",
                    )
                    for one in found[:_SHOWN]
                ),
                actions=_actions(facts, found),
            ),
        )


def condas_metadata(conda: Conda | None) -> frozenset[str]:
    """Return the names of all metadata folders that conda's packages brought."""
    records = conda.records if conda is not None else ()
    return frozenset(name for record in records for name in record.distributions or ())


def is_condas(package: Package, brought: Collection[str]) -> bool:
    """Tell whether conda brought a distribution: it says so, or its metadata is among `brought`."""
    return package.installer == "conda" or package.metadata in brought


def _clobbered(packages: Sequence[Package], conda: Conda) -> Iterator[_Clobber]:
    by_name = {
        _name(metadata): record
        for record in conda.records
        for metadata in record.distributions or ()
    }
    for package in packages:
        record = by_name.get(package.name)
        if record is None or package.installer in (None, "conda"):
            continue
        # A package as conda built it can carry pip's mark from the day it was packed. Of the same
        # version it is another's only if files that conda brought are gone.
        if package.metadata in (record.distributions or ()) and not record.missing:
            continue
        yield _Clobber(record=record, package=package)


def _name(metadata: str) -> str:
    stem = metadata.removesuffix(".dist-info").removesuffix(".egg-info")
    return canonicalize_name(stem.partition("-")[0])


def _title(found: Sequence[_Clobber]) -> str:
    first = found[0]
    installer, name = first.package.installer, first.package.name
    if len(found) > 1:
        worst = next((one for one in found if one.package.name in _CORE), first)
        return (
            f"{len(found)} packages that conda has on record were replaced by "
            f"{_together(sorted({str(one.package.installer) for one in found}))}, "
            f"{worst.package.name} among them"
        )
    if same_version(first.record.version, first.package.version):
        return f"{installer} put a {name} {first.record.version} of its own in the place of conda's"
    version = first.package.version or "another"
    return f"conda has {name} {first.record.version} on record, but {installer} put {version} there"


def _together(words: Sequence[str]) -> str:
    return " and ".join(words)


def _actions(facts: Facts, found: Sequence[_Clobber]) -> tuple[Action, ...]:
    environment, conda = facts.environment.value, facts.conda.value
    read = Read(title="How pip and conda get along", entry="pip-and-conda")
    if environment is None or environment.kind not in CONDA_KINDS:
        return (read,)
    theirs = {one.package.name: f"{one.record.name}={one.record.version}" for one in found}
    return (
        *put_back_condas(environment, theirs, _mending(tuple(theirs)), conda=conda),
        create_by_conda(environment, (), "Or make a new environment, conda's packages first"),
        read,
    )


def _mending(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Put conda's {names[0]} back in its place"
    return f"Put {len(names)} packages of conda's back in their places"
