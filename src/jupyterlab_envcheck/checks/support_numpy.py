"""Family support: the NumPy that others were made for, and the one that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..facts import Facts, Import, Notebook, Window
from ..facts.requirements import requirements, versions
from ..recommendations import Action, Evidence, Finding, Severity, Skip, Source
from .base import Check
from .installs import create, install
from .support import SPEC_0, minor_of, proven, told_by

_CORE = ("numpy", "scipy", "pandas", "matplotlib", "scikit-learn")

#: The last Python that NumPy made wheels of its 1.x for; that is history, and will not change.
_LAST_OF_NUMPY_1 = Version("3.12")

#: What is written when compiled code meets a NumPy of another binary interface. The first is
#: printed by NumPy itself, the others are of the error that follows.
_ABI = re.compile(
    r"compiled using NumPy 1\.x cannot be run in"
    r"|_ARRAY_API not found"
    r"|numpy\.core\.multiarray failed to import"
    r"|compiled against (?:NumPy C-API|ABI|API) version"
    r"|numpy\.\w+ size changed, may indicate binary incompatibility"
)


class NumpyOutsideSpec0(Check):
    """NumPy, or what is built on it, is older than its support window.

    ## What it does
    Looks up numpy, scipy, pandas, matplotlib and scikit-learn in SPEC 0's table of support windows.

    ## Why this matters
    New releases of other packages need not work with these versions. Of NumPy 1 no release gets
    fixes any more.

    ## How to fix it
    Update them together, once nothing installed forbids it. Leave a finished project alone: SPEC 0
    is advice to those who make packages.

    ## Example
    NumPy 1.26 left its window in September 2025.

    ## Tried on
    Real: uv venvs with NumPy 1.26, and with today's.
    """

    family = "support"
    sources = (SPEC_0,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information; a warning where NumPy is of its first generation."""
        packages, table = facts.packages.value, facts.knowledge.spec0
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        installed = versions(packages)
        over = {
            name: until
            for name in _CORE
            if (until := _over(name, installed.get(name), table.rows, facts.now)) is not None
        }
        if not over:
            return ()
        numpy = _version(installed.get("numpy"))
        theirs = all(package.installer is None for package in packages if package.name == "numpy")
        old = "numpy" in over and numpy is not None and numpy.major < 2 and not theirs  # noqa: PLR2004 - NumPy 2
        caps = tuple(_caps(facts, over))
        return (
            Finding(
                severity=Severity.WARNING if old else Severity.INFO,
                title=_title(over, installed),
                why=(
                    "NumPy 1 gets no more fixes, and new releases of other packages are built for "
                    "NumPy 2 alone. "
                    if old
                    else "New releases of other packages need not work with it. "
                )
                + "For a project that is to stay as it is that is all right.",
                evidence=(
                    *(
                        Evidence(
                            label=f"{name} {installed[name]}",
                            value=f"SPEC 0 asked for its support until {until}",
                            source=told_by(table),
                        )
                        for name, until in over.items()
                    ),
                    *(
                        Evidence(
                            label=package,
                            value=f"needs {requirement}",
                            source=facts.packages.source,
                        )
                        for package, requirement in caps
                    ),
                ),
                actions=_updates(facts, over, held=bool(caps)),
            ),
        )


