"""The arrow as code: what server, magic and command line call."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from . import jobs
from .checks import CHECKS, KernelDied
from .engine import Report, judge, summarise
from .facts import Facts
from .facts.redaction import Redaction
from .facts.text import clean
from .jobs import Job, Resolved
from .jobs.outdated import Releases, outdated as newer_releases
from .plan import AUTO, OwnKernelspec, Plan, PlanTarget, Policy, Request, Wish, brought_by
from .probe import knowledge
from .probe.crash import Crash, repeat
from .probe.files import fingerprint, layout
from .probe.gather import gather
from .probe.identity import identity
from .probe.subject import Subject, subject_of_interpreter, subject_of_kernelspec
from .probe.whose import withheld
from .problems import Problem
from .recommendations import Outcome, Target

PROBE_TIMEOUT = 20.0  #: seconds; importing numpy from a cold network disk takes several


def find_target(word: str | None) -> tuple[Subject, Target]:
    """Return whom a word of the command line means: a path to a Python, a prefix, or a kernelspec.

    None means the kernelspec python3. A word without a separator is a kernelspec first, and never a
    file: a file of that name in the folder one happens to be in shall not be run. Raises Problem
    where it is none of them.
    """
    # It loads tornado, which a magic must not bring into the user's kernel.
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415

    if word is not None and not word.strip():  # a script's variable that is not set
        raise Problem(
            "empty-target",
            "The name of the target is empty.",
            "Name a kernelspec, a Python or a folder; where none is named it is python3.",
        )
    if word is not None and (os.sep in word or "/" in word):
        return _at(word)
    try:
        return find_kernelspec(KernelSpecManager(), "python3" if word is None else word)
    except Problem as problem:
        # Unlike Path.is_dir this says False to a word too long for a file name.
        is_folder = word is not None and os.path.isdir(word)  # noqa: PTH112
        if problem.reason != "unknown-kernelspec" or word is None or not is_folder:
            raise
        return _at(word)


def find_kernelspec(manager: Any, name: str) -> tuple[Subject, Target]:
    """Return whom a kernelspec of jupyter_client's manager starts; Problem where it cannot be read."""
    spec = read_kernelspec(manager, name)
    subject = replace(subject_of_kernelspec(spec), kernelspec=spec, kernelspec_name=name)
    return subject, Target(kind="kernelspec", name=clean(spec.display_name))


def find_environment(prefix: str) -> tuple[Subject, Target]:
    """Return an environment that was found on this machine by its files alone.

    Nobody has named its Python or started it yet: where it is somebody else's it is not started.
    """
    subject, target = _at(prefix)
    if subject.python is not None and subject.withheld is None:
        subject = replace(subject, withheld=withheld(subject.python))
    return subject, target


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


def redaction_of(reports: Sequence[Report], start: Mapping[str, str] | None = None) -> Redaction:
    """Return what redacts reports made on this machine: the one way to it.

    `start` are the variables that a kernel was started with. It reads all settings that can hold
    secrets: not on an event loop.
    """
    facts = [report.facts for report in reports]
    environments = [one.environment.value for one in facts if one.environment.value is not None]
    prefixes = {one.prefix for one in environments}
    prefixes |= {one.conda.value.root or "" for one in facts if one.conda.value is not None}
    prefixes |= {one.jupyter.value.prefix for one in facts if one.jupyter.value is not None}
    ours = identity(os.environ, start or {}, prefixes=sorted(prefixes - {""}))
    # A kernel may run as another user.
    users = {*ours.users, *(one.user for one in environments if one.user)}
    return Redaction(replace(ours, users=tuple(sorted(users))))


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


def report_on(  # noqa: PLR0913 - all that a report can depend on, each by its name
    subject: Subject,
    target: Target,
    *,
    cells: Sequence[Mapping[str, str]] | None = None,
    missing: Sequence[str] = (),
    server: bool = False,
    refresh: bool = False,
    timeout: float = PROBE_TIMEOUT,
    crash: Crash | None = None,
) -> Report:
    """Return what is the case with `subject`, and what to make of it.

    `cells` are the notebook's code, each with `id` and `source`; None where there is no notebook.
    `missing` are modules of which an import failed, whether or not a cell names them. `server` tells
    whether a Jupyter server, this process, is part of the story. `refresh` asks anew what is
    otherwise remembered while the environment's files do not change. Takes up to `timeout` seconds;
    what could not be found out by then is unknown, with its reason. `crash` is what was found out
    about the last death of this kernel; it is left out where the cell or the environment changed since.
    """
    now = datetime.now(UTC)
    facts = gather(
        subject,
        cells=cells,
        missing=missing,
        server=server,
        now=now.date(),
        refresh=refresh,
        timeout=timeout,
    )
    facts = _with_crash(_with_interrupted(facts), crash, cells or ())
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


