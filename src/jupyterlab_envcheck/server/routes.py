"""Handlers of a few lines, and the table of URLs."""

from __future__ import annotations

from http import HTTPStatus

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..problems import Problem
from .handler import EnvcheckHandler, Open
from .requests import Whom, parse_crash, parse_job, parse_plan, parse_report, parse_whom


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


class ReportForIssueHandler(EnvcheckHandler):
    """The report on one kernel or kernelspec, to be shown in public."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the last report as redacted Markdown; starts nothing."""
        whom = parse_whom(self.whom())
        text = await self.envcheck.report_for_issue(whom)
        self.finish(text, set_content_type="text/markdown; charset=UTF-8")


class FingerprintHandler(EnvcheckHandler):
    """Whether a report is still true, for whoever shows one."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return a digest of what is installed now, and whether the kernel is another process."""
        whom = parse_whom(self.whom())
        fingerprint = await self.envcheck.fingerprint(whom)
        restarted = await self.envcheck.was_restarted(whom)
        await self.reply({"fingerprint": fingerprint, "restarted": restarted})


class ExportHandler(EnvcheckHandler):
    """What an environment is made of, as a file."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the file by which it can be made anywhere; starts nothing."""
        file = await self.envcheck.export(parse_whom(self.whom()))
        self.set_header("Content-Disposition", f'attachment; filename="{file.name}"')
        self.finish(file.text, set_content_type="text/plain; charset=UTF-8")


class CrashHandler(EnvcheckHandler):
    """Why a kernel died."""

    @web.authenticated
    @authorized(action="execute")
    async def post(self) -> None:
        """Repeat the imports of the cell during which it died, and return the finding."""
        await self.reply(await self.envcheck.explain_crash(parse_crash(self.body())))


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


class OutdatedHandler(EnvcheckHandler):
    """What has newer releases."""

    @web.authenticated
    @authorized(action="execute")
    async def post(self) -> None:
        """Ask the package index."""
        found = await self.envcheck.outdated(parse_whom(self.body()))
        await self.reply(found)


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
        """Begin to put back the files of before; of an interrupted job this is the repair."""
        job = await self.envcheck.undo_job(job_id)
        await self.accepted(f"jobs/{job.id}", job)

    @web.authenticated
    @authorized(action="execute")
    async def delete(self, job_id: str) -> None:
        """Let go of what is kept for it, and return the job."""
        await self.reply(await self.envcheck.free_job(job_id))


_ID = r"(?P<{}>[0-9a-f]{{8,64}})"
_PLAN = _ID.format("plan_id")
_JOB = _ID.format("job_id")


def routes(opened: Open) -> list[tuple[str, type[EnvcheckHandler], dict[str, Open]]]:
    """Return the table of URLs; the server puts its base URL before them."""
    table: list[tuple[str, type[EnvcheckHandler]]] = [
        (r"/envcheck/api/checks", ChecksHandler),
        (r"/envcheck/api/guide", GuideHandler),
        (r"/envcheck/api/report", ReportHandler),
        (r"/envcheck/api/report\.md", ReportForIssueHandler),
        (r"/envcheck/api/fingerprint", FingerprintHandler),
        (r"/envcheck/api/export", ExportHandler),
        (r"/envcheck/api/crash", CrashHandler),
        (r"/envcheck/api/plans", PlansHandler),
        (rf"/envcheck/api/plans/{_PLAN}", PlanHandler),
        (r"/envcheck/api/outdated", OutdatedHandler),
        (r"/envcheck/api/jobs", JobsHandler),
        (rf"/envcheck/api/jobs/{_JOB}", JobHandler),
        (rf"/envcheck/api/jobs/{_JOB}/undo", UndoHandler),
    ]
    return [(pattern, handler, {"opened": opened}) for pattern, handler in table]
