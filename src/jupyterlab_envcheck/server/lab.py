"""`jupyter-envcheck-lab`: JupyterLab with the panel shown, which is what Navigator's tile starts.

It needs nothing else of ours, so that nothing of ours can keep Lab from starting.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run Lab of this very environment, also where none is activated; options are Lab's own."""
    try:
        from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]  # noqa: PLC0415 - it may be missing
    except ModuleNotFoundError as error:
        if error.name != "jupyterlab":
            raise
        sys.exit(
            f"JupyterLab is not installed in {sys.prefix}.\n"
            "Install it there (in Navigator, by its tile on Home), and start again."
        )
    LabApp.launch_instance(["--LabApp.default_url=/lab?envcheck", *sys.argv[1:]])
