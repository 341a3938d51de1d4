"""The server extension: wires the parts together, and takes them apart again."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from jupyter_server.extension.application import ExtensionApp

from ..probe.untracked import make_untracked
from .bell import Bell
from .routes import routes

if TYPE_CHECKING:
    from .envcheck import Envcheck


class EnvcheckApp(ExtensionApp):
    """Adds `/envcheck/api` to Jupyter Server; configured by the traits of `Envcheck`."""

    name = "jupyterlab_envcheck"

    def initialize_settings(self) -> None:
        """Make what must be there from the start; nothing is looked at until someone asks."""
        server = self.serverapp
        assert server is not None  # noqa: S101 - the server itself loads us
        assert server.event_logger is not None  # noqa: S101 - likewise
        make_untracked(server.kernel_manager)
        self.bell = Bell(server.event_logger)
        self._opening = asyncio.Lock()
        self._envcheck: Envcheck | None = None

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(routes(self.opened))

    async def opened(self) -> Envcheck:
        """Return what answers; the first time its modules are loaded, in a thread."""
        async with self._opening:
            if self._envcheck is None:
                server = self.serverapp
                assert server is not None  # noqa: S101 - the server itself loads us
                module = await asyncio.to_thread(import_module, ".envcheck", __package__)
                self._envcheck = module.Envcheck(
                    parent=self,
                    kernels=server.kernel_manager,
                    specs=server.kernel_spec_manager,
                    behind_gateway=bool(server.gateway_config.gateway_enabled),
                    bell=self.bell,
                )
            return self._envcheck

    async def stop_extension(self) -> None:
        """Let go of plans being made; jobs are processes of their own and go on."""
        self.bell.silence()
        if self._envcheck is not None:
            await self._envcheck.stop()
