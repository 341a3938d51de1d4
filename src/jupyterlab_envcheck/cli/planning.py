"""Makes a plan so that Ctrl-C ends the dry runs, too, and leaves none behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ..jobs import Resolved, Stop, resolve
from ..plan import Request


def planned(request: Request) -> Resolved:
    """Return the plan for a request, whatever its state."""
    stop = Stop()
    with ThreadPoolExecutor(1) as pool:  # its end waits for what was stopped
        work = pool.submit(resolve, request, stop=stop)
        try:
            return work.result()
        except KeyboardInterrupt:
            stop.set()
            raise
