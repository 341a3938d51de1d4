"""Gathers all facts about a subject: files and children side by side, each section in its envelope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from typing import Any

from ..facts import Cache, Conda, Facts, parse
from . import cache, conda, disk, files, gpus, imports, knowledge, notebook, packages, sections
from .asking import Asked, ask_or_remember, compiled, remember_trial, try_or_remember
from .beside import beside
from .files import Layout
from .found import Found, nowhere
from .interpreter import TIMEOUT, inherited
from .process import Outside, outside
from .shared import Shared
from .subject import Subject
from .trial import Trial

_COUNTING = 0.2  #: seconds for the sizes of all caches together; the children take about as long

#: Reports that are made side by side have mostly the same caches.
_being_counted: Shared[tuple[str, ...], tuple[tuple[Cache, ...], dict[str, str]]] = Shared()


def gather(
    subject: Subject,
    *,
    cells: Sequence[Mapping[str, Any]] | None = None,
    missing: Sequence[str] = (),
    server: bool,
    now: date,
    refresh: bool = False,
    timeout: float = TIMEOUT,
) -> Facts:
    """Return all facts about `subject`; what cannot be read is null with its reason.

    `missing` are modules of which an import failed, whether or not a cell names them. `server` tells
    whether a Jupyter server, this process, is part of the story.
    """
    if refresh:
        for kept in (cache, conda, gpus):
            kept.forget()
    read = notebook.read(cells, missing) if cells is not None else None
    wanted = [one.name for one in read.wanted] if read is not None else []
    found = _find_out(subject, wanted, timeout)
    known = knowledge.load()
    jupyter = sections.of_jupyter(found, remote=subject.remote, server=server)
    return Facts(
        interpreter=sections.of_interpreter(subject, found),
        environment=sections.of_environment(subject, found),
        packages=sections.of_packages(found),
        conda=sections.of_conda(found),
        blas=sections.of_blas(found),
        thread_pools=sections.of_thread_pools(found),
        machine=sections.of_machine(subject, found),
        gpus=sections.of_gpus(subject, found),
        process=sections.of_process(subject, found),
        jupyter=jupyter,
        notebook=imports.of_notebook(
            subject, found, read, tabled=known.imports.rows, jupyter=jupyter.value
        ),
        now=now,
        knowledge=known,
        fingerprint=found.fingerprint,
    )


def _find_out(subject: Subject, wanted: Sequence[str], timeout: float) -> Found:
    if subject.remote:
        return nowhere(subject.problem)
    process, env = _process(subject), inherited(subject.env)
    affinity = (process.affinity if process is not None else None) or ()
    # All at once: the children take longest, and meanwhile the files are read.
    # Another person's environment is not obeyed when our own child looks for a driver.
    graphics = beside(gpus.look, inherited(None) if subject.withheld else env)
    if subject.python is None:
        return nowhere(subject.problem, process=process, gpus=graphics.result())
    layout = files.layout(subject.python)
    records = beside(conda.read, layout.prefix, env)
    caches = beside(_caches, env, records)
    folders = [beside(cache.folder, folder) for folder in layout.site_packages]
    names = ["pip", *wanted]
    answer = beside(ask_or_remember, subject, affinity, names, timeout)
    trial, to_try = None, compiled(wanted, [folder.result() for folder in folders])
    if to_try and subject.withheld is None:
        trial = try_or_remember(subject, affinity, to_try, timeout)
    found = _found(
        subject,
        layout,
        answer.result(),
        trial=trial,
        process=process,
        conda=records.result(),
        gpus=graphics.result(),
        caches=caches.result(),
    )
    if trial is not None and found.places is not None:
        remember_trial(subject, affinity, to_try, trial, found.places.path, found.state)
    if found.prefix is not None and not files.same(found.prefix, layout.prefix):
        # A link to the Python: its own word, not the link's folder, says which environment it is.
        return replace(found, conda=conda.read(found.prefix, env))
    return found


def _caches(
    env: Mapping[str, str], records: Future[tuple[Conda | None, dict[str, str]]]
) -> tuple[tuple[Cache, ...], dict[str, str]]:
    """Return what installers' caches take of the disk, counted once until the person refreshes."""
    known, _ = records.result()
    config = known.config if known is not None else None
    folders = config.pkgs_dirs if config is not None else ()
    counted = tuple(path for _, path in disk.folders(env, folders))
    kept = cache.sizes.get(counted)
    if kept is None:
        kept = _being_counted.done(counted, lambda: disk.caches(env, folders, _COUNTING))
        cache.sizes.put(counted, kept)
    return kept


def _process(subject: Subject) -> Outside | None:
    if subject.process is not None or subject.kernel is None or subject.kernel.pid is None:
        return subject.process
    return outside(subject.kernel.pid)


def _found(
    subject: Subject, layout: Layout, asked: Asked, *, trial: Trial | None, **others: Any
) -> Found:
    places = parse.places(asked.reply)
    path = places.path if places is not None else layout.site_packages
    prefix = places.prefix if places is not None else layout.prefix
    site_packages = places.site_packages if places is not None else layout.site_packages
    # Taken before the packages are read: what changes in between is noticed later, not missed.
    fingerprint = files.fingerprint(prefix, path)
    read = {real: cache.folder(folder) for real, folder in packages.same_folders(path).items()}
    installed = packages.same_folders(site_packages)
    return Found(
        reply=asked.reply,
        problem=asked.problem,
        told=parse.interpreter(asked.reply, subject.how) if places is not None else None,
        places=places,
        prefix=prefix,
        site_packages=site_packages,
        folder=packages.together(read.values()),
        # Elsewhere on the path, in a folder of the user's own, a name with a tilde means nothing.
        leftovers=tuple(
            path for real, one in read.items() if real in installed for path in one.leftovers
        ),
        state=asked.state if asked.state is not None else cache.state(path),
        fingerprint=fingerprint,
        trial=trial,
        **others,
    )
