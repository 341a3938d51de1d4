"""Family environment: the Python that the environment stands on."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Environment, Facts, InstallLine, Machine, Venv
from ..installers import CONDA_KINDS, create_commands
from ..recommendations import (
    Action,
    Evidence,
    Finding,
    Gui,
    Read,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .installs import create, create_by_conda, terminal

_CONDAS = CONDA_KINDS | {"pixi"}
_ARMS = frozenset({"arm64", "aarch64"})
_UV_SYSTEMS = {"Darwin": "macos", "Windows": "windows"}  #: as uv names them in a Python's key
_WITH_NATIVE = "Create an environment with a native Python"
_CONDA_TOOLS = frozenset({"conda", "mamba", "micromamba"})


class BrokenVenv(Check):
    """The virtual environment has lost the Python it was made from.

    ## What it does
    Reads in `pyvenv.cfg` which Python a virtual environment was made from, and compares: whether
    that Python is still there, and whether the one that starts now is of the same minor version.
    The last number of a version may differ: updates of Homebrew or the system change it.

    ## Why this matters
    Without that Python the kernel does not start. With another minor version it starts, but looks
    for packages in another folder, and finds none of those that are installed.

    ## How to fix it
    Make the environment anew and install its packages again. Packages cannot be carried over.

    ## Example
    Python 3.12 was removed when 3.13 came; every environment made from it ends with an error.

    ## Tried on
    Real: venvs whose Python was moved away, or who were given a Python of another minor version,
    and fresh venvs and uv venvs.
    """

    family = "environment"
    sources = (
        Source(
            title="PEP 405, Python Virtual Environments",
            url="https://peps.python.org/pep-0405/",
            passage="A virtual environment finds its standard library through the home that "
            "pyvenv.cfg names, and has its own site-packages for one version of Python.",
        ),
        Source(
            title="Python documentation, venv",
            url="https://docs.python.org/3/library/venv.html",
            passage="A virtual environment is made to be thrown away and made anew, and not to be "
            "moved or copied.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error; advice where the Python is gone, but another serves in its stead."""
        environment, interpreter = facts.environment.value, facts.interpreter.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        venv = environment.venv
        if venv is None:
            return _no_venv(facts)
        now = interpreter.version if interpreter is not None else None
        if venv.version and now and _minor(venv.version) != _minor(now):
            return (_other_minor(environment, venv.version, now, facts),)
        if venv.home_exists is False:
            return (_base_gone(environment, venv, facts),)
        untold = next((n for n in ("home_exists", "version") if getattr(venv, n) is None), None)
        if interpreter is None or untold is not None:
            section = facts.interpreter if interpreter is None else facts.environment
            return Skip(reason=section.why_unknown(f"venv.{untold}" if interpreter else "value"))
        return ()


