"""The magic, as IPython documents it. Loads nothing that looks at environments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from .first_line import FirstLine

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..engine import Report


@magics_class
class EnvcheckMagics(Magics):
    """The magic of this extension, and the last report it made."""

    report: Report | None = None

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell=shell)
        self.first_line = FirstLine()
        self.matchers = _matchers(self)

    def began(self, info: Any) -> None:
        """Watch the cell that begins to run, if it asks for it (called by IPython)."""
        cell = self.first_line.began()
        if cell is not None:
            from .cell import watch  # noqa: PLC0415 - only where a cell asks for it

            watch(self.shell, cell, info.raw_cell)

    @no_var_expand
    @line_cell_magic
    def envcheck(self, line: str, cell: str | None = None) -> object:
        """Tell which environment this notebook runs in and what is wrong with it; change it.

        The report::

          %envcheck                       all of it
          %envcheck threads blas          some families of checks
          %envcheck missing-import        one check, or one finding by its id

          --json      return it as data
          --html      show it as HTML alone, without buttons
          --text      show it as text
          --redact    without names of users and hosts, home folders, and credentials

        Changes to this environment. What would change is shown, and done when you say yes; where
        nobody can be asked, only with `--yes`::

          %envcheck install SPEC…         likewise update, reinstall, remove
          %envcheck create NAME SPEC…     a new environment with a kernel
          %envcheck restore FILE          one that an environment.yml describes
          %envcheck undo [JOB]            take the newest job, or that one, back

          --dry-run   show what would be done, no more
          --yes       do it without asking
          --json      write the plan or the job as JSON

        `%envcheck COMMAND --help` shows the other options. A change is a process of its own: it
        goes on when the kernel is restarted or the notebook is closed, and `%envcheck jobs` tells
        how it ended. To interrupt the kernel while you wait for it cancels it. Where it does not end
        as planned the cell fails, so that "Run All" goes no further; when you say no it does not.

        What has been done, and advice::

          %envcheck jobs [JOB]            all jobs, or one with its log; --cancel ends it
          %envcheck outdated              packages of which there is a newer version
          %envcheck export                what the environment is made of
          %envcheck guide [ENTRY]         the guide
          %envcheck explain CHECK         what a check looks at, and why
          %envcheck list                  all checks

        Over a cell it tells what the cell used, and what would make it faster: time, CPUs, thread
        pools, GPU memory, slow imports. The cell runs as it would without that line::

          %%envcheck [--html | --text] [--redact]
          …
        """
        from .running import run_cell, run_line  # noqa: PLC0415 - `%load_ext` stays fast

        if self.shell is None:
            raise UsageError("%envcheck runs in a shell of IPython's.")
        if cell is None:
            return run_line(self, self.shell, line)
        return run_cell(self.shell, line, cell)


def _matchers(magics: EnvcheckMagics) -> tuple[Callable[..., object], ...]:
    """Return what IPython's completer is to ask: nothing before IPython 8.6, which passes on no line."""
    try:
        from .matcher import matcher_of  # noqa: PLC0415 - where there is no such completer it fails
    except ImportError:
        return ()
    return (matcher_of(magics),)
