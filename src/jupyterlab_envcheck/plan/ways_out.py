"""What works instead of a plan that is refused: actions that stand beside the reason."""

from __future__ import annotations

from collections.abc import Sequence

from ..installers import (
    CONDA_KINDS,
    commands_for,
    create_commands,
    name_of,
    recommended_manager,
    reinstall_commands,
    remove_commands,
    update_commands,
)
from ..recommendations import Action, Command, CreateEnvironment, Gui, Install, Run
from .model import Wish
from .request import Request

#: What a new environment is called where nobody says otherwise.
_NAME = "proj"

#: What package managers can be told in one line.
_OF_PACKAGES = ("install", "remove", "update", "reinstall")


def create_environment(request: Request) -> CreateEnvironment:
    """Return the way out that always works."""
    conda = request.environment is not None and request.environment.kind in CONDA_KINDS
    specs = request.wish.specs if request.wish.kind in ("install", "update") else ()
    name = f"{_NAME}-2" if request.target.name == _NAME else _NAME
    return CreateEnvironment(
        title="Create an environment…",
        commands=create_commands("conda" if conda else "venv", name if conda else ".venv", specs),
        name=name,
        specs=specs,
    )


def by_hand(request: Request, title: str) -> Run:
    """Return a wish for an environment for a terminal."""
    return Run(title=title, commands=making(request.wish))


def making(wish: Wish) -> tuple[Command, ...]:
    """Return the lines that make the environment of a wish for one."""
    # Python's own command has no third number: python3.12.
    version = None if wish.python is None else ".".join(wish.python.split(".")[:2])
    where = wish.folder or wish.name or _NAME
    return create_commands("venv", where, wish.specs, version=version)


def in_a_terminal(request: Request, title: str) -> tuple[Action, ...]:
    """Return the wish in the words of the tools that may carry it out; nothing where none may."""
    if request.wish.kind not in _OF_PACKAGES:
        return ()
    kind = request.environment.kind if request.environment else "venv"
    if kind == "hatch":
        return (_with_hatch(request),)
    commands = _commands(request, kind)
    found: list[Action] = [Run(title=title, commands=commands)] if commands else []
    if kind == "pixi" and request.wish.kind in ("install", "remove"):
        # What conda's channels do not have, or call otherwise.
        of_pypi = _commands(request, kind, pypi=True)
        found.append(Run(title="If it is on the Python Package Index only", commands=of_pypi))
    return tuple(found)


def in_a_cell(request: Request) -> tuple[Action, ...]:
    """Return the wish as a line for the notebook itself: it reaches the kernel wherever it runs."""
    specs, names = request.wish.specs, tuple(map(name_of, request.wish.specs))
    lines = {
        "install": ("install", *specs),
        "update": ("install", "--upgrade", *specs),
        "reinstall": ("install", "--force-reinstall", "--no-deps", *specs),
        "remove": ("uninstall", "--yes", *names),
    }
    line = lines.get(request.wish.kind)
    if line is None or not specs:
        return ()
    command = Command(manager="pip", argv=("%pip", *line))
    return (Run(title="In a cell of the notebook", commands=(command,)),)


def there(request: Request) -> Run | Gui:
    """Return how what is no change of packages is done on the machine of a remote kernel."""
    if request.wish.kind == "create":
        return by_hand(request, "In a terminal on that machine")
    if request.wish.kind == "set-environment":
        names = _listed(tuple(request.wish.variables))
        step = f"Set {names} there under “env” in the kernel.json of the kernel, and restart it."
    else:
        step = "Do it there, with the tool that made the environment."
    first = "Open a terminal on the machine where the kernel runs."
    return Gui(title="On that machine", steps=(first, step))


def bring_pip(request: Request) -> Run:
    """Return how an environment without pip gets the one that its Python brings along."""
    argv = (request.target.python, "-m", "ensurepip", "--upgrade")
    command = Command(manager="ensurepip", argv=argv)
    return Run(title="Bring pip into it, in a terminal", commands=(command,))


def install(request: Request) -> Install:
    """Return the wish of the request as a button, and as lines for its managers."""
    environment = request.environment
    kind = environment.kind if environment else "venv"
    return Install(
        title=f"Install {', '.join(request.wish.specs)}…",
        specs=request.wish.specs,
        commands=_commands(request, kind),
        recommended=recommended_manager(kind, has_pip=environment.has_pip if environment else None),
    )


def build(request: Request, name: str) -> Install | Run:
    """Return the wish again, with the consent to build one more package from its source."""
    wish, environment = request.wish, request.environment
    kind = environment.kind if environment else "venv"
    if wish.kind == "back":
        return _build_on_the_way_back(request, name)
    return Install(
        title=f"Build {name} from its source…",
        specs=wish.specs,
        commands=_commands(request, kind),
        recommended=recommended_manager(kind, has_pip=environment.has_pip if environment else None),
        wish=wish.kind if wish.kind in ("update", "reinstall") else "install",
        build=consented(wish.build, name),
    )


