"""Finds out why kernels died, and remembers it for the reports on them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from .. import flow
from ..probe import cgroups
from ..probe.crash import Crash
from ..probe.subject import Subject
from ..recommendations import Outcome, Target
from .remembered import keep
from .requests import CrashRequest, Whom


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """How many processes had been ended for want of memory when a kernel was last looked at."""

    pid: int  #: of the kernel
    count: int | None
    at_turn: int | None  #: between the last look at its process before and the first at this one


class Crashes:
    """The last death of each kernel, as far as it could be explained."""

    def __init__(self) -> None:
        self._known: OrderedDict[Whom, Crash] = OrderedDict()
        self._counted: OrderedDict[Whom, _Counted] = OrderedDict()
        self._counting = Lock()

    def of(self, whom: Whom) -> Crash | None:
        """Return what is known of the last death of a kernel."""
        return self._known.get(whom)

    def looked(self, subject: Subject, whom: Whom) -> int | None:
        """Return how many processes were ended for want of memory about the kernel's last death.

        It lies between two looks, and is kept until the next one. None where the kernel was not
        looked at before it died, or nobody counts.
        """
        pid = subject.kernel.pid if subject.kernel is not None else None
        with self._counting:
            count, last = cgroups.memory_kills(), self._counted.get(whom)
            if last is not None and last.pid == pid:
                at_turn = last.at_turn
            elif last is None or last.count is None or count is None:
                at_turn = None
            else:
                at_turn = max(0, count - last.count)
            if pid is not None:
                keep(self._counted, whom, _Counted(pid=pid, count=count, at_turn=at_turn))
            return at_turn

    def explain(
        self,
        subject: Subject,
        target: Target,
        request: CrashRequest,
        *,
        timeout: float,
        repeating: bool,
    ) -> Outcome:
        """Return why a kernel died during a cell; reports on it can say so from then on. Blocks.

        `repeating` tells whether the cell's imports may be repeated.
        """
        crash, outcome = flow.explain_crash(
            subject,
            target,
            request.cell,
            request.before,
            memory_kills=self.looked(subject, request.whom),
            timeout=timeout,
            repeating=repeating,
        )
        keep(self._known, request.whom, crash)
        return outcome
