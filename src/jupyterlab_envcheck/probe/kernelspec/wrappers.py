"""Takes the programs off a command that start another one: env, nice, a shell, conda run, ….

Nothing is run to find out. What is not certain is a `Problem` that says what it is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...facts.text import clean
from .command import UNTOLD, Command, elsewhere, options, quoted, unclear
from .conda_run import CONDAS, of_conda
from .project_run import of_pixi, of_project_tool, of_uv
from .shells import SHELLS, of_shell

_CONTAINERS = re.compile(
    r"docker|podman|nerdctl|apptainer|singularity|ch-run|shifter|udocker|enroot|toolbox|distrobox"
    r"|flatpak|lxc|bwrap|firejail|chroot|systemd-nspawn|wsl"
)
_HOSTS = re.compile(
    r"ssh|mosh|rsh|srun|sbatch|salloc|qsub|qrsh|qlogin|bsub|condor_run|jsrun|mpirun|mpiexec|kubectl|oc"
)
_OTHER_USERS = re.compile(r"sudo|su|doas|runuser|pkexec|gosu|su-exec")

#: Characters that mean something to cmd.exe.
_CMD_SIGNS = frozenset('&|<>^%!()"')


@dataclass(frozen=True, kw_only=True)
class _Runner:
    """How a program that changes nothing about PATH names what it starts."""

    flags: str = ""
    values: str = ""
    positional: int = 0  #: words of its own before the command


#: From their manual pages (coreutils, util-linux, numactl, GNU time).
_RUNNERS: Mapping[str, _Runner] = {
    "nice": _Runner(values="-n --adjustment"),
    "ionice": _Runner(flags="-t --ignore", values="-c --class -n --classdata"),
    "taskset": _Runner(flags="-a --all-tasks -c --cpu-list", positional=1),
    "chrt": _Runner(
        flags="-b --batch -d --deadline -f --fifo -i --idle -o --other -r --rr -R --reset-on-fork -v",
        values="-T --sched-runtime -P --sched-period -D --sched-deadline",
        positional=1,
    ),
    "numactl": _Runner(
        flags="-l --localalloc -a --all -b --balancing",
        values="-i --interleave -w --weighted-interleave -N --cpunodebind -C --physcpubind"
        " -m --membind -p --preferred -P --preferred-many",
    ),
    "stdbuf": _Runner(values="-i --input -o --output -e --error"),
    "timeout": _Runner(
        flags="-f --foreground -p --preserve-status -v --verbose",
        values="-k --kill-after -s --signal",
        positional=1,
    ),
    "time": _Runner(
        flags="-p --portability -v --verbose -a --append -q --quiet",
        values="-f --format -o --output",
    ),
    "nohup": _Runner(),
    "setsid": _Runner(flags="-c --ctty -f --fork -w --wait"),
}


def unwrap(command: Command) -> Command | None:
    """Return the command that `command` starts in its place; None where it starts none known.

    Raises Problem where that is elsewhere, is not there or cannot be told.
    """
    name, shown = command.name, clean(command.name, 100)
    if _CONTAINERS.fullmatch(name):
        raise elsewhere(
            f"The kernel would run in a container ({shown}); its environment cannot be seen from "
            "here."
        )
    if _HOSTS.fullmatch(name):
        raise elsewhere(
            f"The kernel would run where {shown} puts it, which may be another machine; its "
            "environment cannot be seen from here."
        )
    if _OTHER_USERS.fullmatch(name):
        raise unclear(
            f"The kernelspec starts its kernel as another user ({shown}), with that user's variables."
        )
    way = _WAYS.get(name)
    return way(command) if way is not None else None


def _of_runner(command: Command) -> Command:
    runner = _RUNNERS[command.name]
    words = command.argv[1:]
    if command.name == "nice" and words[:1] and words[0][1:].isdigit():
        words = words[1:]  # as in `nice -10`
    _, rest = options(command.program, words, runner.flags, runner.values)
    return command.running(rest[runner.positional :])


def _of_env(command: Command) -> Command:
    flags = "-i --ignore-environment -v --debug"
    values = "-u --unset -C --chdir -S --split-string"
    words = list(command.argv[1:])
    if words[:1] == ["-"]:
        words[0] = "-i"
    found, rest = options(command.program, words, flags, values)
    for option, value in found:
        if option in ("-i", "--ignore-environment"):
            command = replace(command, env={}, path_from=None, front=())
        elif option in ("-u", "--unset"):
            env = {name: kept for name, kept in command.env.items() if name != value}
            command = replace(command, env=env)
            command = replace(command, path_from=None) if value == "PATH" else command
        elif option in ("-C", "--chdir"):
            command = replace(command, cwd=command.full(value))
        elif option in ("-S", "--split-string"):
            rest = (*_split(value), *rest)
    while rest and "=" in rest[0]:
        name, _, value = rest[0].partition("=")
        command, rest = command.with_variable(name, value), rest[1:]
    return command.running(rest)


def _split(text: str) -> list[str]:
    """Return the words of what `env -S` gets; Problem where it has more than words in it."""
    try:
        if not any(sign in text for sign in ("$", "\\", "#", UNTOLD)):
            return shlex.split(text)
    except ValueError:  # a quotation mark too few
        pass
    raise unclear(f"The kernelspec's env -S cannot be told: {quoted(text)}.")


def _of_cmd(command: Command) -> Command:
    """Return what Windows' own shell starts, where that is one plain command."""
    words = command.argv[1:]
    while words and words[0].lower() in ("/d", "/s", "/q", "/u", "/a"):
        words = words[1:]
    said = " ".join(words[1:])
    if words and words[0].lower() == "/c" and not _CMD_SIGNS.intersection(said):
        rest = words[1:]
        rest = tuple(rest[0].split()) if len(rest) == 1 else rest
        return command.running(rest, "the command given to cmd")
    raise unclear(f"The kernelspec lets cmd choose the Python: {quoted(' '.join(words))}.")


_WAYS: Mapping[str, Callable[[Command], Command]] = {
    **dict.fromkeys(_RUNNERS, _of_runner),
    **dict.fromkeys(SHELLS, of_shell),
    **dict.fromkeys(CONDAS, of_conda),
    **dict.fromkeys(("poetry", "pipenv", "pdm", "hatch"), of_project_tool),
    "cmd": _of_cmd,
    "env": _of_env,
    "pixi": of_pixi,
    "uv": of_uv,
}
