"""Gathers all facts about a subject: files and child side by side, each section in its envelope."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from ..facts import (
    Conda,
    Environment,
    Facts,
    Import,
    Interpreter,
    Jupyter,
    Library,
    Machine,
    MappedLibrary,
    Notebook,
    Package,
    Process,
    Section,
    parse,
)
from ..facts.text import clean
from ..problems import Problem
from . import cache, conda, files, knowledge, machine, notebook, packages
from .interpreter import TIMEOUT, ask, inherited
from .owners import owner_of
from .process import Outside, outside, shown
from .subject import Subject

T = TypeVar("T")

CHILD = "the interpreter itself, asked in a child process"
FILES = "the environment's files"

#: The field under which the reason stands where a whole section is unknown.
WHOLE = "value"


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
    names = [wanted.name for wanted in read.wanted] if read is not None else []
    found = _find_out(subject, names, timeout)
    return Facts(
        interpreter=_interpreter(subject, found),
        environment=_environment(subject, found),
        packages=_packages(found),
        conda=_conda(found),
        blas=_blas(found),
        thread_pools=_thread_pools(found),
        machine=_machine(subject, found),
        gpus=_nothing("not looked at", "not looked at yet"),
        process=_process(subject, found),
        jupyter=_jupyter(subject, found)
        if server
        else _nothing("no server", "no Jupyter server is involved"),
        notebook=_notebook(subject, found, read),
        now=now,
        knowledge=knowledge.load(),
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the ways to know have brought, before it is told."""

    reply: Mapping[str, Any] | None  #: the child's
    problem: Problem | None  #: why there is none
    told: Interpreter | None  #: what the reply says of the interpreter
    prefix: str | None
    site_packages: tuple[str, ...]
    folder: packages.Folder
    leftovers: tuple[str, ...]
    fingerprint: str
    process: Outside | None

    @property
    def why(self) -> str:
        """Why what only a child can tell is not known."""
        return self.problem.message if self.problem is not None else "its answer could not be read"


def _find_out(subject: Subject, names: Sequence[str], timeout: float) -> _Found:
    process = None
    if subject.kernel is not None and subject.kernel.pid is not None and not subject.remote:
        process = outside(subject.kernel.pid)
    if subject.python is None:
        return _Found(
            reply=None,
            problem=subject.problem,
            told=None,
            prefix=None,
            site_packages=(),
            folder=packages.Folder(),
            leftovers=(),
            fingerprint="",
            process=process,
        )
    layout = files.layout(subject.python)
    fingerprint = files.fingerprint(layout.prefix, layout.site_packages)
    reply, problem = _ask(subject, layout, fingerprint, [*names, "pip"], timeout)
    told = parse.interpreter(reply, subject.how)
    site_packages = told.site_packages if told is not None else layout.site_packages
    path = told.path if told is not None else layout.site_packages
    read = {real: cache.folder(folder) for real, folder in packages.same_folders(path).items()}
    installed = packages.same_folders(site_packages)
    return _Found(
        reply=reply,
        problem=problem,
        told=told,
        prefix=told.prefix if told is not None else layout.prefix,
        site_packages=site_packages,
        folder=packages.together(read.values()),
        # Elsewhere on the path, in a folder of the user's own, a name with a tilde means nothing.
        leftovers=tuple(
            path for real, folder in read.items() if real in installed for path in folder.leftovers
        ),
        fingerprint=fingerprint,
        process=process,
    )


def _ask(
    subject: Subject, layout: files.Layout, fingerprint: str, names: Sequence[str], timeout: float
) -> tuple[Mapping[str, Any] | None, Problem | None]:
    """Return the child's reply, perhaps a kept one, or the problem why there is none."""
    assert subject.python is not None
    key = cache.key_of(subject.python, subject.env, fingerprint, layout.site_packages)
    kept = cache.answer(key, names)
    if kept is not None:
        return kept, None
    with ThreadPoolExecutor(max_workers=1) as beside:
        for folder in layout.site_packages:
            beside.submit(cache.folder, folder)
        try:
            reply = ask(subject.python, env=subject.env, names=names, timeout=timeout)
        except Problem as problem:
            return None, problem
    cache.keep(key, names, reply)
    return reply, None


