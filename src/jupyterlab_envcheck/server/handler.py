"""What all handlers share. It is loaded at Jupyter's start, and needs nothing that could be broken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..problems import Problem

if TYPE_CHECKING:  # what does the work is loaded when first asked: Jupyter's start is not delayed
    from .envcheck import Envcheck

Open = Callable[[], Awaitable["Envcheck"]]

AUTH_RESOURCE = "envcheck"

#: What a problem's reason means in HTTP; any other is the server's own failure.
_STATUS = {
    "bad-request": HTTPStatus.BAD_REQUEST,
    "not-allowed": HTTPStatus.FORBIDDEN,
    "not-found": HTTPStatus.NOT_FOUND,
    "unknown-kernel": HTTPStatus.NOT_FOUND,
    "unknown-kernelspec": HTTPStatus.NOT_FOUND,
    "unknown-report": HTTPStatus.NOT_FOUND,
    "unknown-outcome": HTTPStatus.NOT_FOUND,
    "unknown-plan": HTTPStatus.NOT_FOUND,
    "unknown-job": HTTPStatus.NOT_FOUND,
    "unknown-environment": HTTPStatus.NOT_FOUND,
    "changed": HTTPStatus.CONFLICT,
    "interrupted": HTTPStatus.CONFLICT,
    "locked": HTTPStatus.CONFLICT,
    "not-ready": HTTPStatus.CONFLICT,
    "nothing-to-do": HTTPStatus.CONFLICT,
    "no-undo": HTTPStatus.CONFLICT,
    "remote": HTTPStatus.CONFLICT,
    "not-portable": HTTPStatus.CONFLICT,
    "no-installer": HTTPStatus.CONFLICT,
    "unreachable": HTTPStatus.BAD_GATEWAY,
    "denied": HTTPStatus.BAD_GATEWAY,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "timed-out": HTTPStatus.GATEWAY_TIMEOUT,
    "bad-kernelspec": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-spec": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-file": HTTPStatus.UNPROCESSABLE_ENTITY,
    "lines-refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-channel": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-name": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-version": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-variable": HTTPStatus.UNPROCESSABLE_ENTITY,
}


class EnvcheckHandler(APIHandler):
    """What all handlers share: whose resource it is, and how a problem is told."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, opened: Open) -> None:
        """Keep what opens what answers."""
        self.opened = opened

    async def prepare(self) -> None:  # type: ignore[override]  # its keyword is the server's own
        """Load what answers, the first time; a stranger is sent away by the verb, and told nothing."""
        await super().prepare()
        if self.current_user is not None:
            self.envcheck = await self.opened()

    async def reply(self, data: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        """End the request with JSON, which is made in a thread: a report can be large."""
        self._end(await asyncio.to_thread(_dumps, data), status)

    async def accepted(self, where: str, data: object) -> None:
        """End the request with 202 and where to look."""
        self.set_header("Location", f"{self.base_url}envcheck/api/{where}")
        await self.reply(data, HTTPStatus.ACCEPTED)

    def _end(self, text: str, status: HTTPStatus) -> None:
        self.set_status(status)
        self.finish(text, set_content_type="application/json")

    def body(self) -> dict[str, Any]:
        """Return the request's JSON object; Problem where it is none."""
        body = self.get_json_body()
        if not isinstance(body, dict):
            raise Problem(
                "bad-request",
                "The request is not a JSON object.",
                "Send a JSON object, as the documentation of the API shows.",
            )
        return body

    def whom(self) -> dict[str, str | None]:
        """Return whom the query of the URL speaks of."""
        return {name: self.get_query_argument(name, None) for name in ("kernel", "kernelspec")}

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tell what happened and what to do; never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        match error:
            case Problem():
                status = _STATUS.get(error.reason, HTTPStatus.INTERNAL_SERVER_ERROR)
                told = (error.message, error.reason, error.hint)
            case web.HTTPError():
                status = HTTPStatus(status_code)
                told = (error.log_message or status.phrase, status.phrase, "")
            case _:
                status = HTTPStatus.INTERNAL_SERVER_ERROR
                told = (
                    "envcheck failed to answer.",
                    "internal-error",
                    "The server's log says more; please report it.",
                )
        message, reason, hint = told
        self._end(json.dumps({"message": message, "reason": reason, "hint": hint}), status)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a problem as the sentence it is; anything else with its traceback."""
        if isinstance(value, Problem) and value.reason == "unavailable":
            self.log.debug("envcheck: %s", value.message)
        elif isinstance(value, Problem):
            self.log.info("envcheck: %s (%s)", value.message, value.reason)
        else:
            super().log_exception(typ, value, tb)

    def _log(self) -> None:
        """Log the request, unless nothing could answer it.

        Jupyter logs such a one as an error, and what Jupyter writes, Navigator shows as its error.
        """
        if self.get_status() != HTTPStatus.SERVICE_UNAVAILABLE:
            super()._log()


def _dumps(data: object) -> str:
    from ..render.json import dumps  # noqa: PLC0415 - loaded with what answers

    return dumps(data)