def _build_on_the_way_back(request: Request, name: str) -> Run:
    """Return the way back by our own commands, with that consent.

    As an install it would go to the environment of the kernel in front, and leave what is to go.
    """
    names, python = consented(request.wish.build, name), request.target.python
    lines = [("install", *request.wish.specs, *allowing(names), "--target", python)]
    if request.removals:
        lines.append(("remove", *request.removals, "--target", python))
    return Run(title=f"Build {name} from its source, in a terminal", commands=by_our_own(*lines))


def consented(before: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the names that may be built from their source, with one more."""
    return tuple(dict.fromkeys((*before, name)))


def allowing(names: Sequence[str]) -> tuple[str, ...]:
    """Return the words of our own commands that let packages be built from their source."""
    return tuple(word for name in names for word in ("--build", name))


def by_our_own(*lines: Sequence[str]) -> tuple[Command, ...]:
    """Return lines of our own command line."""
    return tuple(Command(manager="envcheck", argv=("jupyter", "envcheck", *line)) for line in lines)


def look_at_the_network(tool: str) -> Gui:
    """Return where to look when the package index does not answer."""
    if tool not in ("pip", "uv"):
        return _look_at_the_channels()
    shown = "pip config list" if tool == "pip" else "the file ~/.config/uv/uv.toml"
    return Gui(
        title="Look at the network",
        steps=(
            (
                "Open the address of the package index in a browser on this machine: some networks "
                "want a sign-in first."
            ),
            "Behind a proxy, set HTTPS_PROXY where Jupyter is started, and restart Jupyter.",
            (
                f"Look at the index that is configured for {tool}: {shown}, and variables such as "
                "PIP_INDEX_URL or UV_DEFAULT_INDEX."
            ),
            "Make the plan again.",
        ),
    )


def _look_at_the_channels() -> Gui:
    return Gui(
        title="Look at the network",
        steps=(
            (
                "Open the address of the channel in a browser on this machine: some networks want a "
                "sign-in first."
            ),
            "Behind a proxy, set HTTPS_PROXY where Jupyter is started, and restart Jupyter.",
            "Look at the channels that are configured: conda config --show-sources.",
            "Make the plan again.",
        ),
    )


def free_space(request: Request) -> tuple[Action, ...]:
    """Return what frees space, or does without."""
    caches = (
        Command(manager="pip", argv=(request.target.python, "-m", "pip", "cache", "purge")),
        Command(manager="uv", argv=("uv", "cache", "clean")),
    )
    without_pip = request.environment is not None and request.environment.has_pip is False
    return (
        Run(
            title="Empty the caches of pip and uv, in a terminal",
            commands=caches[1:] if without_pip else caches,
        ),
        Gui(
            title="Free some space",
            steps=(
                (
                    "Let go of what is kept for undoing earlier changes: “Free…” at each of "
                    "them in the history."
                ),
                "Empty the trash, and remove environments that nobody needs any more.",
                "Make the plan again.",
            ),
        ),
        create_environment(request),
    )


def _commands(request: Request, kind: str, *, pypi: bool = False) -> tuple[Command, ...]:
    environment, wish = request.environment, request.wish
    python, prefix = request.target.python, request.target.prefix
    managed = environment.externally_managed if environment else None
    project = environment.project if environment else None
    match wish.kind:
        case "remove":
            found = remove_commands(
                *(kind, python, prefix, wish.specs),
                externally_managed=managed,
                project=project,
                pypi=pypi,
            )
        case "update":
            found = update_commands(
                *(kind, python, prefix, wish.specs), externally_managed=managed, project=project
            )
        case "reinstall":
            found = reinstall_commands(
                *(kind, python, prefix, wish.specs), externally_managed=managed
            )
        case _:
            found = commands_for(
                *(kind, python, prefix, wish.specs),
                externally_managed=managed,
                project=project,
                pypi=pypi,
            )
    if environment is not None and environment.has_pip is False:
        return tuple(command for command in found if command.manager != "pip")
    return found


def _with_hatch(request: Request) -> Gui:
    """Return the steps of hatch, which has no command that adds or takes out."""
    names = _listed(request.wish.specs)
    project = request.environment.project if request.environment else None
    where = f"the pyproject.toml in {project}" if project else "the project's pyproject.toml"
    step = {
        "remove": f"Take {names} out of the dependencies in {where}.",
        "update": f"Ask for the newer version of {names} in the dependencies in {where}.",
    }.get(request.wish.kind, f"Write {names} into the dependencies in {where}.")
    return Gui(
        title="With Hatch",
        steps=(step, "Run “hatch env prune” in that folder, then “hatch env create”."),
    )


def _listed(specs: Sequence[str]) -> str:
    return ", ".join(f"“{spec}”" for spec in specs)