class VenvOnCondaPython(Check):
    """A virtual environment stands on conda's Python.

    ## What it does
    Looks whether the Python that a virtual environment was made from is conda's, by its
    `conda-meta` folder; and whether the notebook uses `%conda`.

    ## Why this matters
    `%conda` refuses to work, for the virtual environment has no `conda-meta` of its own. When the
    conda environment beneath is updated or removed, the virtual environment breaks.

    ## How to fix it
    Nothing is broken: install with `%pip`. Who wants conda's packages makes a conda environment.

    ## Example
    `python -m venv .venv` in a terminal where conda's base is active.

    ## Tried on
    Real: a venv made by a conda environment's Python, and one made by another.
    """

    family = "environment"
    sources = (
        Source(
            title="IPython, Built-in magic commands: %conda",
            url="https://ipython.readthedocs.io/en/stable/interactive/magics.html#magic-conda",
            passage="%conda runs conda on the environment of the kernel, which must be conda's.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information; a warning where the notebook uses %conda."""
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        venv = environment.venv
        if environment.kind in _CONDAS or venv is None:
            return _no_venv(facts)
        if venv.base_kind is None:
            return Skip(reason=facts.environment.why_unknown("venv.base_kind"))
        if venv.base_kind not in _CONDAS:
            return ()
        lines = _conda_magics(facts)
        seen = "are seen, too, but" if venv.system_site else "are not seen here, and"
        return (
            Finding(
                severity=Severity.WARNING if lines else Severity.INFO,
                title=f"{environment.name} is a virtual environment on a Python of "
                f"{'pixi' if venv.base_kind == 'pixi' else 'conda'}"
                + (", where %conda does not work" if lines else ""),
                why=f"%conda works in conda's environments only; %pip works here. What conda "
                f"installed {seen} an update of that conda environment can break this one.",
                evidence=(
                    Evidence(
                        label="Made from",
                        value=venv.home or "a folder that is not known",
                        source=facts.environment.source,
                    ),
                    *(
                        Evidence(label="Line", value=line.text, source=facts.notebook.source)
                        for line in lines
                    ),
                ),
                actions=(
                    create_by_conda(None, (), "Create a conda environment instead"),
                    Read(title="Where installs go", entry="where-installs-go"),
                ),
            ),
        )


class EmulatedArchitecture(Check):
    """Python is built for another processor architecture than the machine's.

    ## What it does
    Compares the architecture that Python is built for with the machine's own.

    ## Why this matters
    Its instructions have to be translated while it runs, which can be much slower. Builds for the
    machine's own processor and its GPU are not found.

    ## How to fix it
    Make an environment with a Python for the machine's architecture. Where a package exists for the
    other architecture only, stay, and say so to conda with `CONDA_SUBDIR`.

    ## Example
    A Mac was set up by copying from an older one: its Anaconda is still the one for Intel.

    ## Tried on
    Recorded facts only.
    """

    family = "environment"
    sources = (
        Source(
            title="conda-forge, Tips & tricks",
            url="https://conda-forge.org/docs/user/tipsandtricks/",
            passage="On Apple silicon, environments of either architecture can be made by naming "
            "the subdir; the native one is what is wanted unless a package lacks it.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning on macOS, advice elsewhere; an information where it was asked for."""
        machine, interpreter = facts.machine, facts.interpreter.value
        if machine.value is None or machine.value.emulated is None:
            return Skip(reason=machine.why_unknown("emulated" if machine.value else "value"))
        if not machine.value.emulated:
            return ()
        native = machine.value.architecture
        own = interpreter.markers.get("platform_machine") if interpreter is not None else None
        own = own if own and own.lower() != native.lower() else "another architecture"
        process = facts.process.value
        known = interpreter or process
        subdir = known.variables.get("CONDA_SUBDIR", "") if known is not None else ""
        is_mac = machine.value.system == "Darwin"
        asked = bool(subdir) and not subdir.endswith(tuple(_ARMS))
        severity = Severity.WARNING if is_mac else Severity.ADVICE
        evidence = [Evidence(label="Machine", value=native, source=machine.source)]
        if asked:
            source = facts.interpreter.source if interpreter is not None else facts.process.source
            evidence.append(Evidence(label="CONDA_SUBDIR", value=subdir, source=source))
        return (
            Finding(
                severity=Severity.INFO if asked else severity,
                title=f"This Python is built for {own}, and this machine is {native}",
                why="Its instructions have to be translated while it runs, which can be much "
                "slower, and builds for this machine's own processor and GPU are not found. Not "
                "every package has such a build, though.",
                evidence=tuple(evidence),
                actions=() if asked else _native(facts, machine.value),
            ),
        )


def _no_venv(facts: Facts) -> tuple[Finding, ...] | Skip:
    """Return that there is no virtual environment, or why that is unknown."""
    unknown = facts.environment.unknown
    return Skip(reason=unknown["venv"]) if "venv" in unknown else ()


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _other_minor(environment: Environment, made: str, now: str, facts: Facts) -> Finding:
    before, today = ".".join(_minor(made)), ".".join(_minor(now))
    return Finding(
        severity=Severity.ERROR,
        title=f"{environment.name} was made for Python {before}, and Python {today} starts in it",
        why=f"Packages are installed in a folder for Python {before}, where Python {today} does "
        "not look.",
        evidence=(
            Evidence(label="Made for", value=made, source=facts.environment.source),
            Evidence(label="Starts now", value=now, source=facts.interpreter.source),
        ),
        actions=_anew(environment, today),
    )


def _base_gone(environment: Environment, venv: Venv, facts: Facts) -> Finding:
    interpreter = facts.interpreter.value
    serving = interpreter.base_prefix if interpreter is not None else None
    evidence = [
        Evidence(label="Made from", value=venv.home or "", source=facts.environment.source),
        Evidence(
            label="Starts now",
            value=f"with the library of {serving}" if serving else facts.interpreter.why_unknown(),
            source=facts.interpreter.source,
        ),
    ]
    version = ".".join(_minor(venv.version)) if venv.version else None
    return Finding(
        severity=Severity.ADVICE if serving else Severity.ERROR,
        title=f"The Python that {environment.name} was made from is gone",
        why="It still starts, with the library of another Python of the same version. Its next "
        "update may end that."
        if serving
        else "Without it no kernel starts in this environment, and nothing can be installed.",
        evidence=tuple(evidence),
        actions=_anew(environment, version),
    )


def _anew(environment: Environment, version: str | None) -> tuple[Action, ...]:
    """Return how an environment is made anew in its place, where its own tool has a line for it."""
    read = Read(title="One environment for each project", entry="environments")
    prefix, windows = environment.prefix, environment.python.lower().endswith(".exe")
    venv = ("-m", "venv", "--clear", prefix)
    python = ("py", f"-{version or 3}") if windows else (f"python{version or 3}",)
    asked = ("--python", version) if version else ()
    lines = {
        "venv": ("venv", (*python, *venv)),
        "uv-venv": ("uv", ("uv", "venv", "--clear", "--no-project", *asked, prefix)),
        "virtualenv": ("virtualenv", ("virtualenv", "--clear", *asked, prefix)),
    }
    if environment.kind == "uv-project" and environment.project is not None:
        sync = ("uv", "sync", "--project", environment.project)
        return (terminal("Have uv make it anew", sync, manager="uv project"), read)
    if environment.kind not in lines:
        return (read,)
    manager, argv = lines[environment.kind]
    title = "Make it anew, empty; install its packages again after that"
    return (terminal(title, argv, manager=manager), read)


def _conda_magics(facts: Facts) -> list[InstallLine]:
    notebook = facts.notebook.value
    return [
        line
        for line in (notebook.installs if notebook is not None else ())
        if line.tool in _CONDA_TOOLS and line.way == "magic"
    ]


def _native(facts: Facts, machine: Machine) -> tuple[Action, ...]:
    """Return how an environment of the machine's own architecture is made."""
    environment, interpreter = facts.environment.value, facts.interpreter.value
    version = ".".join(_minor(interpreter.version)) if interpreter is not None else "3"
    is_mac, is_conda = machine.system == "Darwin", environment and environment.kind in _CONDAS
    if not is_conda and machine.system in _UV_SYSTEMS:
        architecture = "aarch64" if machine.architecture.lower() in _ARMS else "x86_64"
        asked = f"cpython-{version}-{_UV_SYSTEMS[machine.system]}-{architecture}"
        uv = ("uv", "venv", "--seed", "--python", asked, "proj")
        return (terminal(_WITH_NATIVE, uv, manager="uv"),)
    if not is_mac:
        return (create(environment),)
    conda = create_commands("conda", "proj", (), version=version)[0].argv
    return (
        terminal(_WITH_NATIVE, ("env", "CONDA_SUBDIR=osx-arm64", *conda), manager="conda"),
        Gui(
            title="Change the whole installation",
            steps=(
                "Install Miniforge, or Anaconda, in its edition for Apple silicon.",
                "Create your environments anew in it.",
                "Remove the one for Intel once nothing needs it.",
            ),
        ),
    )
