"""Handlers of a few lines, and the table of URLs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..problems import Problem
from .requests import Whom, parse_job, parse_plan, parse_report, parse_whom

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
    "changed": HTTPStatus.CONFLICT,
    "locked": HTTPStatus.CONFLICT,
    "not-ready": HTTPStatus.CONFLICT,
    "no-undo": HTTPStatus.CONFLICT,
    "bad-kernelspec": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad-spec": HTTPStatus.UNPROCESSABLE_ENTITY,
}


class EnvcheckHandler(APIHandler):
    """What all handlers share: whose resource it is, and how a problem is told."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, opened: Open) -> None:
        """Keep what opens what answers."""
        self.opened = opened

    async def prepare(self) -> None:  # type: ignore[override]  # its keyword is the server's own
        """Load what answers, the first time."""
        await super().prepare()
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
        self._end(_dumps({"message": message, "reason": reason, "hint": hint}), status)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a problem as the sentence it is; anything else with its traceback."""
        if isinstance(value, Problem):
            self.log.info("envcheck: %s (%s)", value.message, value.reason)
        else:
            super().log_exception(typ, value, tb)


class ChecksHandler(EnvcheckHandler):
    """The catalogue."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return every check with its documentation."""
        await self.reply(self.envcheck.checks())


class GuideHandler(EnvcheckHandler):
    """The guide."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return every entry."""
        await self.reply(self.envcheck.guide())


class ReportHandler(EnvcheckHandler):
    """The report on one kernel or kernelspec."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the last report on a kernel; starts nothing."""
        kernel = self.get_query_argument("kernel", "")
        await self.reply(self.envcheck.last_report(Whom(kernel=kernel, kernelspec=None)))

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Look, and return the report."""
        await self.reply(await self.envcheck.report(parse_report(self.body())))


class FingerprintHandler(EnvcheckHandler):
    """Whether a report is still true, for whoever shows one."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return a digest of what is installed now, where it was when there was a report."""
        names = ("kernel", "kernelspec")
        whom = parse_whom({name: self.get_query_argument(name, None) for name in names})
        await self.reply({"fingerprint": await self.envcheck.fingerprint(whom)})


class PlansHandler(EnvcheckHandler):
    """Plans are made here."""

    @web.authenticated
    @authorized(action="execute")
    async def post(self) -> None:
        """Begin a plan."""
        plan = await self.envcheck.begin_plan(parse_plan(self.body()))
        await self.accepted(f"plans/{plan.id}", plan)


class PlanHandler(EnvcheckHandler):
    """One plan."""

    @web.authenticated
    @authorized(action="execute")
    async def get(self, plan_id: str) -> None:
        """Return the plan, whatever its state."""
        await self.reply(self.envcheck.plan(plan_id))

    @web.authenticated
    @authorized(action="execute")
    async def delete(self, plan_id: str) -> None:
        """Forget the plan; stop making it."""
        self.envcheck.drop_plan(plan_id)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class JobsHandler(EnvcheckHandler):
    """The history of jobs; new ones start here."""

    @web.authenticated
    @authorized(action="execute")
    async def get(self) -> None:
        """Return all jobs, newest first, without their lines."""
        await self.reply(await self.envcheck.jobs())

    @web.authenticated
    @authorized(action="execute")
    async def post(self) -> None:
        """Carry out a plan; the same job, however often it is posted."""
        job = await self.envcheck.start_job(parse_job(self.body()))
        await self.accepted(f"jobs/{job.id}", job)


class JobHandler(EnvcheckHandler):
    """One job."""

    @web.authenticated
    @authorized(action="execute")
    async def get(self, job_id: str) -> None:
        """Return the job with its lines after `after`."""
        after = self.get_query_argument("after", "0")
        if not after.isdecimal():
            raise Problem("bad-request", "`after` is not a number.", "Send a line's number.")
        await self.reply(await self.envcheck.job(job_id, after=int(after[:9])))

    @web.authenticated
    @authorized(action="execute")
    async def delete(self, job_id: str) -> None:
        """Cancel the job."""
        await self.reply(await self.envcheck.cancel_job(job_id), HTTPStatus.ACCEPTED)


class UndoHandler(EnvcheckHandler):
    """Takes a job back."""

    @web.authenticated
    @authorized(action="execute")
    async def post(self, job_id: str) -> None:
        """Refuse, with the reason the job itself gives."""
        job = await self.envcheck.job(job_id, after=0)
        raise Problem(
            "no-undo",
            f"This job cannot be undone: {job.undo.reason}.",
            "Make a plan with the versions you had before.",
        )


def _dumps(data: object) -> str:
    from ..render.json import dumps  # noqa: PLC0415 - loaded with what answers

    return dumps(data)


_ID = r"(?P<{}>[0-9a-f]{{8,64}})"
_PLAN = _ID.format("plan_id")
_JOB = _ID.format("job_id")


def routes(opened: Open) -> list[tuple[str, type[EnvcheckHandler], dict[str, Open]]]:
    """Return the table of URLs; the server puts its base URL before them."""
    table: list[tuple[str, type[EnvcheckHandler]]] = [
        (r"/envcheck/api/checks", ChecksHandler),
        (r"/envcheck/api/guide", GuideHandler),
        (r"/envcheck/api/report", ReportHandler),
        (r"/envcheck/api/fingerprint", FingerprintHandler),
        (r"/envcheck/api/plans", PlansHandler),
        (rf"/envcheck/api/plans/{_PLAN}", PlanHandler),
        (r"/envcheck/api/jobs", JobsHandler),
        (rf"/envcheck/api/jobs/{_JOB}", JobHandler),
        (rf"/envcheck/api/jobs/{_JOB}/undo", UndoHandler),
    ]
    return [(pattern, handler, {"opened": opened}) for pattern, handler in table]
