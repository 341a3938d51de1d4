"""Tells what was found out, section by section, each in its envelope."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from ..facts import (
    Conda,
    Environment,
    Interpreter,
    Jupyter,
    Library,
    Machine,
    MappedLibrary,
    Package,
    Process,
    Section,
    parse,
)
from ..facts.text import clean
from . import cache, conda, files, machine
from .found import Found, nothing, section
from .interpreter import TooOld, inherited
from .owners import owner_of
from .process import shown
from .subject import Subject

CHILD = "its Python, asked in a child process"
FILES = "the environment's files"


def of_interpreter(found: Found) -> Section[Interpreter]:
    """Tell of the Python, in its own words."""
    if found.told is None:
        unasked: Section[Interpreter] = nothing(CHILD, found.why_and_what_to_do)
        if isinstance(found.problem, TooOld):
            return replace(unasked, unknown={**unasked.unknown, "version": found.problem.version})
        return unasked
    hidden = found.hidden(found.told.executable)
    if hidden is not None:
        return nothing(CHILD, hidden)
    unknown = parse.unknown(found.reply)
    fields = {name: why for name, why in unknown.items() if hasattr(found.told, name)}
    return section(CHILD, found.told, fields)


def of_environment(subject: Subject, found: Found) -> Section[Environment]:
    """Tell what the environment is, and what may be done to it."""
    if found.prefix is None or subject.python is None:
        return nothing(FILES, found.why)
    hidden = found.hidden(subject.python)
    if hidden is not None:
        return nothing(FILES, hidden)
    told, places = found.told, found.places
    stdlib = places.stdlib if places is not None else None
    kind = files.kind_of(
        found.prefix,
        version=told.version if told is not None else None,
        base_prefix=places.base_prefix if places is not None else None,
        stdlib=stdlib,
    )
    has_pip = parse.found_names(found.reply).get("pip")
    if told is None:
        has_pip = any(os.path.isdir(os.path.join(f, "pip")) for f in found.site_packages) or None
    in_venv = os.path.isfile(os.path.join(found.prefix, "pyvenv.cfg"))
    is_base = places is None or files.same(places.prefix, places.base_prefix)
    managed = files.externally_managed(stdlib, in_force=not in_venv and is_base)
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
    return section(FILES, environment, unknown)


def of_packages(found: Found) -> Section[tuple[Package, ...]]:
    """Tell what is installed."""
    if found.prefix is None:
        return nothing(FILES, found.why)
    unknown = dict(found.folder.unknown)
    for folder in map(clean, found.site_packages):
        if folder in unknown:  # what is installed is not known, even if something elsewhere is
            return nothing(FILES, f"{folder}: {unknown[folder]}")
    if found.told is None:
        unknown["path"] = clean(f"only {found.prefix} was read: {found.why}")
        return section(FILES, found.folder.packages, unknown)
    return section("the files in the folders of its sys.path", found.folder.packages, unknown)


def of_conda(found: Found) -> Section[Conda]:
    """Tell what conda has on record."""
    if found.prefix is None:
        return nothing(FILES, found.why)
    source = "conda-meta: the names of its records, and its history"
    known = conda.read(found.prefix)
    return section(source, known) if known else nothing(source, "not a conda environment")


def of_blas(found: Found) -> Section[tuple[Library, ...]]:
    """Tell which BLAS numpy would run on."""
    return _libraries(found, parse.blas(found.reply))


def of_thread_pools(found: Found) -> Section[tuple[Library, ...]]:
    """Tell all thread pools that importing numpy makes."""
    return _libraries(found, parse.libraries(found.reply))


def _libraries(found: Found, libraries: tuple[Library, ...] | None) -> Section[tuple[Library, ...]]:
    source = "numpy, imported in a child process and asked by threadpoolctl"
    if found.reply is None:
        return nothing(source, found.why)
    failure = parse.numpy_failure(found.reply)
    if failure is not None:
        return nothing(source, f"numpy cannot be imported: {failure}")
    if libraries is None:
        unknown = parse.unknown(found.reply)
        return nothing(source, unknown.get("pools", "the child did not tell"))
    if parse.has_numpy(found.reply) is False:
        return section("numpy is not installed", ())
    owned = tuple(
        replace(one, owner=_owner(found, one.path, one.library)) if one.path else one
        for one in libraries
    )
    return section(source, owned)


def of_machine(subject: Subject, found: Found) -> Section[Machine]:
    """Tell of the machine as the kernel sees it."""
    if subject.remote:
        return nothing("the kernel's machine", found.why)
    process = found.process
    variables = process.environ if process is not None else subject.env
    environ = variables if variables is not None else inherited(None)
    if process is None:
        return section(
            "this machine, as a process started here would see it",
            machine.look(None, machine.own_affinity(), environ),
        )
    value = machine.look(process.pid, process.affinity, environ)
    unknown = (
        {"cpus.affinity": process.unknown["affinity"]} if "affinity" in process.unknown else {}
    )
    return section(f"the system, of process {process.pid}", value, unknown)


def of_process(subject: Subject, found: Found) -> Section[Process]:
    """Tell of the live kernel."""
    look = subject.kernel
    if look is None:
        return nothing("the system", "no kernel is running")
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
    return section(f"process {look.pid}, seen from outside{asked}", value, unknown)


def of_jupyter(subject: Subject, found: Found, *, server: bool) -> Section[Jupyter]:
    """Tell where the server runs, and whether the kernel runs there, too."""
    if not server:
        return nothing("no server", "no Jupyter server is involved")
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
    return section("the Jupyter server's own process", value, unknown)


def _owner(found: Found, path: str, library: str) -> str | None:
    key = (path, found.prefix or "", found.state)
    kept = cache.owners.get(key)
    if kept is None:
        kept = (owner_of(path, library, found.folder.packages, found.prefix or path),)
        cache.owners.put(key, kept)
    return kept[0]
