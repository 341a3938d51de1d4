"""Tells what a command line installs, with which tool, and into what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CONDAS = frozenset({"conda", "mamba", "micromamba"})
_PIP = re.compile(r"pip(\d(\.\d+)?)?")
#: What runs `-m pip`: a Python by its name or path, or by a name of the notebook's.
_PYTHON = re.compile(r"(?:python|pypy|py)[\d.]*|.*[{$].*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_BEFORE = frozenset({"sudo", "time", "env", "exec", "command", "nice", "nohup"})
_CHANGES = frozenset({"install", "uninstall", "create", "remove", "update", "upgrade"})
_SUBCOMMANDS = {
    "pip": frozenset({"install", "uninstall"}),
    "uv pip": frozenset({"install", "uninstall", "sync"}),
    "uv": frozenset({"add", "remove", "sync"}),
    "conda": _CHANGES,
    "conda env": frozenset({"create", "update"}),
}

#: Options whose value names the environment or Python, by tool.
_TARGETS = {
    "pip": frozenset({"-t", "--target", "--prefix", "--root", "--python"}),
    "uv": frozenset({"-p", "--python", "--target", "--prefix", "--project", "--directory"}),
    "conda": frozenset({"-n", "--name", "-p", "--prefix", "-r", "--root-prefix"}),
}
#: Other options that take a value, which is no package.
_VALUED = {
    "pip": frozenset(
        {"-r", "-c", "-e", "-i", "-f", "-C", "-d", "--requirement", "--constraint", "--editable"}
        | {"--index-url", "--extra-index-url", "--find-links", "--config-settings", "--platform"}
        | {"--python-version", "--implementation", "--abi", "--no-binary", "--only-binary"}
        | {"--cache-dir", "--progress-bar", "--upgrade-strategy", "--timeout", "--retries"}
        | {"--proxy", "--trusted-host", "--cert", "--client-cert", "--log", "--src"}
        | {"--global-option", "--report", "--group", "--exists-action", "--root-user-action"}
        | {"--use-feature", "--use-deprecated", "--keyring-provider", "--build-constraint"}
        | {"--requirements-from-script"}
    ),
    "uv": frozenset(
        {"-r", "-c", "-e", "-b", "-i", "-f", "-P", "-C", "-o", "--group", "--requirements"}
        | {"--requirement", "--constraints", "--constraint", "--editable", "--overrides"}
        | {"--override", "--build-constraints", "--index", "--default-index", "--index-url"}
        | {"--extra-index-url", "--find-links", "--index-strategy", "--keyring-provider"}
        | {"--resolution", "--prerelease", "--upgrade-package", "--reinstall-package"}
        | {"--torch-backend", "--extra", "--exclude-newer", "--link-mode", "--python-version"}
        | {"--python-platform", "--no-binary", "--only-binary", "--no-build-package"}
        | {"--cache-dir", "--color", "--config-file", "--config-setting", "--optional", "--tag"}
        | {"--branch", "--rev", "--marker", "--package", "--script"}
    ),
    "conda": frozenset(
        {"-c", "-f", "--channel", "--file", "--solver", "--experimental-solver", "--repodata-fn"}
        | {"--revision", "--rev", "--platform", "--subdir"}
        | {"--channel-priority", "--rc-file", "--clone"}
    ),
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a command installs or removes."""

    tool: str  #: pip, conda, mamba, micromamba, uv
    specs: tuple[str, ...]
    target: str | None  #: the environment or Python that the command itself names


def wish_of(words: Sequence[str]) -> Wish | None:
    """Return what a command installs or removes, None where it does neither."""
    rest = list(words)
    while rest and (rest[0] in _BEFORE or _ASSIGNMENT.match(rest[0])):
        helper = rest.pop(0) in _BEFORE
        while helper and rest and rest[0].startswith("-"):
            rest.pop(0)
    if not rest:
        return None
    program, named = _program(rest[0]), _named(rest[0])
    if "-m" in rest[1:4] and _PYTHON.fullmatch(program):
        module = rest.index("-m") + 1
        rest, named = rest[module:], rest[0]
        program = rest[0] if rest else ""
    if _PIP.fullmatch(program):
        return _wish("pip", "pip", rest[1:], named)
    if program == "uv":
        inner = rest[1:2] == ["pip"]
        return _wish("uv", "uv pip" if inner else "uv", rest[1 + inner :], named)
    if program in _CONDAS:
        if "run" in rest[1:2]:
            return _run_in(rest[2:])
        inner = rest[1:2] == ["env"]
        return _wish(program, "conda env" if inner else "conda", rest[1 + inner :], named)
    return None


def activated(words: Sequence[str]) -> str | None:
    """Return the environment that a command makes the shell's, None where it does not."""
    match list(words):
        case [("source" | "."), script] if "activate" in script:
            return script
        case [("source" | "."), script, name] if "activate" in script:
            return name
        case [tool, "activate", name, *_] if _program(tool) in _CONDAS:
            return name
        case ["export", *settings] if any(one.startswith("PATH=") for one in settings):
            return "PATH"
        case _:
            return None


def _program(word: str) -> str:
    return re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")


def _named(word: str) -> str | None:
    """Return a program that is more than a name: a path, or one of a certain Python."""
    return word if re.search(r"[/\\{$]|\d\.\d|^py$", word) else None


def _wish(tool: str, command: str, words: Iterable[str], named: str | None) -> Wish | None:
    family = "conda" if tool in _CONDAS else tool
    subcommand, specs, target = None, [], named
    waiting = None  #: the option whose value comes next
    plain = False  #: after `--` no word is an option
    for word in words:
        if waiting is not None:
            target = word if waiting in _TARGETS[family] else target
            waiting = None
        elif word == "--":
            plain = True
        elif word.startswith("-") and not plain:
            waiting, value = _option(word, family)
            target = value if value is not None else target
        elif subcommand is None:
            subcommand = word
        else:
            specs.append(word)
    if subcommand not in _SUBCOMMANDS[command]:
        return None
    return Wish(tool=tool, specs=tuple(specs), target=target)


def _option(word: str, family: str) -> tuple[str | None, str | None]:
    """Return an option that waits for its value, and the environment that one names at once."""
    targets, valued = _TARGETS[family], _VALUED[family]
    name, equals, value = word.partition("=")
    if word.startswith("--"):
        if equals:
            return None, value if name in targets else None
        return (name if name in targets or name in valued else None), None
    short, attached = word[:2], word[2:]
    if short in targets and attached:
        return None, attached
    if short in valued and attached:
        return None, None
    last = f"-{word[-1]}"  # of several in one, as in `-qr FILE`
    return (last if last in targets or last in valued else None), None


def _run_in(words: Sequence[str]) -> Wish | None:
    """Return what `conda run -n NAME COMMAND` does: its options come first."""
    target, rest = None, list(words)
    while rest and rest[0].startswith("-"):
        waiting, value = _option(rest.pop(0), "conda")
        target = value if value is not None else target
        if waiting is not None and rest:
            target = rest.pop(0)
    inner = wish_of(rest)
    if inner is None:
        return None
    return Wish(tool=inner.tool, specs=inner.specs, target=inner.target or target)
