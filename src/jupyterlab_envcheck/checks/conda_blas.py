"""Family blas: the BLAS that conda chose, how to choose another, and what MKL takes."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Conda, CondaRecord, Environment, Facts, Package
from ..installers import CONDA_KINDS, name_of_match
from ..recommendations import (
    Action,
    Evidence,
    Finding,
    Install,
    Read,
    Run,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .installs import install_as_conda, uninstall
from .naming import library_name
from .sources import NUMPY_BLAS

CONDA_FORGE_BLAS = Source(
    title="conda-forge, Knowledge base: Switching BLAS implementation",
    url="https://conda-forge.org/docs/maintainer/knowledge_base/#switching-blas-implementation",
    passage="Packages are built against one interface, and the build of libblas decides at run time "
    "which library stands behind it; an environment can ask for one, or pin it.",
)

_OF_CONDA = CONDA_KINDS | {"pixi"}
#: Records whose builds must name the same library.
_TIED = ("libblas", "libcblas", "liblapack", "liblapacke", "blas", "blas-devel")
#: What conda-forge has beside OpenBLAS, by platform; the reference is left out, for it is slow.
_OTHERS = {
    "linux-64": ("mkl", "blis"),
    "win-64": ("mkl", "blis"),
    "osx-64": ("accelerate", "blis"),
    "osx-arm64": ("accelerate",),
    "linux-aarch64": ("nvpl",),
}
_NAMES = {"netlib": "the reference BLAS", "newaccelerate": "Apple Accelerate (its new interface)"}
#: What there is for the sake of MKL alone.
_MKL_FAMILY = ("mkl", "mkl-service", "mkl_fft", "mkl_random")
_RUNTIMES = ("intel-openmp", "tbb", "onemkl-license")
_NAMED = 3  #: packages in a sentence; the rest is counted
_SCARCE = 2_000_000_000  #: bytes free, below which MKL's size matters (our own bar)


class CondaBlasVariant(Check):
    """Which BLAS conda chose for this environment.

    ## What it does
    Reads from conda's records which library stands behind libblas, libcblas and liblapack, whether
    they agree, and whether a pin holds them.

    ## Why this matters
    It is the library all of conda's NumPy and SciPy compute with, and it can be changed by one
    command. Where the records disagree, two libraries do the work of one.

    ## How to fix it
    Ask conda for another build of libblas. To keep it, name it in `conda-meta/pinned`.

    ## Example
    On Linux conda-forge installs OpenBLAS; `libblas=*=*mkl` brings Intel MKL instead.

    ## Tried on
    Real: environments made of a local channel in the variants openblas, mkl and netlib, and with
    records that disagree; and a uv venv, which is silent. The change is carried out by a plan.
    """

    family = "blas"
    sources = (CONDA_FORGE_BLAS, NUMPY_BLAS)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information in conda's environments that have a BLAS; a warning if in two."""
        environment, conda = facts.environment.value, facts.conda.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if conda is None:
            if environment.kind not in _OF_CONDA:
                return ()
            return Skip(reason=facts.conda.why_unknown())
        tied = {name: kind for name, kind in conda.variants.items() if name in _TIED}
        if not tied:
            return ()
        variants = sorted(set(tied.values()))
        evidence = _evidence(facts, conda, tied)
        if len(variants) > 1:
            return (_disagreeing(environment, conda, tied, evidence),)
        return (_chosen(facts, environment, conda, variants[0], evidence),)