def explain_crash(
    subject: Subject,
    target: Target,
    cell: Mapping[str, str],
    before: Sequence[str] = (),
    *,
    memory_kills: int | None = None,
    timeout: float = PROBE_TIMEOUT,
    repeating: bool = True,
) -> tuple[Crash, Outcome]:
    """Return why a kernel died during `cell`, as far as repeating its imports shows, and the finding.

    `before` are the sources of the cells that ran before in that kernel. Runs these imports, and
    takes up to 80 seconds and `timeout`; without `repeating` it runs none of them.
    """
    crash = repeat(subject, cell, before, memory_kills=memory_kills, allowed=repeating)
    report = report_on(subject, target, cells=[cell], server=True, timeout=timeout, crash=crash)
    outcome = next(one for one in report.outcomes if one.check == KernelDied.id())
    return replace(crash, fingerprint=report.fingerprint), outcome


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
    known = knowledge.load()
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
        kernelspec=_own_kernelspec(subject),
        kernel_names={spec.name: spec.display_name for spec in jupyter.kernelspecs}
        if jupyter is not None
        else {},
        conda=facts.conda.value,
        conda_names={
            row.pypi: row.conda
            for row in known.imports.rows.values()
            if row.pypi and row.conda and row.pypi != row.conda
        },
        frozen=facts.conda.value.frozen if facts.conda.value is not None else False,
        brings=brought_by(known.imports, known.clashes),
        policy=policy,
    )


def _own_kernelspec(subject: Subject) -> OwnKernelspec | None:
    spec, name = subject.kernelspec, subject.kernelspec_name
    if spec is None or name is None:
        return None
    return OwnKernelspec(
        name=name,
        display_name=clean(str(spec.display_name), 200),
        folder=str(spec.resource_dir),
        spec=spec.to_dict(),
    )


def back(job_id: str, *, policy: Policy) -> Request:
    """Return all that a plan back to the versions of before a job is made from.

    It is for jobs whose files are not kept any more, or that others followed. Looks at the
    environment. Raises Problem where the job is not known, its environment is gone, or it made what
    versions cannot take back.
    """
    order = jobs.order_of(job_id)
    made = _made(order.plan)
    if made is not None:
        raise made
    specs, removals = jobs.versions_before(job_id)
    subject, target = _at(order.plan.target.python)
    report = report_on(subject, target)
    request = request_for(
        subject,
        report,
        Wish(kind="back", specs=specs, job=job_id),
        installer=AUTO,
        policy=policy,
    )
    return replace(request, removals=removals, target=order.plan.target)


def _made(plan: Plan) -> Problem | None:
    """Return why a plan back does not take away what a job made, and what does."""
    spec, what = plan.kernelspec, "the kernel"
    if plan.wish.kind not in ("create", "register", "set-environment"):
        return None
    hint = f"`jupyter kernelspec remove {spec.name}` takes the kernel away" if spec else ""
    if plan.wish.kind == "create":
        what = "the environment and its kernel"
        hint = f"{hint}; then delete the folder {plan.target.prefix}"
    return Problem(
        "no-undo",
        f"This job made {what}, which no return to earlier versions takes away.",
        f"{hint}.",
    )


def outdated(
    subject: Subject, report: Report, *, policy: Policy, stop: jobs.Stop | None = None
) -> Releases:
    """Return which packages of an environment have newer releases; takes up to a minute.

    Raises Problem where that cannot be asked.
    """
    interpreter = report.facts.interpreter.value
    if interpreter is None:
        why = subject.how if subject.remote else report.facts.interpreter.why_unknown()
        raise Problem(
            "remote" if subject.remote else "unknown-environment",
            f"What is installed in this environment is not known: {why.rstrip('.')}.",
            "Look at the report, which says more.",
        )
    request = None
    if report.facts.conda.value is not None:
        request = request_for(subject, report, Wish(kind="update"), installer=AUTO, policy=policy)
    return newer_releases(interpreter, policy, request=request, stop=stop)


def carry_out(
    resolved: Resolved, limit: float = jobs.LIMIT, *, undo_space: int = jobs.SPACE
) -> Job:
    """Start the job of a plan, once however often it is asked, and return it.

    `limit` is in seconds, `undo_space` in bytes. Raises Problem where the plan is refused, failed, or
    the environment has changed since.
    """
    return jobs.read(jobs.begin(resolved, limit=limit, undo_space=undo_space))


def undo(
    job_id: str,
    limit: float = jobs.LIMIT,
    *,
    undo_space: int = jobs.SPACE,
    modules: Sequence[str] | None = None,
) -> Job:
    """Start to put back the files of before a job, and return the job that does it.

    Of an interrupted job it is the repair. `modules` are those that kernels there have imported, None
    where that is unknown. Raises Problem where it is impossible.
    """
    return jobs.read(jobs.undo(job_id, limit=limit, undo_space=undo_space, modules=modules))


def _with_interrupted(facts: Facts) -> Facts:
    """Return the facts with what is known of a change that was interrupted, which jobs know."""
    environment = facts.environment.value
    if environment is None:
        return facts
    known = jobs.what_is_known(environment.prefix, facts.packages.value)
    if known is None:
        return facts
    marked = replace(environment, interrupted=known)
    return replace(facts, environment=replace(facts.environment, value=marked))


def _with_crash(facts: Facts, crash: Crash | None, cells: Sequence[Mapping[str, str]]) -> Facts:
    """Return the facts with what is known of the kernel's last death, where it is still true."""
    notebook = facts.notebook.value
    if crash is None or notebook is None:
        return facts
    if crash.fingerprint not in (None, facts.fingerprint):
        return facts
    if all(cell["source"] != crash.source for cell in cells):
        return facts
    marked = replace(notebook, died=crash.died)
    return replace(facts, notebook=replace(facts.notebook, value=marked))
