"""Finds what `bash -c` and its kin start, in the few forms that people write in kernelspecs.

A shell can do anything: what is not one of those forms cannot be told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ...facts.text import clean
from ...problems import Problem
from .. import plain_files
from ..files import same
from .command import UNTOLD, Command, chooses_itself, options, quoted, unclear
from .conda_run import named
from .shell_words import Word, commands_of, too_much, value_of

SHELLS = ("sh", "bash", "dash", "ksh", "zsh")

_MOST_READ = 65_536  #: bytes of an activate script, which has 4 kB

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)

#: Commands that neither change the shell's variables nor start anything that matters.
_HARMLESS = re.compile(r"echo|true|:|ulimit|umask|mkdir|sleep|date|trap")
#: Set-up that changes PATH in a way only its tool knows.
_SET_UP = re.compile(r"module|ml|spack|workon|pyenv")

#: What the activate scripts of venv, virtualenv and uv say of the folder they were made for.
_MADE_FOR = re.compile(
    r"""^[ \t]*(?:export )?VIRTUAL_ENV=(['"]?)(/[^'"\n$]*)\1[ \t]*$""", re.MULTILINE
)


def of_shell(command: Command) -> Command:
    """Return what the text given to a shell with -c starts at its end; Problem where it is unclear."""
    text, arguments, own_path = _script(command)
    shell = replace(command, how=f"the command given to {command.name}")
    if own_path is not None:
        shell = shell.without_path(own_path)
    commands = commands_of(text)
    if not commands:
        raise unclear(f"The kernelspec gives {command.name} nothing to run.")
    for number, words in enumerate(commands, 1):
        with_its_own, rest = _variables(shell, words)
        values = [value_of(shell, word) for word in rest]
        if not values:
            shell = with_its_own
        elif values[0] == "exec" and len(values) > 1 and not values[1].startswith("-"):
            return _ending(with_its_own, values[1:], rest[1:], arguments, text)
        elif number == len(commands):
            return _ending(with_its_own, values, rest, arguments, text)
        elif values != ["exec"]:  # which with a redirection alone starts nothing
            shell = _after(shell, values, " ".join(word.raw for word in words))
    raise unclear(f"The kernelspec's {command.name} starts nothing: {quoted(text)}.")


def _script(command: Command) -> tuple[str, tuple[str, ...], str | None]:
    """Return the text after -c, the words after that, and what may set PATH before it runs."""
    words = [*command.argv[1:]]
    given, start_up = False, "" if command.name != "zsh" else "zsh's start-up files"
    if command.name == "bash" and command.env.get("BASH_ENV"):
        start_up = "the file that BASH_ENV names"
    while words and words[0][:1] in ("-", "+") and words[0] != "--":
        word = words.pop(0)
        letters = "l" if word == "--login" else word[1:]
        if word.startswith("--") and word not in ("--login", "--noprofile", "--norc"):
            raise unclear(f"The kernelspec starts {command.name} with {clean(word, 100)}.")
        if word.startswith("--") and word != "--login":
            continue
        given = given or "c" in letters
        if "l" in letters or "i" in letters:
            start_up = f"the start-up files of {command.name} ({clean(word, 100)})"
        if "o" in letters.lower():
            words = words[1:]
    words = words[1:] if words[:1] == ["--"] else words
    if not given or not words:
        raise chooses_itself(" ".join((command.program, *words[:1])))
    if UNTOLD in words[0]:
        raise unclear(f"The kernelspec gives {command.name} a text that only a shell can tell.")
    return words[0], tuple(words[2:]), start_up or None  # the word after the text is its $0


def _variables(shell: Command, words: Sequence[Word]) -> tuple[Command, Sequence[Word]]:
    """Return the shell with the variables set that words begin with, and the words after them."""
    for number, word in enumerate(words):
        found = _ASSIGNMENT.match(word.raw)
        if found is None:
            return shell, words[number:]
        value = value_of(shell, word)
        value = UNTOLD if UNTOLD in value else value.partition("=")[2]
        shell = shell.with_variable(found[1], value)
    return shell, ()


def _ending(
    shell: Command, values: list[str], words: Sequence[Word], arguments: Sequence[str], text: str
) -> Command:
    """Return the command that the shell ends with."""
    argv: list[str] = []
    for value, word in zip(values, words, strict=True):
        argv += arguments if word.raw in ('"$@"', '"${@}"') else [value]
    if not argv or UNTOLD in argv[0] or f"BASH_FUNC_{argv[0]}%%" in shell.env:
        raise too_much(text)
    if shell.path_from is not None and not os.path.dirname(argv[0]) and not shell.on_path(argv[0]):
        raise unclear(
            f"The kernelspec starts {clean(argv[0], 100)} after a set-up that chooses it: "
            f"{quoted(shell.path_from)}."
        )
    return shell.running(argv)


def _after(shell: Command, values: list[str], raw: str) -> Command:
    """Return the shell after a command that is not its last; Problem where it may do anything."""
    name, arguments = values[0], values[1:]
    if _HARMLESS.fullmatch(name):
        return shell
    if _SET_UP.fullmatch(name):
        return shell.without_path(raw)
    way = _CHANGES.get(name)
    if way is None:
        raise unclear(f"The kernelspec runs a command that may choose the Python: {quoted(raw)}.")
    return way(shell, arguments, raw)


def _export(shell: Command, arguments: list[str], raw: str) -> Command:
    for argument in arguments:
        if argument.startswith("-"):
            raise unclear(f"The kernelspec exports what cannot be told: {quoted(raw)}.")
        if UNTOLD in argument:  # of `export X=$(…)` the name is known, but not the value
            found = re.search(r"(\w+)=", raw)
            name = found[1] if found is not None and len(arguments) == 1 else "PATH"
            shell = shell.with_variable(name, UNTOLD)
            shell = shell.without_path(raw) if name == "PATH" else shell
        elif found := _ASSIGNMENT.match(argument):
            shell = shell.with_variable(found[1], found[2])
    return shell


def _unset(shell: Command, arguments: list[str], raw: str) -> Command:
    for name in arguments:
        shell = shell.with_variable(name, UNTOLD)
    return shell.without_path(raw) if "PATH" in arguments else shell


def _set(shell: Command, arguments: list[str], raw: str) -> Command:
    if all(word[0] in "-+" or word == "pipefail" for word in arguments) and "--" not in arguments:
        return shell
    raise unclear(f"The kernelspec sets what cannot be told: {quoted(raw)}.")


def _cd(shell: Command, arguments: list[str], raw: str) -> Command:
    if len(arguments) != 1 or UNTOLD in arguments[0] or arguments[0].startswith("-"):
        raise unclear(f"The kernelspec changes to a folder that cannot be told: {quoted(raw)}.")
    if shell.cwd is None and not os.path.isabs(arguments[0]):
        return shell
    return replace(shell, cwd=shell.full(arguments[0]))


def _eval(shell: Command, arguments: list[str], raw: str) -> Command:
    if "hook" not in raw and "init" not in raw:  # of conda, micromamba, pyenv, direnv
        raise unclear(f"The kernelspec runs what only a shell can tell: {quoted(raw)}.")
    del arguments
    return shell.without_path(raw)


def _source(shell: Command, arguments: list[str], raw: str) -> Command:
    if not arguments or UNTOLD in arguments[0]:
        return shell.without_path(raw)
    file, *given = arguments
    if not os.path.dirname(file):
        found = shell.on_path(file)
        if found is None:
            raise unclear(f"The kernelspec sources a file that cannot be told: {quoted(raw)}.")
        file = found
    written = shell.full(file)
    file = os.path.normpath(written)
    if not same(file, written):  # a link before the `..` leads elsewhere
        file = written
    prefix = os.path.dirname(os.path.dirname(file))
    if file.endswith("/etc/profile.d/conda.sh"):  # it makes conda known, and no Python
        return shell.with_variable("CONDA_EXE", f"{os.path.dirname(prefix)}/bin/conda")
    is_activate = os.path.basename(file) == "activate"
    if is_activate and not given and os.path.isfile(os.path.join(prefix, "pyvenv.cfg")):
        return _venv(shell, file, prefix, raw)
    if is_activate and os.path.isdir(os.path.join(prefix, "conda-meta")):
        return _conda(shell, given or ["base"], raw, prefix)
    return shell.without_path(raw)


def _venv(shell: Command, file: str, prefix: str, raw: str) -> Command:
    """Return the shell with a venv active; one that was moved still activates its old place."""
    try:
        text = plain_files.text(file, _MOST_READ)
    except OSError:
        return shell.without_path(raw)
    for found in _MADE_FOR.finditer(text):
        if not same(found[2], prefix):
            named_folder = clean(found[2], 200)
            raise unclear(f"The kernelspec's {quoted(raw, 200)} activates {named_folder} instead.")
    active = shell.activated(prefix, "VIRTUAL_ENV")
    return replace(active, how=f"the environment that {quoted(raw, 200)} activates")


def _activate(shell: Command, arguments: list[str], raw: str) -> Command:
    if arguments[:1] != ["activate"]:
        return shell.without_path(raw)
    found, rest = options("conda activate", arguments[1:], "--stack", "-p -n")
    if any(option == "--stack" for option, _ in found):
        raise unclear(f"The kernelspec stacks environments: {quoted(raw)}.")
    return _conda(shell, [value for _, value in found] or list(rest) or ["base"], raw, None)


def _conda(shell: Command, names: list[str], raw: str, root: str | None) -> Command:
    if len(names) != 1 or UNTOLD in names[0]:
        raise unclear(f"The kernelspec activates what cannot be told: {quoted(raw)}.")
    name = names[0]
    is_path = "/" in name or "\\" in name
    try:
        folder = shell.full(name) if is_path else named(shell, name, root)
    except Problem as problem:
        if problem.reason == "not-found" and shell.path_from is not None:
            before = quoted(shell.path_from, 200)
            raise unclear(f"What {quoted(raw, 200)} activates depends on: {before}.") from None
        raise
    active = shell.activated(folder, "CONDA_PREFIX")
    return replace(active, how=f"the environment that {quoted(raw, 200)} activates")


_CHANGES: Mapping[str, Callable[[Command, list[str], str], Command]] = {
    ".": _source,
    "source": _source,
    "export": _export,
    "set": _set,
    "unset": _unset,
    "cd": _cd,
    "eval": _eval,
    "conda": _activate,
    "mamba": _activate,
    "micromamba": _activate,
}
