"""Family environment: what else than the environment itself Python finds packages in."""

from __future__ import annotations

import ntpath
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from ..facts import Environment, Facts, Interpreter, Package, Shadow
from ..facts.requirements import same_version
from ..installers import PROJECT_KINDS
from ..recommendations import (
    Action,
    Evidence,
    Finding,
    Read,
    SetEnvironment,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .installs import terminal

_SHOWN = 20  #: lines of evidence; the rest is counted in the title
_VENVS = frozenset({"venv", "uv-venv", "virtualenv", "pipx", "uv-tool", *PROJECT_KINDS})
_ISOLATED = _VENVS | {"conda", "conda-base"}  #: made so that they do not see what lies elsewhere

#: How folders begin or end that ROS and Spark put on PYTHONPATH, which is how they work.
_ROS, _SPARKS = "/opt/ros/", re.compile(r"spark[\w.-]*/python(?:/lib/[^/]+)?$", re.IGNORECASE)

SYS_PATH = Source(
    title="Python documentation, The initialization of the sys.path module search path",
    url="https://docs.python.org/3/library/sys_path_init.html",
    passage="PYTHONPATH acts on every Python and every environment, so a shell profile is no place "
    "for it; PYTHONHOME says where the standard library lies.",
)
CONDA_TROUBLESHOOTING = Source(
    title="conda, Troubleshooting",
    url="https://docs.conda.io/projects/conda/en/stable/user-guide/troubleshooting.html",
    passage="Packages in the user's own site-packages and folders on PYTHONPATH are imported in "
    "the place of those in the active environment.",
)


class UserSiteLeaks(Check):
    """Packages from the user's own site-packages are seen in the environment.

    ## What it does
    Looks whether Python has the user's own site-packages (`pip install --user`) on its path, and
    which packages there lie before others of the same name in the environment.

    ## Why this matters
    That folder is shared by all environments with the same Python version, and comes first. conda
    does not switch it off; a virtual environment does, unless it sees system packages.

    ## How to fix it
    Start the kernel with `PYTHONNOUSERSITE=1`. Today nothing needs `pip install --user`: install
    into an environment instead.

    ## Example
    A NumPy 1.26 that was once installed with `--user` hides the NumPy 2.5 of every conda
    environment with Python 3.12.

    ## Tried on
    Real: a conda environment and a user's site-packages with an older, an equal and another
    package, and a venv, which does not look there.
    """

    family = "environment"
    sources = (
        Source(
            title="conda, Using pip in an environment",
            url="https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/"
            "manage-environments.html#using-pip-in-an-environment",
            passage="pip is not to be used with --user beside conda: what it installs that way is "
            "seen by all environments.",
        ),
        CONDA_TROUBLESHOOTING,
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error where another version is hidden, a warning for the same; else advice.

        A Python without an environment is meant to look there: it is warned of another version
        alone. The folder of another minor version of Python is not on the path, and is harmless.
        """
        interpreter, environment = facts.interpreter, facts.environment.value
        if interpreter.value is None:
            return Skip(reason=interpreter.why_unknown())
        folder = interpreter.value.user_site
        if folder is None or folder not in interpreter.value.path:
            untold = folder is None and "user_site" in interpreter.unknown
            return Skip(reason=interpreter.why_unknown("user_site")) if untold else ()
        if facts.packages.value is None or folder in facts.packages.unknown or environment is None:
            name = folder if facts.packages.value is not None else "value"
            section = facts.packages if environment is not None else facts.environment
            return Skip(reason=section.why_unknown(name if environment is not None else "value"))
        there = [package for package in facts.packages.value if package.location == folder]
        hiding = [shadow for shadow in environment.shadows if shadow.seen_location == folder]
        others = _other_versions(hiding)
        isolated = environment.kind in _ISOLATED
        if not there or not (isolated or others):
            return ()
        names = [shadow.name for shadow in hiding] or [package.name for package in there]
        count = len(others or hiding or there)
        packages = f"{count} package{'s' * (count != 1)}"
        verb = "hide" if count != 1 else "hides"
        if others:
            severity = Severity.ERROR if isolated else Severity.WARNING
            title = f"{packages} from your user site-packages {verb} another version in {{}}"
        elif hiding:
            severity = Severity.WARNING
            title = f"{packages} from your user site-packages {verb} the same version in {{}}"
        else:
            severity = Severity.ADVICE
            seen = "are" if count != 1 else "is"
            title = f"{packages} from your user site-packages {seen} seen in {{}}"
        return (
            Finding(
                severity=severity,
                title=title.format(environment.name),
                why="That folder comes before the environment's own and is shared by all "
                "environments with this Python version, so this one cannot be rebuilt as it is.",
                evidence=(
                    Evidence(label="User site-packages", value=folder, source=interpreter.source),
                    *_hidden(hiding, facts),
                    *(_seen(there, facts) if not hiding else ()),
                ),
                actions=_without_user_site(environment, names),
            ),
        )


class PythonpathSet(Check):
    """PYTHONPATH or PYTHONHOME is set.

    ## What it does
    Reads both variables in the environment the kernel starts with, and looks which installed
    packages Python takes from the folders of PYTHONPATH.

    ## Why this matters
    Folders on PYTHONPATH come before the environment's own, in every environment. PYTHONHOME gives
    Python the standard library of another one.

    ## How to fix it
    Start the kernel with the variable empty, and remove it where it is set: most often a shell's
    profile.

    ## Example
    `export PYTHONPATH=/usr/lib/python3/dist-packages` in `~/.bashrc` gives every environment the
    operating system's NumPy.

    ## Tried on
    Real: a venv whose kernelspec sets PYTHONPATH to a folder with an older package, to one with a
    project's own modules, and to an empty text; and one that sets PYTHONHOME.
    """

    family = "environment"
    sources = (
        SYS_PATH,
        CONDA_TROUBLESHOOTING,
        Source(
            title="NumPy, Troubleshooting import errors",
            url="https://numpy.org/doc/stable/user/troubleshooting-importerror.html",
            passage="Environment variables that point Python elsewhere are among the first things "
            "to look at when NumPy cannot be imported.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error for PYTHONHOME, and for PYTHONPATH where it hides another version.

        Else a warning where packages are installed there, and an information where a cluster's
        modules, ROS or Spark have put it there. A folder of one's own modules is no trouble.
        """
        interpreter, process = facts.interpreter.value, facts.process.value
        known = interpreter or (process if "variables" not in facts.process.unknown else None)
        if known is None:
            return Skip(reason=facts.interpreter.why_unknown())
        home = known.variables.get("PYTHONHOME")
        source = facts.interpreter.source if interpreter is not None else facts.process.source
        of_home = (_pythonhome(home, interpreter, source),) if home else ()
        if not known.variables.get("PYTHONPATH"):
            return of_home
        if facts.packages.value is None or facts.environment.value is None or interpreter is None:
            section = facts.interpreter if interpreter is None else facts.packages
            return of_home or Skip(reason=section.why_unknown())
        folders = _folders(interpreter)
        found = _pythonpath(folders, facts.environment.value, facts.packages.value, facts)
        return (*of_home, *found)


def _other_versions(shadows: Iterable[Shadow]) -> list[Shadow]:
    return [one for one in shadows if not same_version(one.version, one.seen_version)]


def _hidden(shadows: Sequence[Shadow], facts: Facts) -> tuple[Evidence, ...]:
    """Return the evidence of packages that are hidden, other versions first."""
    others = _other_versions(shadows)
    ordered = [*others, *(shadow for shadow in shadows if shadow not in others)]
    return tuple(
        Evidence(
            label=shadow.name,
            value=f"{shadow.seen_version or 'an unknown version'} in {shadow.seen_location} hides "
            f"{shadow.version or 'an unknown version'} in {shadow.location}",
            source=facts.environment.source,
        )
        for shadow in ordered[:_SHOWN]
    )


def _seen(packages: Sequence[Package], facts: Facts) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            label=package.name,
            value=f"{package.version or 'an unknown version'} in {package.location}",
            source=facts.packages.source,
        )
        for package in packages[:_SHOWN]
    )


