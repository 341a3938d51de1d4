"""What the administrator of a Jupyter server can set: the traits of `Envcheck`."""

from __future__ import annotations

from pathlib import Path

from traitlets import Bool, Float, Int, List, Unicode
from traitlets.config import LoggingConfigurable

from .. import flow
from ..jobs import SPACE
from ..plan import INSTALLERS, Policy
from ..problems import Problem


class Settings(LoggingConfigurable):
    """The settings, and what follows from them."""

    allow_install = Bool(
        True, help="Whether people may install from here (a policy: `!pip` is next door)."
    ).tag(config=True)
    allowed_installers = List(
        Unicode(), list(INSTALLERS), help="The installers that plans may use."
    ).tag(config=True)
    allowed_channels = List(
        Unicode(),
        [],
        help="The conda channels that plans may use, by name or URL; empty for any.",
    ).tag(config=True)
    index_url = Unicode(
        None,
        allow_none=True,
        help="The package index that pip and uv use in the place of the main one; None for the one "
        "that they are configured with. Further indexes of their configuration stay.",
    ).tag(config=True)
    probe_timeout = Float(
        flow.PROBE_TIMEOUT, help="Seconds that a kernel's interpreter may take to answer."
    ).tag(config=True)
    explain_crashes = Bool(
        True,
        help="Whether the imports of a cell during which a kernel died, and of those before it, are "
        "repeated in a process of their own, to find out why.",
    ).tag(config=True)
    job_timeout = Float(3600.0, help="Seconds that each command of a job may take.").tag(
        config=True
    )
    undo_space = Int(
        SPACE,
        help="Bytes that may be kept for undoing, of all jobs together. What is kept of old jobs is "
        "freed first.",
    ).tag(config=True)
    environments_folder = Unicode(
        None,
        allow_none=True,
        help="The folder in which new environments are made; None for WORKON_HOME, and for "
        "~/.virtualenvs where that is not set, or, of conda's, for where conda itself would make them.",
    ).tag(config=True)

    def policy(self) -> Policy:
        """Return what plans are held to."""
        folder = self.environments_folder
        return Policy(
            index_url=self.index_url,
            allowed_installers=tuple(self.allowed_installers),
            allowed_channels=tuple(self.allowed_channels),
            environments_folder=str(Path(folder).expanduser()) if folder else None,
        )

    def must_be_allowed(self) -> None:
        """Raise Problem where people may install nothing from here."""
        if not self.allow_install:
            raise Problem(
                "not-allowed",
                "Installing from here is switched off by the administrator.",
                "Ask the administrator for the package, or to set Envcheck.allow_install.",
            )
