"""What the server knows and does, without a word of HTTP: reports, plans and jobs by id."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4
from weakref import WeakValueDictionary

from jupyter_core.utils import ensure_async
from traitlets import Instance

from .. import flow, jobs
from ..engine import Report
from ..jobs import history
from ..jobs.child import Stop
from ..jobs.exporting import Exported
from ..jobs.job import Job
from ..jobs.outdated import Releases
from ..jobs.resolve import Resolved, resolve
from ..plan import Plan, Request, resolving
from ..probe.kernel_process import is_gone
from ..probe.subject import Subject
from ..problems import Problem
from ..recommendations import Outcome, Target
from ..render.catalogue import CheckEntry, catalogue
from ..render.guide import GuideEntry, guide
from ..render.markdown import for_issue
from .bell import Bell
from .crashes import Crashes
from .exports import exported
from .neighbours import count_in, imported_by, kernelspecs_of_others
from .remembered import found, keep
from .requests import ActionRequest, BackRequest, CrashRequest, PlanRequest, ReportRequest, Whom
from .settings import Settings
from .subjects import kernel_with, kernelspec_elsewhere, kernelspec_named
from .tasks import Tasks
from .wishes import known_environment, of_action, wish_of

T = TypeVar("T")

#: Plans that are made at a time. Each can take minutes, and all that the server answers waits for
#: the same few threads unless they have some of their own.
_AT_A_TIME = 2

#: Seconds that kernels have to say what they have imported, before an undo.
_TO_SAY = 10.0


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A report, and whom it speaks of."""

    report: Report
    subject: Subject
    whom: Whom


