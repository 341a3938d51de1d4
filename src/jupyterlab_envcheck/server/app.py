"""The server extension: wires the parts together, and takes them apart again."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp

from ..problems import Problem
from .handler import EnvcheckHandler
from .unavailable import FAILURES, unavailable

if TYPE_CHECKING:
    from .bell import Bell
    from .envcheck import Envcheck


class EnvcheckApp(ExtensionApp):
    """Adds `/envcheck/api` to Jupyter Server; configured by the traits of `Envcheck`.

    Jupyter starts whatever of this is broken, and nothing is written to its log: Navigator shows
    what Jupyter writes as an error. Who asks is told what happened, and what to do.
    """

    name = "jupyterlab_envcheck"

    bell: Bell | None = None
    _envcheck: Envcheck | None = None
    _failure: Problem | None = None

    def _link_jupyter_server_extension(self, serverapp: Any) -> None:
        """Read the configuration."""
        self._opening = asyncio.Lock()
        try:
            super()._link_jupyter_server_extension(serverapp)
        except FAILURES as error:
            self._failed(error)

    def initialize_handlers(self) -> None:
        """Make what must be there from the start; nothing is looked at until someone asks."""
        try:
            self._prepare_to_open()
        except FAILURES as error:
            self._failed(error)
            self.handlers = [(r"/envcheck/api/.*", EnvcheckHandler, {"opened": self.opened})]

    def _prepare_to_open(self) -> None:
        server = self.serverapp
        assert server is not None  # noqa: S101 - the server itself loads us
        assert server.event_logger is not None  # noqa: S101 - likewise
        # Imported here, for each may be broken.
        from ..probe.untracked import make_untracked  # noqa: PLC0415
        from .bell import Bell  # noqa: PLC0415
        from .routes import routes  # noqa: PLC0415

        make_untracked(server.kernel_manager)
        self.bell = Bell(server.event_logger)
        self.handlers = routes(self.opened)

    async def opened(self) -> Envcheck:
        """Return what answers; the first time its modules are loaded, in a thread.

        Problem where it cannot be: the same one until Jupyter is started again.
        """
        async with self._opening:
            if self._failure is None and self._envcheck is None:
                try:
                    self._envcheck = await asyncio.to_thread(self._load)
                except FAILURES as error:
                    self._failed(error)
            if self._envcheck is None:
                assert self._failure is not None  # noqa: S101 - one of the two was just set
                raise self._failure.with_traceback(None)
            return self._envcheck

    def _load(self) -> Envcheck:
        server = self.serverapp
        assert server is not None  # noqa: S101 - the server itself loads us
        module = import_module(".envcheck", __package__)
        import_module("..probe.knowledge", __package__).load()  # or each report would fail
        opened: Envcheck = module.Envcheck(
            parent=self,
            kernels=server.kernel_manager,
            specs=server.kernel_spec_manager,
            behind_gateway=bool(server.gateway_config.gateway_enabled),
            bell=self.bell,
        )
        return opened

    def _failed(self, error: BaseException) -> None:
        self.log.debug("envcheck is not available", exc_info=error)
        self._failure = self._failure or unavailable(error)

    async def stop_extension(self) -> None:
        """Let go of plans being made; jobs are processes of their own and go on."""
        if self.bell is not None:
            self.bell.silence()
        if self._envcheck is not None:
            await self._envcheck.stop()