def _without_user_site(environment: Environment, names: Sequence[str]) -> tuple[Action, ...]:
    """Return how the user's site-packages are left out, and how packages are removed from there."""
    actions: list[Action] = []
    if environment.kind in _ISOLATED:
        actions.append(
            SetEnvironment(
                title="Start the kernel without your user site-packages",
                variables={"PYTHONNOUSERSITE": "1"},
            )
        )
    if environment.kind in {"conda", "conda-base"}:
        argv = ("conda", "env", "config", "vars", "set", "-p", environment.prefix)
        title = "Leave them out whenever this environment is activated"
        actions.append(terminal(title, (*argv, "PYTHONNOUSERSITE=1"), manager="conda"))
    if environment.has_pip and not environment.externally_managed:
        # pip removes what Python finds first, which is what lies in the user's site-packages.
        pip = (environment.python, "-m", "pip", "uninstall", *names)
        remove = terminal("Remove them, for all environments that see them", pip, manager="pip")
        actions.append(replace(remove, id="run-2"))
    actions.append(Read(title="Where installs go", entry="where-installs-go"))
    return tuple(actions)


def _pythonhome(value: str, interpreter: Interpreter | None, source: str) -> Finding:
    return Finding(
        about="PYTHONHOME",
        severity=Severity.ERROR,
        title=f"PYTHONHOME makes this kernel look for Python's own library in {value}",
        why="Every Python that starts with it takes its standard library from there, whatever "
        "environment it belongs to. If the versions differ it fails, or stops before it begins.",
        evidence=(Evidence(label="PYTHONHOME", value=value, source=source),),
        actions=_unset("PYTHONHOME", interpreter),
    )


