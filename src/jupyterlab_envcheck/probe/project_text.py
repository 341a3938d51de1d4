"""Understands environment.yml, requirements.txt, pyproject.toml and the like. No files here.

Names alone are kept: the URLs in such files can hold passwords.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ..facts.text import clean

_MOST_NAMES = 2_000
_MOST_LINES = 20_000  #: of requirements; reading these takes half a second
_MOST_KEYS = 50  #: of a mapping in an environment.yml
_MOST_NESTED = 500  #: brackets: reading deep nesting takes seconds, and then fails
_MOST_DOTS = 200  #: in a line of TOML
_MOST_LINE = 5_000  #: characters; with 40 hashes a line has 3,500

_CONDA_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
#: `numpy=2.1=py312h1_0`, `numpy==2.1=0`, `numpy 2.1 py312h1_0`; a build with a `*` picks a variant,
#: which every platform has.
_BUILD = re.compile(r"[\w.-]+(?:==?|\s+)[\w.!+]+(?:=|\s+)[\w.]+")
_OF_EXPORT = 2  #: equals signs in a line of `conda list --export`, where pip writes `==`
_COMMENT = re.compile(r"(?:^|\s)#.*")
#: An option behind a requirement: ` --hash=…`.
_OPTION = re.compile(r"\s--?[a-zA-Z].*")
_QUOTED = re.compile(r"'.*'|\".*\"", re.DOTALL)
_LOCAL = re.compile(r"file:|[/~]|[A-Za-z]:[\\/]|\\\\", re.IGNORECASE)
_EDITABLE = re.compile(r"(?:-e|--editable)[\s=]+")
_INCLUDED = re.compile(r"(?:-r|--requirement)\b")

#: Whose a pyproject.toml is, by its `[tool.*]` tables; the first counts.
_TOOLS = ("pixi", "poetry", "pdm", "hatch", "uv")


class Unread(Exception):
    """A file says nothing that can be understood; the message is why, clean."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a file says: see `ProjectFile`."""

    tool: str
    lock: bool = False
    names: tuple[str, ...] = ()
    builds: int = 0
    prefix: bool = False
    pip: bool | None = None
    loose: int = 0
    local: int = 0


@dataclass(kw_only=True)
class _Specs:
    """What the lines of one file come to."""

    names: dict[str, None] = field(default_factory=dict)
    builds: int = 0
    loose: int = 0
    local: int = 0
    inexact: int = 0  #: lines that do not name one version

    def told(self, tool: str, *, lock: bool = False, **more: Any) -> Told:
        return Told(
            tool=tool,
            lock=lock,
            names=tuple(list(self.names)[:_MOST_NAMES]),
            builds=self.builds,
            loose=self.loose,
            local=self.local,
            **more,
        )

    def add(self, name: str) -> bool:
        """Keep a name, unless it is none."""
        if not _CONDA_NAME.fullmatch(name):
            return False
        self.names[clean(canonicalize_name(name), 200)] = None
        return True

    def conda(self, written: str) -> None:
        """Take in one of conda's specs."""
        spec = written.split("#", 1)[0].rpartition("::")[2].strip()
        match = _CONDA_NAME.match(spec)
        if match is None or not self.add(match[0]):
            return
        self.builds += _BUILD.fullmatch(spec) is not None
        self.loose += spec == match[0]

    def requirement(self, written: str) -> None:
        """Take in one line of a requirements file."""
        line = _COMMENT.sub("", written[:_MOST_LINE]).strip()
        if not line:
            return
        if editable := _EDITABLE.match(line):
            line = line[editable.end() :]
        elif line.startswith("-"):
            self.inexact += _INCLUDED.match(line) is not None
            return
        if _BUILD.fullmatch(line) and line.count("=") == _OF_EXPORT and "==" not in line:
            self.conda(line)
            return
        line = _OPTION.sub("", line)
        try:
            parsed = Requirement(line)
        except (InvalidRequirement, RecursionError):
            self.inexact += 1
            self.local += _LOCAL.match(line) is not None
            return
        self.add(parsed.name)
        self.local += parsed.url is not None and _LOCAL.match(parsed.url) is not None
        self.loose += not parsed.specifier and parsed.url is None
        self.inexact += not any(
            one.operator in ("==", "===") and not one.version.endswith("*")
            for one in parsed.specifier
        )

    def table(self, wanted: object) -> None:
        """Take in a table of names and versions, as Poetry's, pixi's and Pipenv's are."""
        for name, version in _table(wanted).items():
            if name == "python" or not self.add(str(name)):
                continue
            self.loose += version == "*"
            told = _table(version).get("path")
            self.local += isinstance(told, str) and _LOCAL.match(told) is not None


