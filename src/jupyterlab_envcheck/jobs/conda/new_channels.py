"""Which channels a new environment takes packages from, where they were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...plan import Refusal, Request, ways_out
from ...probe.conda import condarc
from ...probe.conda.channels import identity, name
from ...probe.conda.root import root_around
from ...recommendations import Command, Run
from .channels import FORGE, is_mirror


@dataclass(frozen=True, kw_only=True)
class NewChannels:
    """What was asked for, and what this machine knows."""

    asked: tuple[str, ...]  #: by name or address
    configured: tuple[str, ...]  #: in condarc, in its order
    known: frozenset[str]  #: all that is configured, allowed, or has brought what is installed

    def for_tool(self, tool: str) -> tuple[str, ...]:
        """Return the channels to name to a tool; none where those that are configured are meant.

        What is configured can be a mirror, whose address in condarc may hold a password: it is left
        to conda. Our own small conda reads no condarc, and is told the address.
        """
        mirrored = tuple(map(self._at_its_mirror, self.asked))
        if not self.configured or list(map(identity, mirrored)) != list(
            map(identity, self.configured)
        ):
            return mirrored
        plain = not any("://" in channel for channel in self.configured)
        return mirrored if tool == "rattler" or plain else ()

    def unknown(self) -> tuple[str, ...]:
        """Return the addresses that nothing on this machine knows: a file may say anything."""
        return tuple(c for c in self.asked if "://" in c and identity(c) not in self.known)

    def _at_its_mirror(self, channel: str) -> str:
        mirrors = (c for c in self.configured if is_mirror(c))
        return next(mirrors, channel) if channel == FORGE else channel


def new_channels(request: Request, environ: Mapping[str, str]) -> NewChannels:
    """Return the channels of a wish that names some; its target is the environment to be."""
    conda = request.conda
    config = conda.config if conda is not None else None
    configured = _configured(request, environ)
    known = (
        *configured,
        *(config.channels if config is not None else ()),
        *request.policy.allowed_channels,
        *(r.channel for r in (conda.records if conda is not None else ()) if r.channel is not None),
    )
    return NewChannels(
        asked=tuple(dict.fromkeys(map(name, request.wish.channels))),
        configured=configured,
        known=frozenset(map(identity, known)),
    )


def refused(unknown: Sequence[str]) -> Refusal:
    """Refuse addresses that only the file names."""
    first = unknown[0]
    text = (
        f"The file takes packages from {', '.join(unknown)}, which no environment or configuration "
        "of this machine names. Whoever runs a channel decides what its packages do."
    )
    add = Command(manager="conda", argv=("conda", "config", "--append", "channels", first))
    of_forge = ("restore", "environment.yml", "--channel", FORGE)
    return Refusal(
        reason="unknown-channel",
        text=text,
        alternatives=(
            Run(title="Take them from conda-forge", commands=ways_out.by_our_own(of_forge)),
            Run(title="If you trust it, name it in condarc first", commands=(add,)),
        ),
    )


def _configured(request: Request, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the channels in condarc that hold in the environment to be."""
    tool = request.environment.tool if request.environment is not None else None
    root = request.conda.root if request.conda is not None else None
    if root is None and tool is not None:
        root = root_around(tool)
    found, _ = condarc.read(request.target.prefix, root, environ)
    return found.channels