def _pythonpath(
    folders: Collection[str], environment: Environment, packages: Sequence[Package], facts: Facts
) -> tuple[Finding, ...]:
    brought = [package for package in packages if package.location in folders]
    names = {p.location for p in brought if not _is_a_project(p.location, brought)}
    brought = [package for package in brought if package.location in names]
    hiding = [
        shadow
        for shadow in environment.shadows
        if shadow.seen_location in names and shadow.location not in folders
    ]
    if not brought:
        return ()
    others = _other_versions(hiding)
    count = len(others or hiding or brought)
    many = f"{count} package{'s' * (count != 1)}"
    verb = "hide" if count != 1 else "hides"
    where = f"{len(names)} folder{'s' * (len(names) != 1)}"
    given_by = _who_sets_it(names, facts)
    if others:
        severity = Severity.ERROR
        title = f"{many} from PYTHONPATH {verb} another version in {environment.name}"
    elif hiding:
        severity = Severity.WARNING
        title = f"{many} from PYTHONPATH {verb} the same version in {environment.name}"
    else:
        severity = Severity.INFO if given_by else Severity.WARNING
        title = f"PYTHONPATH brings {many} from {where} into {environment.name}"
    why = (
        f"It is {given_by} that works this way. If that is not wanted here, use a kernel that is "
        "started without it."
        if given_by
        else "PYTHONPATH acts on every environment, and its folders come before the environment's "
        "own."
    )
    return (
        Finding(
            about="PYTHONPATH",
            severity=severity,
            title=title,
            why=why,
            evidence=(
                Evidence(
                    label="PYTHONPATH",
                    value=_variable(facts, "PYTHONPATH"),
                    source=facts.interpreter.source,
                ),
                *_hidden(hiding, facts),
                *(_seen(brought, facts) if not hiding else ()),
            ),
            actions=_unset("PYTHONPATH", facts.interpreter.value),
        ),
    )


def _folders(interpreter: Interpreter) -> frozenset[str]:
    """Return the folders of PYTHONPATH, spelled as Python spells them on its path.

    Those that are the environment's own anyhow are nothing that PYTHONPATH brings.
    """
    path, separator = (ntpath, ";") if _is_windows(interpreter) else (posixpath, ":")
    entries = interpreter.variables.get("PYTHONPATH", "").split(separator)
    named = {path.normpath(entry) for entry in entries if entry}
    return frozenset(named & set(interpreter.path) - set(interpreter.site_packages))


def _is_a_project(folder: str, packages: Sequence[Package]) -> bool:
    """Tell whether a folder holds a project's own sources: a single egg-info beside them."""
    there = [package for package in packages if package.location == folder]
    return len(there) == 1 and there[0].form == "egg-info"


def _who_sets_it(folders: Collection[str], facts: Facts) -> str | None:
    """Return what sets PYTHONPATH on purpose, None where nothing is known to."""
    slashed = [folder.replace("\\", "/") for folder in folders]
    if any(folder.startswith(_ROS) for folder in slashed):
        return "ROS"
    if any(_SPARKS.search(folder) for folder in slashed):
        return "Spark"
    return "a loaded environment module" if _variable(facts, "LOADEDMODULES") else None


def _variable(facts: Facts, name: str) -> str:
    interpreter = facts.interpreter.value
    variables: Mapping[str, str] = interpreter.variables if interpreter is not None else {}
    return variables.get(name, "")


def _unset(name: str, interpreter: Interpreter | None) -> tuple[Action, ...]:
    empty = SetEnvironment(title=f"Start the kernel with an empty {name}", variables={name: ""})
    if interpreter is not None and _is_windows(interpreter):
        return (empty,)
    return (empty, terminal("In the terminal that Jupyter is started from", ("unset", name)))


def _is_windows(interpreter: Interpreter) -> bool:
    return interpreter.markers.get("sys_platform") == "win32"
