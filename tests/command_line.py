"""The command as a person or a program calls it."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from job_world import World
from jupyterlab_envcheck.cli import main
from terminal import Terminal

ENVCHECK = (sys.executable, "-m", "jupyterlab_envcheck")


class Command:
    """The command on one environment, in this process: no terminal is there."""

    def __init__(self, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        self._target = ("--target", str(world.prefix))
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        return self.bare(*words, *self._target)

    def bare(self, *words: str) -> int:
        """Run it without naming the environment."""
        self._capsys.readouterr()
        try:
            return main(words)
        finally:
            self.out, self.err = self._capsys.readouterr()

    def json(self) -> Any:
        """Return what was written for programs."""
        return json.loads(self.out)


def in_a_terminal(world: World, *words: str) -> Terminal:
    return Terminal(*ENVCHECK, *words, "--target", str(world.prefix))
