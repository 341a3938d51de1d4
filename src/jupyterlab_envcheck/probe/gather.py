"""Gathers all facts about a subject: files and child side by side, each section in its envelope."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from ..facts import Facts, parse
from ..problems import Problem
from . import cache, files, imports, knowledge, notebook, packages, sections
from .found import Found, nothing
from .interpreter import TIMEOUT, ask
from .process import outside
from .subject import Subject


def gather(
    subject: Subject,
    *,
    cells: Sequence[Mapping[str, Any]] | None = None,
    server: bool,
    now: date,
    refresh: bool = False,
    timeout: float = TIMEOUT,
) -> Facts:
    """Return all facts about `subject`; what cannot be read is null with its reason.

    `server` tells whether a Jupyter server, this process, is part of the story.
    """
    if refresh:
        cache.forget()
    read = notebook.read(cells) if cells is not None else None
    names = ["pip", *(wanted.name for wanted in read.wanted)] if read is not None else ["pip"]
    found = _find_out(subject, names, timeout)
    known = knowledge.load()
    return Facts(
        interpreter=sections.of_interpreter(found),
        environment=sections.of_environment(subject, found),
        packages=sections.of_packages(found),
        conda=sections.of_conda(found),
        blas=sections.of_blas(found),
        thread_pools=sections.of_thread_pools(found),
        machine=sections.of_machine(subject, found),
        gpus=nothing("not looked at", "not looked at yet"),
        process=sections.of_process(subject, found),
        jupyter=sections.of_jupyter(subject, found, server=server),
        notebook=imports.of_notebook(subject, found, read, known.imports.rows),
        now=now,
        knowledge=known,
    )


def _find_out(subject: Subject, names: Sequence[str], timeout: float) -> Found:
    process = subject.process
    if (
        process is None
        and subject.kernel is not None
        and subject.kernel.pid is not None
        and not subject.remote
    ):
        process = outside(subject.kernel.pid)
    if subject.python is None:
        return Found(
            reply=None,
            problem=subject.problem,
            told=None,
            places=None,
            prefix=None,
            site_packages=(),
            folder=packages.Folder(),
            leftovers=(),
            state="",
            process=process,
        )
    layout = files.layout(subject.python)
    affinity = process.affinity if process is not None else None
    asked = cache.question(subject.python, subject.env, affinity or ())
    kept, problem, since = cache.answer(asked, names), None, time.time()
    reply = kept.reply if kept is not None else None
    if reply is None:
        with ThreadPoolExecutor(max_workers=1) as beside:
            for folder in layout.site_packages:
                beside.submit(cache.folder, folder)
            reply, problem = _ask(subject, names, affinity or (), timeout)
        if reply is not None:
            cache.keep(asked, names, reply, parse.path(reply) or (), since)
    places = parse.places(reply)
    told = parse.interpreter(reply, subject.how) if places is not None else None
    site_packages = places.site_packages if places is not None else layout.site_packages
    path = places.path if places is not None else layout.site_packages
    read = {real: cache.folder(folder) for real, folder in packages.same_folders(path).items()}
    installed = packages.same_folders(site_packages)
    return Found(
        reply=reply,
        problem=problem,
        told=told,
        places=places,
        prefix=places.prefix if places is not None else layout.prefix,
        site_packages=site_packages,
        folder=packages.together(read.values()),
        # Elsewhere on the path, in a folder of the user's own, a name with a tilde means nothing.
        leftovers=tuple(
            path for real, folder in read.items() if real in installed for path in folder.leftovers
        ),
        state=kept.state if kept is not None else cache.state(path),
        process=process,
    )


def _ask(
    subject: Subject, names: Sequence[str], affinity: Sequence[int], timeout: float
) -> tuple[dict[str, Any] | None, Problem | None]:
    try:
        reply = ask(
            str(subject.python), env=subject.env, names=names, affinity=affinity, timeout=timeout
        )
    except Problem as problem:
        return None, problem
    return reply, None