def _interpreter(subject: Subject, found: _Found) -> Section[Interpreter]:
    if found.told is None:
        return _nothing(CHILD, found.why)
    unknown = parse.unknown(found.reply)
    fields = {name: why for name, why in unknown.items() if hasattr(found.told, name)}
    return _section(f"{CHILD}; found by {subject.how}", found.told, fields)


def _environment(subject: Subject, found: _Found) -> Section[Environment]:
    if found.prefix is None or subject.python is None:
        return _nothing(FILES, found.why)
    told = found.told
    kind = files.kind_of(
        found.prefix,
        version=told.version if told is not None else None,
        base_prefix=told.base_prefix if told is not None else None,
        stdlib=told.stdlib if told is not None else None,
    )
    has_pip = parse.found_names(found.reply).get("pip")
    if told is None:
        has_pip = any(os.path.isdir(os.path.join(f, "pip")) for f in found.site_packages) or None
    in_venv = os.path.isfile(os.path.join(found.prefix, "pyvenv.cfg"))
    managed = files.externally_managed(
        told.stdlib if told is not None else None,
        in_force=not in_venv and (told is None or files.same(told.prefix, told.base_prefix)),
    )
    environment = Environment(
        kind=kind.kind,
        name=kind.name,
        prefix=clean(found.prefix),
        python=clean(subject.python),
        writable=files.writable(found.site_packages),
        owner=kind.owner,
        has_pip=has_pip,
        externally_managed=managed,
        leftovers=found.leftovers,
    )
    names = ("writable", "owner", "has_pip", "externally_managed")
    unknown = {
        name: "its files do not tell" if told is not None else found.why
        for name in names
        if getattr(environment, name) is None
    }
    return _section(FILES, environment, unknown)


def _packages(found: _Found) -> Section[tuple[Package, ...]]:
    if found.prefix is None:
        return _nothing(FILES, found.why)
    if found.told is None:
        why = f"only {found.prefix} was read: {found.why}"
        return _section(FILES, found.folder.packages, {"path": clean(why)})
    return _section("the files in the folders of its sys.path", found.folder.packages)


def _conda(found: _Found) -> Section[Conda]:
    if found.prefix is None:
        return _nothing(FILES, found.why)
    source = "conda-meta: the names of its records, and its history"
    known = conda.read(found.prefix)
    return _section(source, known) if known else _nothing(source, "not a conda environment")


def _blas(found: _Found) -> Section[tuple[Library, ...]]:
    return _libraries(found, parse.blas(found.reply))


def _thread_pools(found: _Found) -> Section[tuple[Library, ...]]:
    return _libraries(found, parse.libraries(found.reply))


def _libraries(
    found: _Found, libraries: tuple[Library, ...] | None
) -> Section[tuple[Library, ...]]:
    source = "numpy, imported in a child process and asked by threadpoolctl"
    if found.reply is None:
        return _nothing(source, found.why)
    failure = parse.numpy_failure(found.reply)
    if failure is not None:
        return _nothing(source, f"numpy cannot be imported: {failure}")
    if libraries is None:
        unknown = parse.unknown(found.reply)
        return _nothing(source, unknown.get("pools", "the child did not tell"))
    if parse.has_numpy(found.reply) is False:
        return _section("numpy is not installed", ())
    owned = tuple(
        replace(one, owner=_owner(found, one.path, one.library)) if one.path else one
        for one in libraries
    )
    return _section(source, owned)


def _machine(subject: Subject, found: _Found) -> Section[Machine]:
    if subject.remote:
        return _nothing("the kernel's machine", found.why)
    process = found.process
    variables = process.environ if process is not None else subject.env
    environ = variables if variables is not None else inherited(None)
    if process is None:
        affinity = machine.own_affinity()
        return _section(
            "this machine, as a process started here would see it",
            machine.look(None, affinity, environ),
        )
    value = machine.look(process.pid, process.affinity, environ)
    unknown = (
        {"cpus.affinity": process.unknown["affinity"]} if "affinity" in process.unknown else {}
    )
    return _section(f"the system, of process {process.pid}", value, unknown)