class MklSizeAndLicence(Check):
    """Intel MKL is installed.

    ## What it does
    Looks for MKL among conda's records and the installed distributions, and adds up what it and its
    runtimes take on disk, by conda's records.

    ## Why this matters
    MKL is large, and under a licence of Intel's own. On a full disk, or for who passes an
    environment on, that decides.

    ## How to fix it
    Nothing need be done. With conda the BLAS can be changed to OpenBLAS, and MKL removed.

    ## Example
    MKL is about 700 MB on disk and OpenBLAS about 30, by NumPy's install guide; MKL 2026.2 with
    its runtimes was seen to take 926 MB.

    ## Tried on
    Real: an environment with libblas's variant mkl made of a local channel, whose MKL is empty, and
    one with OpenBLAS, which is silent. Sizes from facts as literals.
    """

    family = "blas"
    sources = (
        NUMPY_BLAS,
        Source(
            title="Intel Simplified Software License",
            url="https://software.intel.com/content/dam/develop/external/us/en/documents/pdf/"
            "intel-simplified-software-license.pdf",
            passage="MKL may be used and passed on without change, with its notice and these terms; "
            "it may not be taken apart.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information where MKL is installed, advice where the disk is nearly full."""
        packages, conda = facts.packages.value, facts.conda.value
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        environment = facts.environment.value
        if conda is None and environment is not None and environment.kind in _OF_CONDA:
            return Skip(reason=facts.conda.why_unknown())
        record = _record(conda, "mkl")
        distribution = next((p for p in packages if p.name == "mkl"), None)
        version = record.version if record else distribution.version if distribution else None
        if record is None and distribution is None:
            return ()
        sizes = _sizes(conda) if record is not None else {}
        total = sum(sizes.values())
        free = environment.free if environment is not None else None
        scarce = free is not None and free < _SCARCE
        users = _users(conda) if record is not None else ()
        return (
            Finding(
                severity=Severity.ADVICE if scarce and total else Severity.INFO,
                title=f"Intel MKL{f' {version}' if version else ''} is installed"
                + (f", and takes {_megabytes(total)} on disk" if total else "")
                + (f" of which {_megabytes(free)} are free" if scarce and free else ""),
                why="MKL is under a licence of Intel's own: read it before you pass this "
                "environment on. For speed, measure: on Intel's processors it often leads."
                + (
                    f" {_listed(users)} {'needs' if len(users) == 1 else 'need'} it."
                    if users
                    else ""
                ),
                evidence=tuple(
                    Evidence(label=name, value=_megabytes(size), source=facts.conda.source)
                    for name, size in sizes.items()
                    if size
                ),
                actions=(
                    *(_without_mkl(environment, conda, packages, users) if record else ()),
                    Read(title="BLAS libraries compared", entry="blas"),
                ),
            ),
        )


def switch(
    environment: Environment,
    conda: Conda | None,
    variant: str,
    title: str,
    names: Sequence[str] = ("libblas",),
    *,
    action_id: str | None = None,
) -> tuple[Install | Run, ...]:
    """Return the action that has conda choose a BLAS, and hold to it; none where it is not in charge."""
    if environment.kind not in CONDA_KINDS:  # how pixi spells a build was not tried
        return ()
    specs = [f"{name}=*=*{variant}" for name in names]
    pins = [spec for spec in specs if spec.startswith("libblas=")]
    return install_as_conda(environment, specs, title, conda=conda, pins=pins, action_id=action_id)


def _chosen(
    facts: Facts, environment: Environment, conda: Conda, variant: str, evidence: list[Evidence]
) -> Finding:
    record = _record(conda, "libblas") or _record(conda, "blas")
    numpy = next((p for p in facts.packages.value or () if p.name == "numpy"), None)
    own = numpy is not None and numpy.installer not in (None, "conda")
    pins = [spec for spec in conda.pinned if name_of_match(spec) in _TIED]
    subdir = record.subdir if record is not None else None
    others = [v for v in ("openblas", *_OTHERS.get(subdir or "", ())) if v != variant]
    why = "Another can be chosen by one command, and all of conda's packages follow."
    if own:
        why = "NumPy was not installed by conda, and brings a BLAS of its own: a change of conda's "
        why += "does not reach it."
    elif pins:
        why += f" It is pinned here ({', '.join(pins)}): take that out of conda-meta/pinned first."
    runs = [
        action
        for other in others
        if _is_from_forge(conda)
        for action in switch(
            environment,
            conda,
            other,
            f"Change to {_called(other)}, and stay with it",
            action_id=f"install-{other}",
        )
    ]
    return Finding(
        severity=Severity.INFO,
        title=f"conda's BLAS in {environment.name} is {_called(variant)}",
        why=why,
        evidence=tuple(evidence),
        actions=(
            *(() if own or pins or conda.frozen else runs),
            Read(title="BLAS libraries compared", entry="blas"),
        ),
    )


def _disagreeing(
    environment: Environment, conda: Conda, tied: dict[str, str], evidence: list[Evidence]
) -> Finding:
    wanted = tied.get("libblas") or min(tied.values())
    names = [name for name in _TIED if name in tied and name.startswith("lib")]
    title = f"Make all of them {_called(wanted)}"
    return Finding(
        severity=Severity.WARNING,
        title="conda's BLAS packages are of different kinds: "
        + ", ".join(f"{name} {tied[name]}" for name in _TIED if name in tied),
        why="They are built to be of one kind. Mixed, some calls go to one library and some to "
        "another, and may fail.",
        evidence=tuple(evidence),
        actions=(
            *(switch(environment, conda, wanted, title, names) if names else ()),
            Read(title="BLAS libraries compared", entry="blas"),
        ),
    )


def _evidence(facts: Facts, conda: Conda, tied: dict[str, str]) -> list[Evidence]:
    source = facts.conda.source
    found = [
        Evidence(
            label=record.name,
            value=f"{record.version} {record.build}"
            + (f" from {record.channel}" if record.channel else ""),
            source=source,
        )
        for record in conda.records
        if record.name in tied
    ]
    pins = [spec for spec in conda.pinned if name_of_match(spec) in _TIED]
    return found + [Evidence(label="Pinned", value=spec, source=source) for spec in pins]


def _without_mkl(
    environment: Environment | None,
    conda: Conda | None,
    packages: Sequence[Package],
    users: Sequence[str],
) -> tuple[Action, ...]:
    """Return what changes to OpenBLAS and removes MKL; nothing where something else needs it."""
    if environment is None or conda is None or users or conda.frozen:
        return ()
    if environment.kind not in CONDA_KINDS:  # how pixi spells a build was not tried
        return ()
    mkl, title = _record(conda, "mkl"), "Change to OpenBLAS"
    if mkl is not None and mkl.channel == "defaults":
        science = [n for n in ("numpy", "scipy") if any(p.name == n for p in packages)]
        return install_as_conda(environment, ("nomkl", *science), title, conda=conda)
    names = tuple(name for name in _MKL_FAMILY if _record(conda, name) is not None)
    return (
        *switch(environment, conda, "openblas", title),
        *uninstall(environment, names, "Then remove MKL"),
    )


def _users(conda: Conda | None) -> tuple[str, ...]:
    """Return the packages that ask for MKL by name, but for BLAS and its own wrappers."""
    own = {*_MKL_FAMILY, *_TIED}
    return tuple(
        sorted(
            record.name
            for record in (conda.records if conda is not None else ())
            if record.name not in own
            and any(name_of_match(spec) == "mkl" for spec in record.depends or ())
        )
    )


def _sizes(conda: Conda | None) -> dict[str, int]:
    names = (*_MKL_FAMILY, *_RUNTIMES)
    records = conda.records if conda is not None else ()
    return {r.name: r.size for r in records if r.name in names and r.size is not None}


def _is_from_forge(conda: Conda) -> bool:
    """Tell whether BLAS is of conda-forge's making, whose variants these are."""
    record = _record(conda, "libblas")
    return record is not None and record.channel != "defaults"


def _record(conda: Conda | None, name: str) -> CondaRecord | None:
    return next((r for r in (conda.records if conda is not None else ()) if r.name == name), None)


def _called(variant: str) -> str:
    return _NAMES.get(variant) or library_name(variant)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"


def _listed(names: Sequence[str]) -> str:
    shown, rest = names[:_NAMED], names[_NAMED:]
    return ", ".join(shown) + (f" and {len(rest)} more" if rest else "")
