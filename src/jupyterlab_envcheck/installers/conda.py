"""How conda and its like are spelled, and how their JSON is read. It runs nothing.

conda, mamba 2, micromamba, and our own small conda on py-rattler answer alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..problems import Problem
from . import conda_errors
from .base import Heard, Reply
from .conda_failures import PackagesNotFound, TermsNotAccepted, bad_reply
from .conda_replies import Actions, CondaPackage, actions_of, answers_in, listener
from .conda_specs import is_name, parse_channel, parse_conda_spec

CondaTool = Literal["conda", "mamba", "micromamba", "rattler"]
CondaVerb = Literal["install", "remove", "update", "create"]

__all__ = [
    "Actions",
    "Conda",
    "CondaPackage",
    "CondaTool",
    "CondaVerb",
    "PackagesNotFound",
    "TermsNotAccepted",
]


@dataclass(frozen=True, kw_only=True)
class Conda:
    """One of conda's tools, and the environment it is to change, always by its prefix."""

    tool: CondaTool
    program: tuple[str, ...]  #: how the tool is started
    prefix: str
    channels: tuple[str, ...] = ()  #: exactly these; empty means those that are configured

    @property
    def name(self) -> str:
        """What the tool is called."""
        return self.tool

    def dry_run(
        self, verb: CondaVerb, specs: Sequence[str], *, alone: bool = False
    ) -> tuple[str, ...]:
        """Return the argv that finds out what a change would do."""
        return self._spell(verb, ("--dry-run", "--json"), specs, alone=alone)

    def change(
        self, verb: CondaVerb, specs: Sequence[str], *, alone: bool = False
    ) -> tuple[str, ...]:
        """Return the argv of the change itself, which asks nothing.

        With `alone` nothing but the packages themselves is touched: they are put there again, where
        `specs` name version and build, or taken away, whatever needs them or they needed.
        """
        return self._spell(verb, ("--json", "-y"), specs, alone=alone)

    def read(self, reply: Reply) -> Actions:
        """Return what a dry run would do or a change did, or raise what went wrong as a `Problem`."""
        told = next(answers_in(reply.output), None)
        if reply.returncode == 0 and told is None:
            raise bad_reply(self.tool)
        # micromamba leaves out what is as it should be.
        if (
            reply.returncode != 0
            or told is None
            or not told.get("success", not told.keys().isdisjoint(("actions", "message")))
        ):
            raise self.explain(f"{reply.output}\n{reply.errors}")
        try:
            return actions_of(told)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise bad_reply(self.tool) from error

    def explain(self, text: str) -> Problem:
        """Return what went wrong, in a sentence, and what to do."""
        return conda_errors.explain(self.tool, text)

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that understands the lines of one change, in their order."""
        return listener()

    def _spell(
        self, verb: CondaVerb, options: tuple[str, ...], specs: Sequence[str], *, alone: bool
    ) -> tuple[str, ...]:
        words = tuple(map(parse_conda_spec, specs))
        if verb == "update" and not all(map(is_name, words)):
            verb = "install"  # conda's update takes names alone
        nothing_else = ("--force",) if verb == "remove" else ("--force-reinstall", "--no-deps")
        return (
            *self.program,
            verb,
            *options,
            *("-p", self.prefix),
            *self._channels(verb),
            *(nothing_else if alone else ()),
            *words,
        )

    def _channels(self, verb: CondaVerb) -> tuple[str, ...]:
        # A removal asks no channel, but conda looks at the terms of those that it is told or that
        # are configured. mamba and micromamba know no such option there.
        if verb == "remove" and self.tool in ("mamba", "micromamba"):
            return ()
        if not self.channels:  # those that are configured
            return ()
        named = (word for channel in self.channels for word in ("-c", parse_channel(channel)))
        return ("--override-channels", *named)
