"""What the server knows and does, without a word of HTTP: reports, plans and jobs by id."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from weakref import WeakValueDictionary

from traitlets import Bool, Float, Instance, List, Unicode
from traitlets.config import LoggingConfigurable

from .. import flow
from ..engine import Report
from ..facts.text import clean
from ..installers import parse_wish
from ..jobs import history
from ..jobs.child import Stop
from ..jobs.job import Job
from ..jobs.resolve import Resolved, resolve
from ..plan import AUTO, Plan, Policy, Request, Wish, resolving
from ..probe.kernel import look
from ..probe.subject import Subject, subject_elsewhere, subject_of_kernel, subject_of_kernelspec
from ..problems import Problem
from ..recommendations import Install, Target
from ..render.catalogue import CheckEntry, catalogue
from ..render.guide import GuideEntry, guide
from .bell import Bell
from .requests import ActionRequest, PlanRequest, ReportRequest, Whom

K = TypeVar("K")
V = TypeVar("V")

_KEPT = 64  #: reports and plans remembered; older ones must be asked for again


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A report, and whom it speaks of."""

    report: Report
    subject: Subject
    whom: Whom


class Envcheck(LoggingConfigurable):
    """Looks at kernels, makes plans, starts jobs. Blocking work is done in threads."""

    allow_install = Bool(
        True, help="Whether people may install from here (a policy: `!pip` is next door)."
    ).tag(config=True)
    allowed_installers = List(
        Unicode(), ["pip", "uv"], help="The installers that plans may use."
    ).tag(config=True)
    allowed_channels = List(
        Unicode(),
        [],
        help="The conda channels that plans may use; empty for any. Without effect as yet: this "
        "version does not change conda's environments.",
    ).tag(config=True)
    index_url = Unicode(
        None,
        allow_none=True,
        help="The package index that plans use; None for what pip and uv are configured with.",
    ).tag(config=True)
    probe_timeout = Float(
        flow.PROBE_TIMEOUT, help="Seconds that a kernel's interpreter may take to answer."
    ).tag(config=True)
    job_timeout = Float(3600.0, help="Seconds that an install may take.").tag(config=True)

    bell = Instance(Bell)

    def __init__(
        self, *, kernels: Any, specs: Any, behind_gateway: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._kernels = kernels
        self._specs = specs
        self._behind_gateway = behind_gateway
        self._reports: OrderedDict[str, Looked] = OrderedDict()
        self._last: OrderedDict[Whom, Report] = OrderedDict()
        self._plans: OrderedDict[str, Resolved] = OrderedDict()
        self._stops: dict[str, Stop] = {}  #: of plans being made
        self._tasks: dict[str, asyncio.Task[None]] = {}
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
        _keep(self._reports, looked.report.id, looked)
        _keep(self._last, request.whom, looked.report)
        return looked.report

    async def _look(self, request: ReportRequest) -> Looked:
        whom = request.whom
        lock = self._looking.setdefault(whom, asyncio.Lock())
        async with lock:
            subject, target = await self._subject(whom)
            report = await asyncio.to_thread(
                flow.report_on,
                subject,
                target,
                cells=request.cells,
                server=True,
                refresh=request.refresh,
                timeout=self.probe_timeout,
            )
        return Looked(report=report, subject=subject, whom=whom)

    def last_report(self, whom: Whom) -> Report:
        """Return the last report on a kernel or kernelspec; starts nothing."""
        return _found(self._last, whom, "report", "Ask for a report first.")

    async def fingerprint(self, whom: Whom) -> str | None:
        """Return what the fingerprint of the last report would be now; starts nothing.

        It is of files alone: the kernel is not looked at, and nothing is sent to it.
        """
        return await asyncio.to_thread(flow.fingerprint_of, self.last_report(whom))

    async def _subject(self, whom: Whom) -> tuple[Subject, Target]:
        if whom.kernel is not None:
            if whom.kernel not in self._kernels:
                raise Problem(
                    "unknown-kernel",
                    "There is no such kernel.",
                    "It may have been shut down; choose the notebook's kernel again.",
                )
            seen = await look(self._kernels, whom.kernel)
            kernel = self._kernels.get_kernel(whom.kernel)
            if seen.remote:
                subject = subject_elsewhere(seen.reason or "the kernel runs elsewhere", seen)
                return subject, _target(kernel.kernel_name, whom.kernel)
            subject = await asyncio.to_thread(subject_of_kernel, seen, kernel.kernel_spec)
            return subject, _target(kernel.kernel_spec.display_name, whom.kernel)
        if self._behind_gateway:
            subject = subject_elsewhere("the kernels of this server run behind a gateway")
            return subject, _target(whom.kernelspec)
        spec = await asyncio.to_thread(flow.read_kernelspec, self._specs, whom.kernelspec or "")
        subject = await asyncio.to_thread(subject_of_kernelspec, spec)
        return subject, _target(spec.display_name)

    # --- plans --------------------------------------------------------------------------------

    async def begin_plan(self, asked: PlanRequest | ActionRequest) -> Plan:
        """Return a plan that is being made; the bell tells when it is done."""
        shown = None
        if isinstance(asked, ActionRequest):
            shown = _found(self._reports, asked.report, "report", "Refresh, and try again.")
            asked = _of_action(asked, shown)
        wish = Wish(kind=asked.kind, specs=parse_wish(asked.kind, asked.specs))
        looked = await self._look(ReportRequest(whom=asked.whom, cells=None, refresh=False))
        if shown is not None and _prefix(shown) != _prefix(looked):
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
            policy=Policy(
                index_url=self.index_url, allowed_installers=tuple(self.allowed_installers)
            ),
        )
        plan = resolving(request)
        _keep(self._plans, plan.id, Resolved(plan=plan))
        self._start(f"plan {plan.id}", self._resolve(request))
        return plan

    def plan(self, plan_id: str) -> Plan:
        """Return a plan, whatever its state."""
        return _found(self._plans, plan_id, "plan", "Make the plan again.").plan

    def drop_plan(self, plan_id: str) -> None:
        """Stop making a plan, and forget it."""
        _found(self._plans, plan_id, "plan", "It is forgotten already.")
        del self._plans[plan_id]
        if stop := self._stops.get(plan_id):
            stop.set()

    async def _resolve(self, request: Request) -> None:
        stop = self._stops[request.id] = Stop()
        try:
            resolved = await asyncio.to_thread(resolve, request, stop=stop)
        finally:
            stop.set()  # also where this task is cancelled: what still runs is ended
            del self._stops[request.id]
        if resolved.unforeseen is not None:
            self.log.error("envcheck: a plan failed", exc_info=resolved.unforeseen)
        if request.id in self._plans:
            self._plans[request.id] = resolved
            self.bell.ring("plan", request.id)

    # --- jobs ---------------------------------------------------------------------------------

    async def start_job(self, plan_id: str) -> Job:
        """Carry out a plan, once; return its job."""
        if not self.allow_install:
            raise Problem(
                "not-allowed",
                "Installing from here is switched off by the administrator.",
                "Ask the administrator for the package, or to set Envcheck.allow_install.",
            )
        resolved = self._plans.get(plan_id)
        if resolved is None:  # the server was started anew; the plan's job may be under way
            job = await self.job(plan_id, after=0)
        elif resolved.plan.state == "resolving":
            raise Problem("not-ready", "The plan is still being made.", "Wait until it is ready.")
        else:
            job = await asyncio.to_thread(flow.carry_out, resolved, self.job_timeout)
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

    def _follow(self, job: Job) -> None:
        if job.state in {"queued", "running"} and f"job {job.id}" not in self._tasks:
            self._start(f"job {job.id}", self._watch(job.id))

    async def _watch(self, job_id: str) -> None:
        """Ring the bell whenever a job's files change, until it has ended."""
        async for _ in history.changes(job_id):
            self.bell.ring("job", job_id)

    # --- tasks --------------------------------------------------------------------------------

    def _start(self, about: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks[about] = task
        task.add_done_callback(lambda done: self._ended(about, done))

    def _ended(self, about: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(about) is task:
            del self._tasks[about]
        if not task.cancelled() and (error := task.exception()):
            self.log.error("envcheck: %s failed", about, exc_info=error)

    async def stop(self) -> None:
        """Let go of everything that this server itself was doing."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _of_action(asked: ActionRequest, shown: Looked) -> PlanRequest:
    for outcome in shown.report.outcomes:
        for action in outcome.actions if outcome.id == asked.outcome else ():
            if action.id == asked.action and isinstance(action, Install):
                return PlanRequest(
                    whom=shown.whom, kind="install", specs=action.specs, installer=AUTO
                )
    raise Problem("unknown-outcome", "The report has no such action.", "Refresh, and try again.")


def _prefix(looked: Looked) -> str | None:
    environment = looked.report.facts.environment.value
    return environment.prefix if environment is not None else None


def _target(name: str | None, kernel_id: str | None = None) -> Target:
    kind: Literal["kernel", "kernelspec"] = "kernel" if kernel_id else "kernelspec"
    return Target(kind=kind, name=clean(name or "a kernel", 200), kernel_id=kernel_id)


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def _found(kept: OrderedDict[K, V], key: K, what: str, hint: str) -> V:
    if key not in kept:
        raise Problem(f"unknown-{what}", f"There is no such {what}.", hint)
    return kept[key]
