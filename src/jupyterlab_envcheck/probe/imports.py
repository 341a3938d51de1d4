"""Tells which of the notebook's imports the kernel would find, or that this cannot be told."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..facts import Import, Jupyter, Notebook, Section, parse
from ..facts.text import clean
from . import notebook, other_environments, project_files
from .found import Found, nothing, section
from .subject import Subject

#: What stands behind an extension module's name: its ABI, and the ending of this system.
_EXTENSION = re.compile(r"(?:(?:cpython|cp|pypy|abi3|graalpy)[\w-]*\.)?(?:so|pyd)")

_MOST_LOCAL = 500  #: modules of a folder that are told


def of_notebook(
    subject: Subject,
    found: Found,
    read: notebook.Read | None,
    *,
    tabled: Collection[str],
    jupyter: Jupyter | None,
) -> Section[Notebook]:
    """Tell what the cells import, and whether the kernel would find it, or another environment has it.

    `tabled` are the names that known distributions bring.
    """
    source = "the notebook's cells, and its Python"
    if read is None:
        return nothing(source, "no notebook is open")
    here = _importable(subject, found, tabled)
    standard = parse.stdlib_names(found.reply) or sys.stdlib_module_names
    others = _others(jupyter)
    imports = tuple(
        _told(wanted, found, here, others) for wanted in read.wanted if wanted.name not in standard
    )
    project, no_project = project_files.project(subject.cwd)
    value = Notebook(
        imports=imports,
        cells=read.cells,
        unreadable=tuple(clean(cell, 100) for cell in read.unreadable),
        installs=read.installs,
        settings=read.settings,
        parallels=read.parallels,
        project=project,
        local=tuple(clean(name, 200) for name in sorted(here.local)[:_MOST_LOCAL]),
    )
    unsure = [one.name for one in imports if one.found is None]
    unknown = {"found": clean(here.why(unsure))} if unsure else {}
    if here.unlisted is not None:
        unknown["local"] = clean(here.unlisted)
    if no_project is not None:
        unknown["project"] = clean(no_project)
    return section(source, value, unknown)


def _others(jupyter: Jupyter | None) -> tuple[other_environments.Named, ...]:
    """Return the environments of this machine, but for the kernel's own."""
    if jupyter is None:
        return ()
    return jupyter.environments if jupyter.same_environment else (jupyter, *jupyter.environments)


def _told(
    wanted: notebook.Wanted,
    found: Found,
    here: _Importable,
    others: Collection[other_environments.Named],
) -> Import:
    has = here.has(wanted.name)
    tried, error = _tried(found, wanted.name)
    local = here.local.get(wanted.name)
    return Import(
        name=clean(wanted.name, 200),
        cell=clean(wanted.cell, 100),
        line=wanted.line,
        optional=wanted.optional,
        found=has,
        tried=tried,
        error=error,
        local=clean(local) if local is not None else None,
        elsewhere=other_environments.having(wanted.name, others) if has is False else (),
    )


def _tried(found: Found, name: str) -> tuple[bool, str | None]:
    """Return whether a name was imported in a fresh process, and why that failed."""
    if name in ("numpy", "scipy"):
        return parse.tried(found.reply, name)
    tried = found.trial.states.get(name) if found.trial is not None else None
    return (tried.tried, tried.error) if tried is not None else (False, None)


@dataclass(frozen=True, kw_only=True)
class _Importable:
    """What the kernel can import."""

    asked: Mapping[str, bool]  #: by the interpreter's own search
    elsewhere: frozenset[str]  #: imported already, or lying where the child did not look
    unseen: str | None  #: why the kernel may find more than is known
    unasked: str | None  #: why the interpreter was not asked
    tabled: Collection[str]
    local: Mapping[str, str]  #: modules in the folder it runs in, and where they lie
    unlisted: str | None  #: why these are not known

    def has(self, name: str) -> bool | None:
        """Tell whether a name can be imported, None where that is unknown.

        Where not all places are known, a name may be a module of the user's own, and is not called
        missing; but not one that a well-known distribution brings.
        """
        if name in self.elsewhere:
            return True
        told = self.asked.get(name)
        return None if told is False and self.unseen and name not in self.tabled else told

    def why(self, names: Collection[str]) -> str:
        """Return why it is unknown whether the kernel finds `names`."""
        if self.unasked is not None:
            return self.unasked
        if self.unseen is not None and any(name in self.asked for name in names):
            return self.unseen
        return "looking for it failed in the interpreter's own import system"


def _importable(subject: Subject, found: Found, tabled: Collection[str]) -> _Importable:
    look = subject.kernel
    reply = look.reply if look is not None else None
    live, cwd, unseen = parse.path(reply), subject.cwd, None
    names = {module.name for module in parse.modules(reply) or ()}
    local, unlisted = _local(cwd)
    if look is not None and live is None and look.state != "dead":
        why = look.reason or "the kernel was not asked"
        unseen = f"{why}, so the folders it may have added to its path are not known"
    elif cwd is None:
        unseen = "the folder the kernel runs in is not known, and modules may lie there"
    asked_there = found.places.path if found.places is not None else ()
    for entry in dict.fromkeys([*([cwd] if cwd else []), *(live or ())]):
        if entry in asked_there:
            continue
        try:
            names.update(_modules_in(os.path.join(cwd or os.sep, entry)))
        except OSError:  # a zip file, or not ours to read
            unseen = unseen or f"{entry} on the kernel's path cannot be listed"
    return _Importable(
        asked=parse.found_names(found.reply),
        elsewhere=frozenset(names),
        unseen=unseen,
        unasked=found.why if found.reply is None else None,
        tabled=tabled,
        local=local,
        unlisted=unlisted,
    )


def _local(cwd: str | None) -> tuple[Mapping[str, str], str | None]:
    """Return the modules in the folder a kernel runs in, or why they are not known."""
    if cwd is None:
        return {}, "the folder the kernel runs in is not known"
    try:
        return _modules_in(cwd), None
    except OSError as error:
        return {}, f"the folder the kernel runs in cannot be listed: {error.strerror}"


def _modules_in(folder: str) -> dict[str, str]:
    """Return the modules and folders (each a namespace package, if nothing else) in a folder."""
    found: dict[str, str] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, _, ending = entry.name.partition(".")
                # numpy.test.py is no module of that name; numpy.cpython-313-x86_64-linux-gnu.so is.
                is_module = ending in ("py", "pyc") or _EXTENSION.fullmatch(ending)
                if is_module or (not ending and entry.is_dir()):
                    found.setdefault(stem, entry.path)
    except FileNotFoundError:
        return {}
    return found
