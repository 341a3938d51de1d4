"""Which processes that were ended for want of memory are told of a kernel's death."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.probe import cgroups
from jupyterlab_envcheck.probe.subject import KernelLook, Subject
from jupyterlab_envcheck.server.crashes import Crashes
from jupyterlab_envcheck.server.requests import Whom

ADA, BOB = (Whom(kernel=kernel, kernelspec=None) for kernel in ("ada", "bob"))


def running(pid: int | None) -> Subject:
    look = KernelLook(
        state="idle" if pid is not None else "dead",
        pid=pid,
        hostname=None,
        remote=False,
        reply=None,
        reason=None,
        language="python",
    )
    return Subject(python=None, env=None, how="", kernel=look)


class Counter:
    """What the system counts, as a test sets it."""

    count: int | None = 5

    def __call__(self) -> int | None:
        return self.count


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    one = Counter()
    monkeypatch.setattr(cgroups, "memory_kills", one)
    return one


@pytest.mark.parametrize("now", [None, 11], ids=["dead", "started-anew"])
def test_kills_since_the_kernel_was_last_looked_at_are_told(
    counter: Counter, now: int | None
) -> None:
    crashes = Crashes()
    crashes.looked(running(10), ADA)
    counter.count = 7
    assert crashes.looked(running(now), ADA) == 2


def test_kills_from_before_the_last_look_are_not_told(counter: Counter) -> None:
    crashes = Crashes()
    crashes.looked(running(10), ADA)
    counter.count = 9
    crashes.looked(running(10), ADA)
    assert crashes.looked(running(None), ADA) == 0


def test_kills_are_told_when_the_new_process_was_looked_at_before(counter: Counter) -> None:
    crashes = Crashes()
    crashes.looked(running(10), ADA)
    counter.count = 6
    crashes.looked(running(11), ADA)
    counter.count = 8
    assert crashes.looked(running(11), ADA) == 1


def test_kills_are_not_taken_from_another_kernel(counter: Counter) -> None:
    crashes = Crashes()
    crashes.looked(running(10), ADA)
    crashes.looked(running(20), BOB)
    counter.count = 6
    assert crashes.looked(running(None), ADA) == 1
    assert crashes.looked(running(None), BOB) == 1


def test_kills_of_a_kernel_that_was_not_looked_at_are_not_known(counter: Counter) -> None:
    crashes = Crashes()
    assert crashes.looked(running(None), ADA) is None
    counter.count = None
    crashes.looked(running(10), ADA)
    assert crashes.looked(running(None), ADA) is None
