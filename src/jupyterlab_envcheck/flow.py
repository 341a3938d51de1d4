"""The arrow as code: what server, magic and command line call."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from .checks import CHECKS
from .engine import Report, judge, summarise
from .facts.text import clean
from .jobs import history
from .jobs.job import Job
from .jobs.resolve import Resolved
from .plan import PlanTarget, Policy, Request, Wish
from .probe.files import fingerprint, layout
from .probe.gather import gather
from .probe.subject import Subject, subject_of_interpreter, subject_of_kernelspec
from .problems import Problem
from .recommendations import Target

PROBE_TIMEOUT = 20.0  #: seconds; importing numpy from a cold network disk takes several


def find_target(word: str | None) -> tuple[Subject, Target]:
    """Return whom a word of the command line means: a path to a Python, a prefix, or a kernelspec.

    None means the kernelspec python3. A word without a separator is a kernelspec first, and never a
    file: a file of that name in the folder one happens to be in shall not be run. Raises Problem
    where it is none of them.
    """
    # It loads tornado, which a magic must not bring into the user's kernel.
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415

    if word is not None and (os.sep in word or "/" in word):
        return _at(word)
    try:
        spec = read_kernelspec(KernelSpecManager(), word or "python3")
    except Problem as problem:
        # Unlike Path.is_dir this says False to a word too long for a file name.
        is_folder = word is not None and os.path.isdir(word)  # noqa: PTH112
        if problem.reason != "unknown-kernelspec" or word is None or not is_folder:
            raise
        return _at(word)
    return subject_of_kernelspec(spec), Target(kind="kernelspec", name=clean(spec.display_name))


def _at(path: str) -> tuple[Subject, Target]:
    subject = subject_of_interpreter(path)
    if subject.problem is not None:
        raise subject.problem
    return subject, Target(kind="interpreter", name=clean(path))


def read_kernelspec(manager: Any, name: str) -> Any:
    """Return a kernelspec of jupyter_client's manager; Problem where there is none, or a bad one."""
    from jupyter_client.kernelspec import NoSuchKernel  # noqa: PLC0415 - likewise
    from traitlets import TraitError  # noqa: PLC0415

    try:
        return manager.get_kernel_spec(name)
    except (NoSuchKernel, KeyError) as error:
        raise Problem(
            "unknown-kernelspec",
            f"There is no kernelspec, Python or folder named {clean(name, 200)}.",
            "`jupyter kernelspec list` shows the kernelspecs.",
        ) from error
    except (ValueError, TypeError, AttributeError, TraitError, OSError) as error:
        raise Problem(
            "bad-kernelspec",
            f"The kernelspec {clean(name, 200)} cannot be read: {clean(str(error), 300)}.",
            "Mend its kernel.json, or install the kernel anew.",
        ) from error


def read_notebook(path: str) -> list[dict[str, str]]:
    """Return the code cells of a notebook file, each with `id` and `source`.

    Raises Problem where it cannot be read, or is no notebook of format 4 (of 2015 and later).
    """
    try:
        notebook = json.loads(Path(path).read_bytes())
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return [
            {"id": str(cell.get("id", number)), "source": "".join(cell["source"])}
            for number, cell in enumerate(cells)
        ]
    except OSError as error:
        raise Problem(
            "not-found",
            f"{clean(path, 300)} cannot be read: {error.strerror or type(error).__name__}.",
            "Name a notebook file (.ipynb).",
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Problem(
            "not-a-notebook",
            f"{clean(path, 300)} is not a notebook of Jupyter's format 4.",
            "Open it in JupyterLab and save it, which writes it anew.",
        ) from error


def report_on(
    subject: Subject,
    target: Target,
    *,
    cells: Sequence[Mapping[str, str]] | None = None,
    server: bool = False,
    refresh: bool = False,
    timeout: float = PROBE_TIMEOUT,
) -> Report:
    """Return what is the case with `subject`, and what to make of it.

    `cells` are the notebook's code, each with `id` and `source`; None where there is no notebook. `server`
    tells whether a Jupyter server, this process, is part of the story. `refresh` asks anew what is
    otherwise remembered while the environment's files do not change. Takes up to `timeout` seconds;
    what could not be found out by then is unknown, with its reason.
    """
    now = datetime.now(UTC)
    facts = gather(
        subject, cells=cells, server=server, now=now.date(), refresh=refresh, timeout=timeout
    )
    outcomes = judge(facts, CHECKS)
    return Report(
        id=uuid4().hex,
        at=now.isoformat(timespec="seconds"),
        target=target,
        fingerprint=facts.fingerprint,
        facts=facts.sections,
        outcomes=outcomes,
        summary=summarise(outcomes),
    )


def fingerprint_of(report: Report) -> str | None:
    """Return what the fingerprint of the report would be now; blocks for a few milliseconds.

    None where the report does not know the environment. Asks no kernel and starts nothing.
    """
    environment, interpreter = report.facts.environment.value, report.facts.interpreter.value
    if report.fingerprint is None or environment is None:
        return None
    folders = interpreter.path if interpreter is not None else ()
    return fingerprint(environment.prefix, folders or layout(environment.python).site_packages)


def request_for(
    subject: Subject, report: Report, wish: Wish, *, installer: str, policy: Policy
) -> Request:
    """Return all that a plan for `wish` is made from, out of a report on `subject`.

    Reads the environment's fingerprint, so that a later change to it is seen.
    """
    facts = report.facts
    environment, interpreter = facts.environment.value, facts.interpreter.value
    process, jupyter = facts.process.value, facts.jupyter.value
    modules = process.modules if process is not None else None
    seen = None
    if environment is not None and interpreter is not None:
        seen = fingerprint(environment.prefix, interpreter.site_packages)
    return Request(
        id=uuid4().hex,
        target=PlanTarget(
            prefix=environment.prefix if environment else "",
            python=environment.python if environment else "",
            name=environment.name if environment else report.target.name,
        ),
        wish=wish,
        installer=installer,
        environment=environment,
        interpreter=interpreter,
        packages=facts.packages.value,
        why_unknown=next(
            (
                section.why_unknown()
                for section in (facts.environment, facts.interpreter, facts.packages)
                if section.value is None
            ),
            None,
        ),
        fingerprint=seen,
        shares_server=jupyter.same_environment if jupyter is not None else False,
        modules=None if modules is None else tuple(module.name for module in modules),
        remote=subject.how if subject.remote else None,
        policy=policy,
    )


def carry_out(resolved: Resolved, limit: float) -> Job:
    """Start the job of a plan, once however often it is asked, and return it.

    `limit` is in seconds. Raises Problem where the plan is refused, failed, or the environment has
    changed since.
    """
    return history.read(history.begin(resolved, limit=limit))
