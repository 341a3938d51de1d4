"""envcheck tells which environment a notebook's kernel runs in, what is wrong, and mends it.

::

    probe  ->  facts  ->  checks  ->  recommendations  ->  plan  ->  install job  ->  probe again

The folders are the words of this arrow; `flow` is the arrow as code; `server`, `magic` and `cli`
are three thin faces over it. Importing the package imports none of them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` would cost more than all the rest
if TYPE_CHECKING:
    from typing import Any

    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load_ipython_extension", "unload_ipython_extension"]

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the front end is (used by a development install)."""
    return [{"src": "labextension", "dest": "jupyterlab-envcheck"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter Server what to load: nothing where that is broken, for Jupyter starts in any case."""
    try:
        from .server.app import EnvcheckApp  # noqa: PLC0415 - a kernel that imports us has no server
    except (Exception, SystemExit):  # noqa: BLE001 - some packages exit where they are broken
        from traitlets.log import get_logger  # noqa: PLC0415 - likewise

        get_logger().debug("envcheck cannot be loaded", exc_info=True)
        return []
    return [{"module": "jupyterlab_envcheck", "app": EnvcheckApp}]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register `%envcheck` (called by `%load_ext jupyterlab_envcheck`)."""
    from .magic import load  # noqa: PLC0415 - only a notebook needs it

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take `%envcheck` away (called by `%unload_ext` and `%reload_ext`)."""
    from .magic import unload  # noqa: PLC0415 - likewise

    unload(ipython)
