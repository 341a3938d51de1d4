"""Reads conda's configuration as conda does: files in its search order, then its variables.

Of all that can stand there only what `Condarc` names is kept: the rest may be tokens, proxies with
passwords, certificates.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...facts import Condarc
from ...facts.text import clean
from .. import homes
from ..cache import Bounded
from ..plain_files import text, why_not
from .channels import name, without_credentials
from .records import changed

_MOST_READ = 65_536  #: bytes; conda's own sample of every setting has 10,000
_MOST_NESTED = 500  #: brackets: reading deep nesting takes seconds, and then fails
_MOST_ITEMS = 200

_LISTS = (
    *("channels", "default_channels", "pkgs_dirs", "envs_dirs"),
    *("pinned_packages", "disallowed_packages", "allowlist_channels", "denylist_channels"),
)
_WORDS = ("channel_priority", "solver", "channel_alias")
#: What names stand for: places, or lists of channels.
_MAPS = ("custom_channels", "custom_multichannels")
_ALIASES = {
    "channel": "channels",
    "experimental_solver": "solver",
    "disallow": "disallowed_packages",
    "envs_path": "envs_dirs",
    "whitelist_channels": "allowlist_channels",
}
#: What stands between the items of a list in a variable: there can be commas in a spec.
_BETWEEN = {"pinned_packages": "&", "disallowed_packages": "&", "envs_dirs": os.pathsep}

#: What conda makes of YAML's words for true and false in channel_priority.
_PRIORITIES = {
    **dict.fromkeys(("true", "yes", "on", "flexible"), "flexible"),
    **dict.fromkeys(("false", "no", "off", "disabled"), "disabled"),
    "strict": "strict",
}

#: conda's marks in comments: `#!final` ends the search, the others move a line of a list.
_QUOTED = re.compile(r"'.*'|\".*\"", re.DOTALL)
_MARK = re.compile(r"#\s*!(final|top|bottom)\s*$")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a list."""

    text: str
    mark: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one file, or the variables, set."""

    lists: Mapping[str, tuple[Item, ...]]
    words: Mapping[str, str]
    final: frozenset[str]  #: settings that no later source may change
    maps: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What conda would hold to, whatever is asked for."""

    pinned: tuple[str, ...]  #: specs
    disallowed: tuple[str, ...]  #: specs
    allowed_channels: tuple[str, ...]  #: empty where all are
    denied_channels: tuple[str, ...]
    default_channels: tuple[str, ...] | None  #: where somebody says what "defaults" means
    channel_priority: str | None  #: strict, flexible, disabled; None where none is set
    channel_alias: str | None  #: where channels lie that are named alone
    custom_channels: Mapping[str, str]  #: name, or what it begins with -> where that one lies
    multichannels: Mapping[str, tuple[str, ...]]  #: name -> the channels it stands for


_parsed: Bounded[tuple[str, int], Source] = Bounded()


def read(prefix: str, root: str | None, env: Mapping[str, str]) -> tuple[Condarc, dict[str, str]]:
    """Return the configuration for an environment, and why what could not be read was not."""
    files, sources, unknown = _sources(prefix, root, env)
    packages = merged_list("pkgs_dirs", sources)
    solver = merged_word("solver", sources)
    config = Condarc(
        files=files,
        channels=tuple(name(channel) for channel in merged_list("channels", sources) or ()),
        default_channels=_default_channels(sources),
        channel_priority=_priority(sources),
        solver=clean(solver, 60) if solver is not None else None,
        pkgs_dirs=tuple(clean(path) for path in _package_folders(packages, root, env)),
    )
    return config, unknown


def rules(prefix: str, root: str | None, env: Mapping[str, str]) -> tuple[Rules, dict[str, str]]:
    """Return what conda would hold to in an environment, and why what could not be read was not."""
    _, sources, unknown = _sources(prefix, root, env)

    def plain(setting: str) -> tuple[str, ...]:
        return tuple(map(without_credentials, merged_list(setting, sources) or ()))

    alias = merged_word("channel_alias", sources)
    found = Rules(
        pinned=plain("pinned_packages"),
        disallowed=plain("disallowed_packages"),
        allowed_channels=plain("allowlist_channels"),
        denied_channels=plain("denylist_channels"),
        default_channels=_default_channels(sources),
        channel_priority=_priority(sources),
        channel_alias=None if alias is None else without_credentials(alias),
        custom_channels={
            called: without_credentials(place)
            for called, places in merged_map("custom_channels", sources).items()
            for place in places
        },
        multichannels={
            called: tuple(map(without_credentials, channels))
            for called, channels in merged_map("custom_multichannels", sources).items()
        },
    )
    return found, unknown