class NumpyAbiBreak(Check):
    """A package was compiled for another NumPy than the one installed.

    ## What it does
    Looks at what the notebook's compiled imports said when they were tried in a fresh process, for
    the words that NumPy and Cython have for a break of the binary interface.

    ## Why this matters
    Code that was compiled for NumPy 1 does not run with NumPy 2: the import fails, and might crash
    if it did not.

    ## How to fix it
    Update the package to a release that was made for NumPy 2. Where there is none, go back to
    `numpy<2`, for which Python 3.12 or older is needed.

    ## Example
    `A module that was compiled using NumPy 1.x cannot be run in NumPy 2.4.6 as it may crash.`

    ## Tried on
    Real: uv venvs with NumPy 2 and numexpr 2.8.4 or cftime 1.6.2, which were compiled for NumPy 1,
    and with today's numexpr.
    """

    family = "support"
    sources = (
        Source(
            title="NumPy, Troubleshooting: Downstream ImportError, AttributeError or C-API/ABI "
            "incompatibility",
            url="https://numpy.org/doc/stable/user/troubleshooting-importerror.html",
            passage="The failing package was built for an incompatible NumPy: update the package, "
            "or install a NumPy that it was built for.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one error that names every import that failed so."""
        packages, notebook = facts.packages.value, facts.notebook.value
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        numpy = _version(versions(packages).get("numpy"))
        if numpy is None:
            return ()
        if notebook is None:
            return Skip(reason=facts.notebook.why_unknown())
        tried = [entry for entry in notebook.imports if entry.tried]
        untold = _untold(notebook)
        if untold is not None:
            return Skip(reason=untold)
        broken = [_Broken.of(entry, facts) for entry in tried if _ABI.search(entry.error or "")]
        if not broken:
            return ()
        names = [one.imported.name for one in broken]
        made_for = "an older NumPy" if numpy.major >= 2 else "another NumPy"  # noqa: PLR2004 - NumPy 2
        are = "was" if len(names) == 1 else "were"
        return (
            Finding(
                severity=Severity.ERROR,
                title=f"{_together(names)} cannot be imported with NumPy {numpy}: "
                f"{'it' if len(names) == 1 else 'they'}, or what "
                f"{'it needs' if len(names) == 1 else 'they need'}, {are} compiled for {made_for}",
                why="Compiled code and NumPy must agree on how arrays lie in memory. A release that "
                "was made for this NumPy mends it.",
                evidence=tuple(
                    Evidence(
                        label=f"import {one.imported.name}",
                        value=one.said,
                        source=facts.notebook.source,
                    )
                    for one in broken
                ),
                actions=tuple(_mend(facts, broken, numpy)),
            ),
        )


def _untold(notebook: Notebook) -> str | None:
    """Return why the imports do not tell whether they get along with NumPy; None where they do."""
    tried = [entry for entry in notebook.imports if entry.tried]
    if any(entry.name == "numpy" and entry.error for entry in tried):
        return "numpy itself cannot be imported"
    untried = [entry for entry in notebook.imports if not entry.tried and entry.error]
    return (
        f"{untried[0].name} was not imported: {untried[0].error}" if untried and not tried else None
    )


@dataclass(frozen=True, kw_only=True)
class _Broken:
    """An import that failed, and the distribution it is of."""

    imported: Import
    distribution: str | None
    version: str | None

    @classmethod
    def of(cls, entry: Import, facts: Facts) -> _Broken:
        for package in facts.packages.value or ():
            if entry.name in package.imports:
                return cls(imported=entry, distribution=package.name, version=package.version)
        return cls(imported=entry, distribution=None, version=None)

    @property
    def said(self) -> str:
        """The line that tells."""
        lines = (self.imported.error or "").splitlines()
        return next((line.strip() for line in lines if _ABI.search(line)), "")

    @property
    def newer(self) -> str | None:
        """A requirement that only a newer release meets."""
        version = _version(self.version)
        if self.distribution is None or version is None:
            return None
        return f"{self.distribution}>{version.public}"


def _mend(facts: Facts, broken: Sequence[_Broken], numpy: Version) -> Iterator[Action]:
    environment, conda, python = (
        facts.environment.value,
        facts.conda.value,
        facts.interpreter.value,
    )
    if environment is None:
        return
    specs = tuple(sorted({one.newer for one in broken if one.newer is not None}))
    if specs:
        yield from install(environment, specs, "Update to what was made for it…", conda=conda)
    if (
        numpy.major >= 2  # noqa: PLR2004 - NumPy 2
        and python is not None
        and Version(minor_of(python.version)) <= _LAST_OF_NUMPY_1
    ):
        back = install(environment, ("numpy<2",), "Or go back to NumPy 1…", conda=conda)
        yield from (replace(action, id="install-2") for action in back)


def _over(name: str, version: str | None, rows: Mapping[str, Window], now: date) -> date | None:
    """Return when the window of a version ended; None where it has not, or that is unknown.

    What is older than the oldest in the table ended with that one, at the latest.
    """
    known = _version(version)
    windows = _windows(name, rows)
    if known is None or not windows:
        return None
    minor = Version(minor_of(known.public))
    oldest, *_ = windows
    window = windows[oldest] if minor < oldest else windows.get(minor)
    return window.until if window is not None and window.until <= now else None


def _windows(name: str, rows: Mapping[str, Window]) -> dict[Version, Window]:
    """Return the windows of a package by minor version, oldest first."""
    found = {
        Version(key.partition(" ")[2]): window
        for key, window in rows.items()
        if key.partition(" ")[0] == name
    }
    return dict(sorted(found.items()))


def _caps(facts: Facts, over: Mapping[str, date]) -> Iterator[tuple[str, str]]:
    """Yield who forbids the oldest version that is within its window, and in which words."""
    packages = facts.packages.value or ()
    markers = facts.interpreter.value.markers if facts.interpreter.value is not None else {}
    within = {name: first for name in over if (first := _first_within(facts, name)) is not None}
    for package in packages:
        # To evaluate markers is slow, and few speak of these.
        texts = tuple(t for t in package.requires if t.lower().startswith(tuple(within)))
        for requirement in requirements(replace(package, requires=texts), markers):
            name = canonicalize_name(requirement.name)
            first = within.get(name)
            # Of the whole minor version, whose later releases are higher than its first.
            if first is not None and not any(
                requirement.specifier.contains(f"{first}.{patch}", prereleases=True)
                for patch in (0, 99)
            ):
                yield package.name, f"{name}{requirement.specifier}"


def _first_within(facts: Facts, name: str) -> str | None:
    windows = _windows(name, facts.knowledge.spec0.rows)
    return next((str(v) for v, window in windows.items() if window.until > facts.now), None)


def _updates(facts: Facts, over: Mapping[str, date], *, held: bool) -> tuple[Action, ...]:
    """Return the update of all, where this Python and what is installed allow one."""
    environment, python = facts.environment.value, facts.interpreter.value
    if environment is None or python is None or held:
        return ()
    release = facts.knowledge.pythons.rows.get(minor_of(python.version))
    if release is not None and release.end_of_life <= facts.now:
        newer = proven(facts.knowledge.pythons.rows, facts.now)
        title = "Create an environment with a newer Python"
        return (create(environment, tuple(over), title, version=newer),)
    specs = tuple(
        f"{name}>={first}" for name in over if (first := _first_within(facts, name)) is not None
    )
    return install(environment, specs, "Update them together…", conda=facts.conda.value)


def _title(over: Mapping[str, date], installed: Mapping[str, str | None]) -> str:
    named = [f"{name} {installed[name]}" for name in over]
    if len(named) == 1:
        return f"{named[0]} left SPEC 0's support window on {next(iter(over.values()))}"
    return f"{_together(named)} have left SPEC 0's support window"


def _version(text: str | None) -> Version | None:
    try:
        return Version(text) if text is not None else None
    except InvalidVersion:
        return None


def _together(words: Sequence[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
