"""What our small conda holds to, as conda does: pins, bans and channels of its configuration."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rattler import ChannelPriority, MatchSpec, RepoDataRecord
from rattler.exceptions import InvalidMatchSpecError

from ...facts.text import clean
from ...probe.conda import condarc, environment as conda_files, root as conda_root
from ...probe.conda.channels import identity, without_credentials
from ...probe.conda.condarc import Rules
from . import history as conda_history
from .rattler_replies import Failed, dist_of

_DEFAULTS = "defaults"
_ANACONDAS = "https://repo.anaconda.com/pkgs"

#: Where channels lie that are named alone, and nobody says otherwise.
_ALIAS = "https://conda.anaconda.org"

#: By conda's words; flexible where nobody says, which its default is.
_PRIORITIES = {
    "strict": ChannelPriority.Strict,
    "flexible": ChannelPriority.Flexible,
    "disabled": ChannelPriority.Disabled,
}


def of(prefix: Path) -> Rules:
    """Return what holds for an environment. Raises `Failed` where that cannot be told."""
    programs = conda_root.commands(conda_history.read(prefix))
    root = conda_root.root_of(str(prefix), programs, os.environ)
    found, unknown = condarc.rules(str(prefix), root, os.environ)
    for path, why in unknown.items():
        message = f"Unable to load configuration file.\n  path: {path}\n  reason: {why}"
        raise Failed("ConfigurationLoadError", message, path=path, reason=why)
    return found


def priority(rules: Rules) -> ChannelPriority:
    """Return how far a channel goes before those behind it."""
    return _PRIORITIES.get(rules.channel_priority or "", ChannelPriority.Flexible)


def channels(named: Iterable[str], rules: Rules) -> list[str]:
    """Return the channels themselves, each once. Raises `Failed` where one may not be used."""
    found = list(dict.fromkeys(c for one in named for c in _meant(one, rules)))
    denied = set(map(identity, rules.denied_channels))
    allowed = set(map(identity, rules.allowed_channels))
    for channel in found:
        who, called = (
            without_credentials(channel),
            {identity(channel), identity(_at(channel, rules))},
        )
        if called & denied:
            raise Failed("ChannelDenied", f"Channel is denied by the configuration: {who}")
        if allowed and not called & allowed:
            raise Failed("ChannelNotAllowed", f"Channel is not allowed by the configuration: {who}")
    return list(dict.fromkeys(_at(channel, rules) for channel in found))


def pinned(prefix: Path, rules: Rules) -> list[MatchSpec]:
    """Return what is pinned, in the environment or by the configuration. Raises `Failed`."""
    try:
        written = (prefix / "conda-meta" / "pinned").read_text(encoding="utf-8")
    except FileNotFoundError:
        written = ""
    return [*map(parsed, conda_files.pinned(written)), *map(parsed, rules.pinned)]


def must_be_allowed(records: Sequence[RepoDataRecord], rules: Rules) -> None:
    """Raise `Failed` where a package that comes is one that the configuration forbids."""
    for spec in map(parsed, rules.disallowed):
        for record in records:
            if spec.matches(record):
                raise Failed(
                    "DisallowedPackageError",
                    f"The package '{dist_of(record)}' is disallowed by configuration.",
                )


def parsed(text: str) -> MatchSpec:
    """Return a spec. Raises `Failed` where it is none."""
    try:
        return MatchSpec(text)
    except InvalidMatchSpecError as error:
        raise Failed("InvalidMatchSpec", f"Invalid spec '{clean(text)}': {error}") from error


def _meant(channel: str, rules: Rules) -> tuple[str, ...]:
    """Return what a channel stands for: conda's `defaults` is a list of several."""
    if channel in rules.multichannels:
        return rules.multichannels[channel]
    if channel != _DEFAULTS:
        return (channel,)
    if rules.default_channels is not None:
        return rules.default_channels
    names = ("main", "r", "msys2") if sys.platform == "win32" else ("main", "r")
    return tuple(f"{_ANACONDAS}/{name}" for name in names)


def _at(channel: str, rules: Rules) -> str:
    """Return where a channel lies: a name may be put at another place, or all of them (a mirror)."""
    if "://" in channel:
        return channel
    begin = channel
    while begin:  # `a/label/b` is put where `a` is
        if begin in rules.custom_channels:
            return f"{rules.custom_channels[begin].rstrip('/')}/{channel}"
        begin = begin.rpartition("/")[0]
    return f"{(rules.channel_alias or _ALIAS).rstrip('/')}/{channel}"