def environment_folders(prefix: str, root: str | None, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return where conda looks for environments by name; it makes one in the first it may write to."""
    _, sources, _ = _sources(prefix, root, env)
    beside = [os.path.join(root, "envs")] if root is not None else []
    written = [*(merged_list("envs_dirs", sources) or ()), *beside, "~/.conda/envs"]
    return tuple(_absolute(written, env))


def forget() -> None:
    """Keep nothing any longer (the person pressed refresh)."""
    _parsed.forget()


def search_path(prefix: str, root: str | None, env: Mapping[str, str]) -> Iterator[str]:
    """Yield the files conda would read if they are there, in its order: later ones win."""
    if sys.platform == "win32":
        folders = [("C:/ProgramData/conda", True)]
    else:
        folders = [("/etc/conda", True), ("/var/lib/conda", True)]
    folders += [(root, True)] if root is not None else []
    for written in ("$XDG_CONFIG_HOME/conda", "~/.config/conda", "~/.conda"):
        folder = homes.expand(written, env)
        folders += [(folder, True)] if folder is not None else []
    here = homes.home(env)
    folders += [(here, False)] if here is not None else []
    folders.append((prefix, True))
    seen: set[str] = set()
    for folder, whole in folders:
        for path in _in_folder(folder) if whole else [os.path.join(folder, ".condarc")]:
            if path not in seen:
                seen.add(path)
                yield path
    named = homes.expand(env.get("CONDARC", ""), env)
    if named and os.path.isabs(named) and named not in seen:
        yield from _of_folder(named) if os.path.isdir(named) else [named]


def parse(written: str) -> Source:
    """Return what a file sets; ValueError where it is no YAML, or none that anybody would write.

    YAML is read into its nodes and no further: nothing is constructed, so that neither tags nor
    references that multiply each other can do anything.
    """
    node = _composed(written)
    if node is None:
        return Source(lists={}, words={}, final=frozenset())
    if node.id != "mapping":
        raise ValueError("it has no settings")
    lists: dict[str, tuple[Item, ...]] = {}
    words: dict[str, str] = {}
    maps: dict[str, dict[str, tuple[str, ...]]] = {}
    final = set()
    lines = written.splitlines()
    for key, value in node.value:
        setting = _ALIASES.get(str(key.value), str(key.value)) if key.id == "scalar" else ""
        if setting in _LISTS and value.id == "sequence":
            items = [item for item in value.value[:_MOST_ITEMS] if item.id == "scalar"]
            lists[setting] = tuple(Item(text=i.value, mark=_mark(i, lines)) for i in items)
        elif setting in _WORDS and value.id == "scalar" and value.value:
            words[setting] = value.value
        elif setting in _MAPS and value.id == "mapping":
            maps[setting] = dict(_entries(value))
        if _mark(key, lines) == "final":
            final.add(setting)
    return Source(lists=lists, words=words, final=frozenset(final), maps=maps)


def of_variables(env: Mapping[str, str]) -> Source:
    """Return what CONDA_ variables set."""
    lists: dict[str, tuple[Item, ...]] = {}
    words: dict[str, str] = {}
    for setting in (*_ALIASES, *_LISTS, *_WORDS):  # the name itself wins over an alias
        written = env.get(f"CONDA_{setting.upper()}")
        if not written:
            continue
        into = _ALIASES.get(setting, setting)
        if into in _LISTS:
            items = (item.strip() for item in written.split(_BETWEEN.get(into, ","))[:_MOST_ITEMS])
            lists[into] = tuple(Item(text=item) for item in items if item)
        else:
            words[into] = written.split("!important")[0].strip()
    return Source(lists=lists, words=words, final=frozenset())


def merged_word(setting: str, sources: Sequence[Source]) -> str | None:
    """Return the first that is marked as final, else the last."""
    value = None
    for source in sources:
        if setting in source.words:
            value = source.words[setting]
            if setting in source.final:
                break
    return value


def merged_map(setting: str, sources: Sequence[Source]) -> dict[str, tuple[str, ...]]:
    """Return the entries of all maps, of one name the later one."""
    found: dict[str, tuple[str, ...]] = {}
    for source in sources:
        found |= source.maps.get(setting, {})
        if setting in source.final:
            break
    return found


def merged_list(setting: str, sources: Sequence[Source]) -> tuple[str, ...] | None:
    """Return the lines of all lists, the later list's first, each line once; None without a list.

    Lines marked `#!top` come first, the earlier list's before all, and `#!bottom` last.
    """
    found: list[tuple[Item, ...]] = []
    for source in sources:
        if setting in source.lists:
            found.append(source.lists[setting])
            if setting in source.final:
                break
    if not found:
        return None
    top = [item.text for items in found for item in items if item.mark == "top"]
    plain = [item.text for items in reversed(found) for item in items]
    bottom = [item.text for items in reversed(found) for item in items if item.mark == "bottom"]
    without_bottom = [line for line in dict.fromkeys((*top, *plain)) if line not in bottom]
    # Of a line that is at the bottom of two lists the later place stands.
    return (*without_bottom, *reversed(list(dict.fromkeys(reversed(bottom)))))


def _sources(
    prefix: str, root: str | None, env: Mapping[str, str]
) -> tuple[tuple[str, ...], list[Source], dict[str, str]]:
    """Return the files that were read, what they and the variables set, and what was not read."""
    unknown: dict[str, str] = {}
    files: list[str] = []
    sources: list[Source] = []
    for path in search_path(prefix, root, env):
        try:
            source = _source(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            unknown[clean(path)] = f"it cannot be read: {why_not(error)}"
        except ValueError as error:
            unknown[clean(path)] = clean(f"it is no configuration: {error}", 300)
        else:
            files.append(clean(path))
            sources.append(source)
    return tuple(files), [*sources, of_variables(env)], unknown


def _default_channels(sources: Sequence[Source]) -> tuple[str, ...] | None:
    found = merged_list("default_channels", sources)
    return None if found is None else tuple(without_credentials(channel) for channel in found)


def _priority(sources: Sequence[Source]) -> str | None:
    word = merged_word("channel_priority", sources)
    return _PRIORITIES.get(word.lower()) if word is not None else None


def _source(path: str) -> Source:
    key = (path, changed(path))
    kept = _parsed.get(key)
    if kept is None:
        kept = parse(text(path, _MOST_READ))
        _parsed.put(key, kept)
    return kept


def _in_folder(folder: str) -> Iterator[str]:
    yield os.path.join(folder, ".condarc")
    yield os.path.join(folder, "condarc")
    yield from _of_folder(os.path.join(folder, "condarc.d"))


def _of_folder(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))[:_MOST_ITEMS]
    except (OSError, ValueError):
        return []
    return [os.path.join(folder, n) for n in names if n.endswith((".yml", ".yaml"))]


def _composed(written: str) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - most environments have no such file
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    if written.count("[") + written.count("{") > _MOST_NESTED:
        raise ValueError("it has too many brackets")
    try:
        reader: Any = YAML(typ="safe", pure=True)
        reader.composer.warn_double_anchors = False  # it would print the lines around them
        node: Any = reader.compose(written)
    except YAMLError as error:
        # In quotation marks stands what was written, which can be a password: `password: *x`.
        problem = str(getattr(error, "problem", None) or "it is no YAML")
        raise ValueError(_QUOTED.sub("…", problem)) from error
    except (RecursionError, AttributeError, TypeError, LookupError) as error:
        raise ValueError("it is no YAML") from error
    return node


def _entries(mapping: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names in a map of YAML's, with the text or the texts that each stands for."""
    for key, value in mapping.value[:_MOST_ITEMS]:
        if key.id == "scalar" and value.id in ("scalar", "sequence"):
            items = [value] if value.id == "scalar" else value.value[:_MOST_ITEMS]
            yield str(key.value), tuple(i.value for i in items if i.id == "scalar" and i.value)


def _mark(node: Any, lines: Sequence[str]) -> str | None:
    number = node.start_mark.line
    match = _MARK.search(lines[number]) if number < len(lines) else None
    return match[1] if match is not None else None


def _package_folders(
    written: Iterable[str] | None, root: str | None, env: Mapping[str, str]
) -> list[str]:
    """Return where conda keeps packages: as set, else beside its root and in the home directory."""
    if written is None:
        written = [os.path.join(root, "pkgs")] if root is not None else []
        written = [*written, "~/.conda/pkgs"]
    return _absolute(written, env)


def _absolute(written: Iterable[str], env: Mapping[str, str]) -> list[str]:
    folders = (homes.expand(folder, env) for folder in written)
    return list(dict.fromkeys(f for f in folders if f is not None and os.path.isabs(f)))
