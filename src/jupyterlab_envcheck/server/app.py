"""The server extension: wires the parts together, and takes them apart again."""

from __future__ import annotations

from typing import ClassVar

from jupyter_server.extension.application import ExtensionApp
from traitlets.config import Configurable

from ..probe.kernel import make_untracked
from .bell import Bell
from .envcheck import Envcheck
from .routes import routes


class EnvcheckApp(ExtensionApp):
    """Adds `/envcheck/api` to Jupyter Server."""

    name = "jupyterlab_envcheck"
    load_other_extensions = True
    classes: ClassVar[list[type[Configurable]]] = [Envcheck]

    def initialize_settings(self) -> None:
        """Make the parts; nothing is looked at until someone asks."""
        server = self.serverapp
        make_untracked(server.kernel_manager)
        self.bell = Bell(server.event_logger)
        self.envcheck = Envcheck(
            parent=self,
            kernels=server.kernel_manager,
            specs=server.kernel_spec_manager,
            bell=self.bell,
        )

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(routes(self.envcheck))

    async def stop_extension(self) -> None:
        """Let go of plans being made; jobs are processes of their own and go on."""
        self.bell.silence()
        await self.envcheck.stop()
