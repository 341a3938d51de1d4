"""`%envcheck`: the report in a cell, about the interpreter the cell runs in.

`%load_ext` loads this file, `magics`, `matcher` and `first_line`; the rest is loaded when it is asked for.
"""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

from .magics import EnvcheckMagics

__all__ = ["load", "unload"]


def load(shell: InteractiveShell) -> None:
    """Register the magic, what completes its words, and what watches the cells that ask for it."""
    magics = EnvcheckMagics(shell)
    shell.register_magics(magics)
    shell.Completer.custom_matchers.extend(magics.matchers)
    shell.input_transformers_cleanup.append(magics.first_line.blanked)
    shell.events.register("pre_run_cell", magics.began)
    shell.events.register("post_run_cell", magics.first_line.ended)


def unload(shell: InteractiveShell) -> None:
    """Take away all that was registered."""
    manager = shell.magics_manager
    magics: EnvcheckMagics = manager.registry.pop("EnvcheckMagics")
    for kind in ("line", "cell"):
        del manager.magics[kind]["envcheck"]
    for matcher in magics.matchers:
        shell.Completer.custom_matchers.remove(matcher)
    shell.input_transformers_cleanup.remove(magics.first_line.blanked)
    shell.events.unregister("pre_run_cell", magics.began)
    shell.events.unregister("post_run_cell", magics.first_line.ended)
