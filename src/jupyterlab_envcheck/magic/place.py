"""Where the magic runs: in a kernel or in a terminal, and what its front end can do."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from ..probe.subject import Subject, subject_here
from ..recommendations import Target

#: Cells of a session that are looked at: no more are read, or were meant to be.
_MOST_CELLS = 1_000


class Place:
    """One shell of IPython's."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._kernel: Any = getattr(shell, "kernel", None)

    @property
    def in_kernel(self) -> bool:
        """Whether a front end shows what is displayed; else it is a terminal."""
        return self._kernel is not None

    @property
    def can_be_asked(self) -> bool:
        """Whether a person sits there: programs that run notebooks say that they answer nothing."""
        return bool(getattr(self._kernel, "_allow_stdin", False))

    @property
    def shows_widgets(self) -> bool:
        """Whether ipywidgets can be used; whether its other half is there a kernel cannot know."""
        try:
            return self.in_kernel and self.can_be_asked and find_spec("ipywidgets") is not None
        except (ImportError, ValueError):  # ValueError: a module of that name without a spec
            return False

    def find(self) -> tuple[Subject, Target]:
        """Return this very process."""
        name = "this notebook" if self.in_kernel else "this session"
        return subject_here(), Target(kind="interpreter", name=name)

    def cells(self) -> list[dict[str, str]]:
        """Return the cells that were run here, this one among them, as a notebook's cells."""
        return [
            {"id": str(number), "source": source}
            for number, source in _run(self._shell)
            if source.strip()
        ][-_MOST_CELLS:]


def _run(shell: InteractiveShell) -> Iterator[tuple[int, str]]:
    history = shell.history_manager
    if history is not None:
        yield from enumerate(history.input_hist_raw)