def of_environment_yml(written: str) -> Told:
    """Return what an environment.yml says; Unread where it is none."""
    content = _yaml(written)
    specs, pip = _Specs(), False
    for entry in _sequence(content.get("dependencies")):
        if entry.id == "scalar":
            specs.conda(str(entry.value)[:_MOST_LINE])
        elif not pip and "pip" in (part := _mapping(entry)):  # conda, too, knows of one
            pip = True
            for line in _sequence(part["pip"]):
                if line.id == "scalar":
                    specs.requirement(str(line.value))
    return specs.told("conda", prefix="prefix" in content, pip=pip)


def of_requirements(written: str) -> Told:
    """Return what a requirements file says; one that names one version of everything is a lock.

    Unread where it is too long.
    """
    specs = _Specs()
    lines = written.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()
    if len(lines) > _MOST_LINES:
        raise Unread(f"it has more than {_MOST_LINES:,} lines")
    for line in lines:
        specs.requirement(line)
    exact = bool(specs.names) and not specs.inexact and not specs.builds
    return specs.told("conda" if specs.builds else "pip", lock=exact)


def of_pyproject(written: str) -> Told | None:
    """Return what a pyproject.toml says, None where it speaks of no packages at all."""
    content = _toml(written)
    project, tools = _table(content.get("project")), _table(content.get("tool"))
    groups = _table(content.get("dependency-groups"))
    tool = next((name for name in _TOOLS if isinstance(tools.get(name), dict)), None)
    if tool is None and not project and not groups:
        return None
    specs = _Specs()
    optional = _table(project.get("optional-dependencies"))
    for lines in (project.get("dependencies"), *groups.values(), *optional.values()):
        for line in _listed(lines):
            if isinstance(line, str):
                specs.requirement(line)
    poetry = _table(tools.get("poetry"))
    for part in (poetry, *_table(poetry.get("group")).values()):
        specs.table(_table(part).get("dependencies"))
    _of_pixi(_table(tools.get("pixi")), specs)
    return specs.told(tool or "pip")


def of_pixi(written: str) -> Told:
    """Return what a pixi.toml says."""
    specs = _Specs()
    _of_pixi(_toml(written), specs)
    return specs.told("pixi")


def of_pipfile(written: str) -> Told:
    """Return what a Pipfile says."""
    content, specs = _toml(written), _Specs()
    for name in ("packages", "dev-packages"):
        specs.table(content.get(name))
    return specs.told("pipenv")


def _of_pixi(content: Mapping[str, Any], specs: _Specs) -> None:
    for part in (content, *_table(content.get("feature")).values()):
        for name in ("dependencies", "pypi-dependencies"):
            specs.table(_table(part).get(name))


def _yaml(written: str) -> Mapping[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - few folders have such a file
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - likewise

    if written.count("[") + written.count("{") > _MOST_NESTED:
        raise Unread("it has too many brackets")
    try:
        # Into nodes and no further: neither tags nor references that multiply can do anything.
        reader: Any = YAML(typ="safe", pure=True)
        reader.composer.warn_double_anchors = False  # it would print the lines around them
        node: Any = reader.compose(written)
    except YAMLError as error:
        # In quotation marks stands what was written, and may not be for showing.
        problem = str(getattr(error, "problem", None) or "it is no YAML")
        raise Unread(clean(_QUOTED.sub("…", problem), 200)) from error
    except (RecursionError, AttributeError, TypeError, LookupError, ValueError) as error:
        raise Unread("it is no YAML") from error
    if node is None:
        return {}
    if node.id != "mapping":
        raise Unread("it is no mapping")
    return _mapping(node)


def _mapping(node: Any) -> Mapping[str, Any]:
    """Return the nodes of a mapping by their keys; of another node, nothing."""
    pairs = node.value[:_MOST_KEYS] if node.id == "mapping" else ()
    return {str(key.value): value for key, value in pairs if key.id == "scalar"}


def _sequence(node: Any) -> Sequence[Any]:
    """Return the nodes of a list; of another node, or none, nothing."""
    entries: Sequence[Any] = ()
    if node is not None and node.id == "sequence":
        entries = node.value[:_MOST_NAMES]
    return entries


def _toml(written: str) -> Mapping[str, Any]:
    # For a key of 100,000 dotted parts tomllib takes gigabytes.
    if any(line.count(".") > _MOST_DOTS for line in written.splitlines()):
        raise Unread("it has a line with too many dots")
    try:
        return tomllib.loads(written)
    except (ValueError, RecursionError) as error:
        raise Unread("it is no TOML") from error


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
