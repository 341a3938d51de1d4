"""An `environment.yml`: written from what was asked for, and read line by line, never handed on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..facts.text import clean
from ..problems import Problem
from .conda_specs import parse_channel
from .file_specs import parse_conda_line, parse_pip_line
from .made_of import MOST_SPECS_OF_A_FILE, EnvironmentFile, Reading, RefusedLine
from .requirements_file import is_like_requirements, read_requirements
from .venvs import parse_name

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

__all__ = [
    "LONGEST_FILE",
    "EnvironmentFile",
    "RefusedLine",
    "decoded",
    "parse_channel_name",
    "read_environment_file",
    "write_environment_file",
]

#: Characters of a file that is read: one of a thousand packages with their builds has some 60,000.
LONGEST_FILE = 131_072
_MOST_NESTED = 20  #: brackets: a list in a list is as deep as such a file is

#: What YAML reads as a text without quotes, and as nothing else.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.=<>!~*,+\[\]/-]*")
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})

#: A channel by its name: conda-forge, pkgs/main. Anything longer is a URL or a path.
_CHANNEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)?")
_LONGEST_CHANNEL = 100
#: conda's word for “none but those named here”, which is what is done in any case.
_NO_DEFAULTS = "nodefaults"

#: Where the environment was: on every file that conda exports, and nothing to be made again.
_PREFIX = "prefix"
_VARIABLES = "variables"
_READ = ("name", "channels", "dependencies", _PREFIX, _VARIABLES)
_MOST_TOLD = 10  #: names of variables

_STRING = "tag:yaml.org,2002:str"
_WHOLE = "A file has a name, channels, and dependencies with at most one list for pip."

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def write_environment_file(file: EnvironmentFile) -> str:
    """Return the text of a file that makes such an environment anywhere: it names no prefix."""
    lines = [f"name: {_quoted(file.name)}"] if file.name is not None else []
    if file.channels:
        lines += ["channels:", *(f"  - {_quoted(channel)}" for channel in file.channels)]
    lines += ["dependencies:", *(f"  - {_quoted(spec)}" for spec in file.specs)]
    if file.pypi:
        lines += ["  - pip:", *(f"      - {_quoted(spec)}" for spec in file.pypi)]
    lines += [f"# {remark}" for remark in file.remarks]
    return "\n".join(lines) + "\n"


def decoded(content: bytes) -> str:
    """Return the text of a file; PowerShell's `>` writes UTF-16. Raises UnicodeDecodeError."""
    return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8")