def _process(subject: Subject, found: _Found) -> Section[Process]:
    look = subject.kernel
    if look is None:
        return _nothing("the system", "no kernel is running")
    seen = found.process
    unknown = dict(seen.unknown) if seen is not None else {}
    if seen is None:
        why = look.reason or "its process was not found on this host"
        fields = ("pid", "cwd", "threads", "memory", "libraries", "variables", "command")
        unknown = dict.fromkeys(fields, why)
    modules = parse.modules(look.reply)
    if modules is None:
        unknown["modules"] = look.reason or "the kernel was not asked"
    mapped = seen.libraries if seen is not None else None
    value = Process(
        pid=look.pid,
        state=look.state,
        command=tuple(map(clean, (seen.command if seen is not None else None) or ())),
        cwd=clean(seen.cwd) if seen is not None and seen.cwd is not None else None,
        threads=seen.threads if seen is not None else None,
        memory=seen.memory if seen is not None else None,
        variables=shown(seen.environ) if seen is not None and seen.environ is not None else {},
        libraries=None
        if mapped is None
        else tuple(
            MappedLibrary(library=name, path=clean(path), owner=_owner(found, path, name))
            for name, path in mapped
        ),
        modules=modules,
    )
    asked = " and its own answer" if look.reply is not None else ""
    return _section(f"process {look.pid}, seen from outside{asked}", value, unknown)


def _jupyter(subject: Subject, found: _Found) -> Section[Jupyter]:
    version = "{}.{}.{}".format(*sys.version_info)
    own = files.kind_of(sys.prefix, version=version, base_prefix=sys.base_prefix, stdlib=None)
    same = False if subject.remote else None
    if found.prefix is not None:
        same = files.same(sys.prefix, found.prefix)
    value = Jupyter(
        prefix=clean(sys.prefix),
        python=clean(sys.executable),
        name=own.name,
        same_environment=same,
    )
    unknown = {"same_environment": found.why} if same is None else {}
    return _section("the Jupyter server's own process", value, unknown)


def _notebook(subject: Subject, found: _Found, read: notebook.Read | None) -> Section[Notebook]:
    source = "the notebook's code cells, and the interpreter's own search"
    if read is None:
        return _nothing(source, "no notebook is open")
    look = subject.kernel.reply if subject.kernel is not None else None
    here = _Importable(
        asked=parse.found_names(found.reply),
        imported=frozenset(module.name for module in parse.modules(look) or ()),
        folders=tuple(dict.fromkeys([*([subject.cwd] if subject.cwd else []), *parse.path(look)])),
        known=found.reply is not None,
    )
    standard = parse.stdlib_names(found.reply) or sys.stdlib_module_names
    imports = tuple(
        Import(
            name=clean(wanted.name, 200),
            cell=clean(wanted.cell, 100),
            line=wanted.line,
            optional=wanted.optional,
            found=here.has(wanted.name),
        )
        for wanted in read.wanted
        if wanted.name not in standard
    )
    value = Notebook(
        imports=imports,
        cells=read.cells,
        unreadable=tuple(clean(cell, 100) for cell in read.unreadable),
    )
    unknown = {"found": found.why} if found.reply is None else {}
    return _section(source, value, unknown)


@dataclass(frozen=True, kw_only=True)
class _Importable:
    """What the kernel can import."""

    asked: Mapping[str, bool]  #: by the interpreter's own search
    imported: frozenset[str]
    folders: tuple[str, ...]  #: the kernel's own, where the child did not look
    known: bool  #: whether the interpreter was asked at all

    def has(self, name: str) -> bool | None:
        """Tell whether a name can be imported, None where that is unknown."""
        if (
            self.asked.get(name)
            or name in self.imported
            or any(_holds(folder, name) for folder in self.folders)
        ):
            return True
        return self.asked.get(name) if self.known else None


def _holds(folder: str, name: str) -> bool:
    """Tell whether a module or package of this name lies in a folder."""
    place = os.path.join(folder, name)
    return os.path.isfile(place + ".py") or os.path.isfile(os.path.join(place, "__init__.py"))


def _owner(found: _Found, path: str, library: str) -> str | None:
    key = (path, found.prefix or "", found.fingerprint)
    kept = cache.owners.get(key)
    if kept is None:
        kept = (owner_of(path, library, found.folder.packages, found.prefix or path),)
        cache.owners.put(key, kept)
    return kept[0]


def _section(source: str, value: T, unknown: Mapping[str, str] | None = None) -> Section[T]:
    return Section(source=clean(source), at=_now(), value=value, unknown=dict(unknown or {}))


def _nothing(source: str, why: str) -> Section[Any]:
    return Section(source=clean(source), at=_now(), value=None, unknown={WHOLE: why})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
