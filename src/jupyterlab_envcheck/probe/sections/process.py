"""Tells of the live kernel."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...facts import MappedLibrary, Module, Package, Process, Section, parse
from ...facts.text import clean
from ..found import Found, nothing, section
from ..process import FIELDS, Outside, shown
from ..subject import Subject
from .native import owned, owner

#: What folders of packages are called; dist-packages are Debian's.
_LIBRARIES = ("site-packages", "dist-packages")

_OUTSIDE = ("pid", *(name for name in FIELDS if name != "affinity"))


def of_process(subject: Subject, found: Found) -> Section[Process]:
    """Tell of the live kernel."""
    look = subject.kernel
    if look is None:
        return nothing("the system", "no kernel is running")
    seen = found.process
    unknown = dict(seen.unknown) if seen is not None else {}
    if seen is None:
        unknown = dict.fromkeys(_OUTSIDE, look.reason or "its process was not found on this host")
    told = parse.unknown(look.reply)
    unknown |= {name: why for name, why in told.items() if name.startswith("pools.")}
    modules = parse.modules(look.reply)
    pools = parse.live_pools(look.reply)
    variables = parse.user_variables(look.reply)
    for name, fact, part in (
        ("modules", modules, "modules"),
        ("pools", pools, "pools"),
        ("user_variables", variables, "variables"),
    ):
        if fact is None:
            unknown[name] = told.get(part) or look.reason or "the kernel was not asked"
    value = Process(
        pid=look.pid,
        state=look.state,
        command=tuple(map(clean, (seen.command if seen is not None else None) or ())),
        cwd=clean(seen.cwd) if seen is not None and seen.cwd is not None else None,
        started=seen.started if seen is not None else None,
        threads=seen.threads if seen is not None else None,
        memory=seen.memory if seen is not None else None,
        variables=shown(seen.environ) if seen is not None and seen.environ is not None else {},
        libraries=_mapped(found, seen),
        modules=None
        if modules is None
        else _on_disk(modules, found.folder.packages, here=seen is not None),
        user_variables=variables,
        pools=None if pools is None else owned(found, pools),
        pools_thread=parse.live_thread(look.reply),
    )
    asked = " and its own answer" if look.reply is not None else ""
    return section(f"process {look.pid}, seen from outside{asked}", value, unknown)


def _mapped(found: Found, seen: Outside | None) -> tuple[MappedLibrary, ...] | None:
    if seen is None or seen.libraries is None:
        return None
    return tuple(
        MappedLibrary(library=name, path=clean(path), owner=owner(found, path, name))
        for name, path in seen.libraries
    )


def _on_disk(
    modules: Sequence[Module], packages: Sequence[Package], *, here: bool
) -> tuple[Module, ...]:
    """Return the modules with what is installed under their names now.

    `here` tells whether the kernel runs on this host, so that its files can be looked for.
    """
    bringing: dict[str, list[Package]] = {}
    for package in packages:
        for name in package.imports:
            bringing.setdefault(name, []).append(package)
    return tuple(
        replace(module, gone=True)
        if here and module.name not in bringing and _is_gone(module.file)
        else _with_its_distribution(module, bringing)
        for module in modules
    )


def _is_gone(file: str | None) -> bool:
    """Tell whether a module's file was among packages on this host and is no more.

    What a person keeps elsewhere may come and go: it was not installed.
    """
    if file is None or not os.path.isabs(file):
        return False
    folder, name = os.path.split(file)
    library = os.path.dirname(folder) if name.startswith("__init__.") else folder
    is_library = os.path.basename(library) in _LIBRARIES and os.path.isdir(library)
    return is_library and not os.path.lexists(file)


def _with_its_distribution(module: Module, bringing: Mapping[str, Sequence[Package]]) -> Module:
    """Add the distribution a module came from: the one in whose folder its file lies.

    Several share a name where they add to one namespace: then none is the module's.
    """
    own = [
        package
        for package in bringing.get(module.name, ())
        if package.editable
        or module.file is None
        or module.file.startswith(package.location.rstrip("/\\") + os.sep)
    ]
    if len(own) != 1:
        return module
    return replace(module, distribution=own[0].name, installed=own[0].version)