def read_environment_file(text: str) -> EnvironmentFile:
    """Return what a file asks for, rebuilt from its parsed parts; nothing else gets through.

    It is an `environment.yml`, a `requirements.txt`, or what `conda list --export` writes. All that
    is no plain name, channel or dependency is in `refused`, by its line. Raises Problem where it is
    none of these files.
    """
    if len(text) > LONGEST_FILE:
        message = f"The file is longer than {LONGEST_FILE:,} characters."
        raise Problem("bad-file", message, "Take out what is no dependency.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if re.search(r"^@EXPLICIT\s*$", text, re.MULTILINE):
        message = "This is a list of addresses (@EXPLICIT), and packages are fetched by name here."
        hint = (
            "`conda create --name NAME --file FILE` in a terminal makes an environment of it; what "
            "`conda export` writes is read here."
        )
        raise Problem("bad-file", message, hint)
    if not re.search(r"^[ \t]*['\"]?dependencies['\"]?[ \t]*:", text, re.MULTILINE):
        if is_like_requirements(text):
            return read_requirements(text)
        raise Problem("bad-file", "The file names no dependencies.", _WHOLE)
    return _Environment().read(_composed(text))


def parse_channel_name(text: str) -> str:
    """Return the plain name of a channel, such as conda-forge; nothing else gets through."""
    if _CHANNEL.fullmatch(text) and len(text) <= _LONGEST_CHANNEL:
        return text
    message = f"“{_shown(text)}” is not the plain name of a channel."
    hint = "Name channels as in conda-forge; their addresses belong into condarc."
    raise Problem("bad-channel", message, hint)


def _composed(text: str) -> Node | None:
    """Return the file as YAML's nodes, of which nothing is made: each still knows its line."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - few people read such a file
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - likewise

    if text.count("[") + text.count("{") > MOST_SPECS_OF_A_FILE + _MOST_NESTED:
        raise Problem("bad-file", "The file is nested too deep.", _WHOLE)
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False  # all anchors are refused
        # YAML has tabs behind a word, its reader has not.
        node: Node | None = yaml.compose(re.sub(r"(?<=\S)[ \t]*\t[ \t]*", " ", text))
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError, LookupError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        lines = text.splitlines()
        tabs = mark is not None and mark.line < len(lines) and "\t" in lines[mark.line]
        hint = "Put spaces in the place of tabs there" if tabs else "Mend it"
        message = f"The file is not written as YAML{where}."
        raise Problem("bad-file", message, f"{hint}, and read it again.") from error
    return node


class _Environment:
    """Reads the nodes of one file."""

    def __init__(self) -> None:
        self._found = Reading()
        self._told: tuple[str, ...] = ()

    def read(self, whole: Node | None) -> EnvironmentFile:
        if whole is None or _kind(whole) != "mapping":
            raise Problem("bad-file", "This is no environment file.", _WHOLE)
        found: dict[str, Node] = {}
        for key, value in whole.value:
            name = self._text(key)
            if name is None:
                continue
            if name not in _READ:
                self._refuse(key, f"“{_shown(name)}” is not something that is read here")
            elif name in found:
                self._refuse(key, f"{name} is there twice")
            else:
                found[name] = value
        if "dependencies" not in found or _kind(found["dependencies"]) != "sequence":
            raise Problem("bad-file", "The file has no list of dependencies.", _WHOLE)
        if "name" in found:
            self._name(found["name"])
        if "channels" in found:
            self._channels(found["channels"])
        if _VARIABLES in found:
            self._variables(found[_VARIABLES])
        self._dependencies(found["dependencies"])
        return self._found.made(told=self._told)

    def _name(self, node: Node) -> None:
        text = self._text(node)
        if text is None:
            return
        try:
            # What conda exports of an environment that is known by its place is the place.
            self._found.name = parse_name(re.split(r"[/\\]", text.rstrip("/\\"))[-1])
        except Problem as problem:
            self._refuse(node, problem.message)

    def _channels(self, node: Node) -> None:
        for entry in self._entries(node, "channels"):
            text = self._text(entry)
            if text is not None and text != _NO_DEFAULTS:
                self._found.channel(_line(entry), text, _channel)

    def _variables(self, node: Node) -> None:
        if _kind(node) != "mapping":
            self._refuse(node, f"{_VARIABLES} is no list of names and values")
            return
        names = [self._text(key) for key, _ in node.value]
        shown = [_shown(name) for name in names if name is not None]
        if not shown:
            return
        more = f" and {len(shown) - _MOST_TOLD} more" if len(shown) > _MOST_TOLD else ""
        self._told = (
            f"The file sets variables, which is not done here: {', '.join(shown[:_MOST_TOLD])}{more}.",
        )

    def _dependencies(self, node: Node) -> None:
        by_pip = False
        for entry in self._entries(node, "dependencies"):
            if _kind(entry) != "mapping":
                self._each(entry, self._found.conda, parse_conda_line)
            elif by_pip:
                self._refuse(entry, "there is a second list for pip")
            else:
                by_pip = True
                self._pip(entry)

    def _pip(self, node: Node) -> None:
        for key, value in node.value:
            name = self._text(key)
            if name is not None and name != "pip":
                self._refuse(key, f"“{_shown(name)}” is not something that is read here")
            elif name is not None:
                for entry in self._entries(value, name):
                    self._each(entry, self._found.pypi, parse_pip_line)

    def _each(
        self,
        node: Node,
        keep: Callable[[int, str, Callable[[str], str]], None],
        parse: Callable[[str], str],
    ) -> None:
        text = self._text(node)
        if text is not None:
            keep(_line(node), text, parse)

    def _entries(self, node: Node, name: str) -> Sequence[Node]:
        if _kind(node) != "sequence":
            self._refuse(node, f"{name} is no list")
            return ()
        if not self._is_plain(node):
            return ()
        entries: Sequence[Node] = node.value
        return entries

    def _text(self, node: Node) -> str | None:
        """Return the text of a node that is one; None where it is refused."""
        if not self._is_plain(node):
            return None
        if _kind(node) != "scalar" or str(node.tag) != _STRING:
            self._refuse(node, "there is something else than a text")
            return None
        return str(node.value)

    def _is_plain(self, node: Node) -> bool:
        if node.anchor is None:
            return True
        self._refuse(node, "there is an anchor, which stands for something elsewhere in the file")
        return False

    def _refuse(self, node: Node, why: str) -> None:
        self._found.refuse(_line(node), why.rstrip("."))


def _channel(text: str) -> str:
    """Return a channel by its name, or its address without user, password and token."""
    return parse_channel(text) if "://" in text else parse_channel_name(text)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _kind(node: Node) -> str:
    return type(node).__name__.removesuffix("Node").lower()


def _shown(text: str) -> str:
    return clean(text, 60).replace("\n", " ").strip()


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return "'" + text.replace("'", "''") + "'"