class Envcheck(Settings):
    """Looks at kernels, makes plans, starts jobs. Blocking work is done in threads."""

    bell = Instance(Bell)

    def __init__(
        self,
        *,
        kernels: Any,
        specs: Any,
        behind_gateway: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._kernels = kernels
        self._specs = specs
        self._behind_gateway = behind_gateway
        self._reports: OrderedDict[str, Looked] = OrderedDict()
        self._last: OrderedDict[Whom, Report] = OrderedDict()
        self._crashes = Crashes()
        self._plans: OrderedDict[str, Resolved] = OrderedDict()
        self._stops: dict[str, Stop] = {}  #: of plans being made
        self._planning = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="envcheck-plan")
        self._tasks = Tasks(self.log)
        # Two tabs that look at one kernel at once shall not start two interpreters. A lock is kept
        # as long as somebody holds it or waits for it.
        self._looking: WeakValueDictionary[Whom, asyncio.Lock] = WeakValueDictionary()

    def checks(self) -> tuple[CheckEntry, ...]:
        """Return the catalogue."""
        return catalogue()

    def guide(self) -> tuple[GuideEntry, ...]:
        """Return the guide."""
        return guide()

    # --- reports ------------------------------------------------------------------------------

    async def report(self, request: ReportRequest) -> Report:
        """Look, and return the report; Problem where there is no such kernel or kernelspec."""
        looked = await self._look(request)
        keep(self._reports, looked.report.id, looked)
        keep(self._last, request.whom, looked.report)
        return looked.report

    async def _look(self, request: ReportRequest) -> Looked:
        whom = request.whom
        lock = self._looking.setdefault(whom, asyncio.Lock())
        async with lock:
            subject, target = await self._whose(whom)
            await asyncio.to_thread(self._crashes.looked, subject, whom)
            report = await asyncio.to_thread(
                flow.report_on,
                subject,
                target,
                cells=request.cells,
                missing=request.missing,
                server=True,
                refresh=request.refresh,
                timeout=self.probe_timeout,
                crash=self._crashes.of(whom),
            )
        return Looked(report=report, subject=subject, whom=whom)

    async def explain_crash(self, request: CrashRequest) -> Outcome:
        """Return why a kernel died during a cell; reports on it say so from then on.

        Problem where there is no such kernel or kernelspec.
        """
        subject, target = await self._whose(request.whom)
        explain = partial(
            self._crashes.explain,
            subject,
            target,
            request,
            timeout=self.probe_timeout,
            repeating=self.explain_crashes,
        )
        return await self._in_turn(explain)

    def last_report(self, whom: Whom) -> Report:
        """Return the last report on a kernel or kernelspec; starts nothing."""
        return found(self._last, whom, "report", "Ask for a report first.")

    async def report_for_issue(self, whom: Whom) -> str:
        """Return the last report as Markdown, without what tells whose it is; starts nothing."""
        report = self.last_report(whom)
        return await asyncio.to_thread(lambda: for_issue(report, flow.redaction_of([report])))

    async def export(self, whom: Whom) -> Exported:
        """Return the environment of the last report as a file; starts nothing."""
        return await asyncio.to_thread(exported, self.last_report(whom))

    async def fingerprint(self, whom: Whom) -> str | None:
        """Return what the fingerprint of the last report would be now; starts nothing.

        It is of files alone: the kernel is not looked at, and nothing is sent to it.
        """
        return await asyncio.to_thread(flow.fingerprint_of, self.last_report(whom))

    async def was_restarted(self, whom: Whom) -> bool:
        """Tell whether the process of the last report is gone, and another one is there.

        Sends the kernel nothing. False also where a process is not known, as behind a gateway.
        """
        process = self.last_report(whom).facts.process.value
        if process is None or process.pid is None or whom.kernel not in self._kernels:
            return False
        kernel = self._kernels.get_kernel(whom.kernel)
        return is_gone(process.pid) and await ensure_async(kernel.is_alive())

    async def _whose(self, whom: Whom) -> tuple[Subject, Target]:
        if whom.kernel is None and self._behind_gateway:
            return kernelspec_elsewhere(whom.kernelspec)
        if whom.kernel is None:
            return await kernelspec_named(self._specs, whom.kernelspec or "")
        return await kernel_with(self._kernels, whom.kernel)

    # --- plans --------------------------------------------------------------------------------

    async def begin_plan(self, asked: PlanRequest | ActionRequest | BackRequest) -> Plan:
        """Return a plan that is being made; the bell tells when it is done."""
        request = await self._request(asked)
        plan = resolving(request)
        keep(self._plans, plan.id, Resolved(plan=plan))
        self._tasks.start(f"plan {plan.id}", self._resolve(request))
        return plan

    async def _request(self, asked: PlanRequest | ActionRequest | BackRequest) -> Request:
        """Look, and return all that a plan is made from."""
        if isinstance(asked, BackRequest):
            await self.job(asked.job, after=0)  # which says so where there is none
            return await asyncio.to_thread(flow.back, asked.job, policy=self.policy())
        shown = None
        if isinstance(asked, ActionRequest):
            shown = found(self._reports, asked.report, "report", "Refresh, and try again.")
            asked = of_action(asked, shown.whom, shown.report.outcomes)
        wish = await asyncio.to_thread(wish_of, asked)  # a file takes a while to be read
        if wish.build:  # which runs code of a package while the plan is made
            self.must_be_allowed()
        if asked.kind == "register":
            report = shown.report if shown is not None else self.last_report(asked.whom)
            looked = await self._look_elsewhere(asked, report)
        else:
            looked = await self._look(
                ReportRequest(whom=asked.whom, cells=None, missing=(), refresh=False)
            )
            if shown is not None and _prefix(shown.report) != _prefix(looked.report):
                raise Problem(
                    "changed",
                    "The kernel runs in another environment than the one that was shown.",
                    "Refresh, and choose again.",
                )
        request = await asyncio.to_thread(
            flow.request_for,
            looked.subject,
            looked.report,
            wish,
            installer=asked.installer,
            policy=self.policy(),
        )
        return await self._among_others(request, asked.whom)

    async def _look_elsewhere(self, asked: PlanRequest, report: Report) -> Looked:
        """Look at an environment that is no kernel's, and that a report names."""
        prefix = known_environment(asked.prefix, report.facts.jupyter.value)
        subject, target = await asyncio.to_thread(flow.find_environment, prefix)
        report = await asyncio.to_thread(
            flow.report_on, subject, target, server=True, timeout=self.probe_timeout
        )
        return Looked(report=report, subject=subject, whom=asked.whom)

    async def _among_others(self, request: Request, whom: Whom) -> Request:
        """Add what other kernels run in the environment, and which names kernels have already."""
        others = kernelspecs_of_others(self._kernels, whom.kernel)
        count = await asyncio.to_thread(count_in, others, request.target.python)
        names: dict[str, str] = {}
        if not self._behind_gateway:
            found = await ensure_async(await asyncio.to_thread(self._specs.find_kernel_specs))
            names = {name: name for name in found}
        return replace(request, other_kernels=count, kernel_names={**names, **request.kernel_names})

    async def _in_turn(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._planning, work)

    def plan(self, plan_id: str) -> Plan:
        """Return a plan, whatever its state."""
        return found(self._plans, plan_id, "plan", "Make the plan again.").plan

    def drop_plan(self, plan_id: str) -> None:
        """Stop making a plan, and forget it."""
        found(self._plans, plan_id, "plan", "It is forgotten already.")
        del self._plans[plan_id]
        if stop := self._stops.get(plan_id):
            stop.set()

    async def _resolve(self, request: Request) -> None:
        stop = self._stops[request.id] = Stop()
        try:
            resolved = await self._in_turn(partial(resolve, request, stop=stop))
        finally:
            stop.set()  # also where this task is cancelled: what still runs is ended
            del self._stops[request.id]
        if resolved.unforeseen is not None:
            self.log.error("envcheck: a plan failed", exc_info=resolved.unforeseen)
        if request.id in self._plans:
            self._plans[request.id] = resolved
            self.bell.ring("plan", request.id)

    async def outdated(self, whom: Whom) -> Releases:
        """Return what has newer releases in the environment; the package index is asked."""
        looked = await self._look(ReportRequest(whom=whom, cells=None, missing=(), refresh=False))
        about = f"outdated {uuid4().hex}"
        stop = self._stops[about] = Stop()
        try:
            ask = partial(flow.outdated, looked.subject, looked.report, stop=stop)
            return await self._in_turn(partial(ask, policy=self.policy()))
        finally:
            stop.set()  # also where this task is cancelled
            del self._stops[about]

    # --- jobs ---------------------------------------------------------------------------------

    async def start_job(self, plan_id: str) -> Job:
        """Carry out a plan, once; return its job."""
        self.must_be_allowed()
        resolved = self._plans.get(plan_id)
        if resolved is None:  # the server was started anew; the plan's job may be under way
            job = await self.job(plan_id, after=0)
        elif resolved.plan.state == "resolving":
            raise Problem("not-ready", "The plan is still being made.", "Wait until it is ready.")
        else:
            job = await asyncio.to_thread(
                flow.carry_out, resolved, self.job_timeout, undo_space=self.undo_space
            )
        self._follow(job)
        return job

    async def jobs(self) -> tuple[Job, ...]:
        """Return all jobs, newest first, without their lines."""
        jobs = await asyncio.to_thread(history.jobs)
        for job in jobs:
            self._follow(job)
        return jobs

    async def job(self, job_id: str, after: int) -> Job:
        """Return a job with its lines after the `after`-th."""
        return await asyncio.to_thread(history.read, job_id, after)

    async def cancel_job(self, job_id: str) -> Job:
        """Ask a job to stop; it says itself when it has."""
        return await asyncio.to_thread(history.cancel, job_id)

    async def undo_job(self, job_id: str) -> Job:
        """Begin to put back the files of before a job, and return the job that does it."""
        self.must_be_allowed()
        undone = await self.job(job_id, after=0)
        job = await asyncio.to_thread(
            flow.undo,
            job_id,
            self.job_timeout,
            undo_space=self.undo_space,
            modules=await self._imported_in(undone.plan.target.prefix),
        )
        self._follow(job)
        return job

    async def _imported_in(self, prefix: str) -> tuple[str, ...] | None:
        """Return the modules that the kernels have imported which were looked at there."""
        there = [
            whom
            for whom, report in self._last.items()
            if whom.kernel in self._kernels and _prefix(report) == prefix
        ]
        requests = [
            ReportRequest(whom=whom, cells=None, missing=(), refresh=False) for whom in there
        ]
        try:
            async with asyncio.timeout(_TO_SAY):
                return imported_by([(await self._look(each)).report for each in requests])
        except (Problem, TimeoutError):  # one is gone, or busy: any module may be imported
            return None

    async def free_job(self, job_id: str) -> Job:
        """Let go of what is kept for undoing a job, and return the job."""
        return await asyncio.to_thread(jobs.free, job_id)

    def _follow(self, job: Job) -> None:
        if job.state in {"queued", "running"} and f"job {job.id}" not in self._tasks:
            self._tasks.start(f"job {job.id}", self._watch(job.id))

    async def _watch(self, job_id: str) -> None:
        """Ring the bell whenever a job's files change, until it has ended."""
        async for _ in history.changes(job_id):
            self.bell.ring("job", job_id)

    async def stop(self) -> None:
        """Let go of everything that this server itself was doing."""
        for stop in self._stops.values():
            stop.set()
        await self._tasks.stop()
        self._planning.shutdown(wait=False, cancel_futures=True)


def _prefix(report: Report) -> str | None:
    environment = report.facts.environment.value
    return environment.prefix if environment is not None else None
