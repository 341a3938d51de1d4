"""Tells which Python and which environment it is, what is installed, and where Jupyter runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from ...facts import Conda, Environment, Interpreter, Jupyter, Package, Section, parse
from ...facts.text import clean
from .. import disk, files, jupyter, kinds, programs, tools
from ..found import WHOLE, Found, nothing, section
from ..interpreter import TooOld, inherited
from ..packages import builds
from ..process import shown
from ..subject import Subject

CHILD = "its Python, asked in a child process"
FILES = "the environment's files"


def of_interpreter(subject: Subject, found: Found) -> Section[Interpreter]:
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
    env = inherited(subject.env)
    value = replace(found.told, variables=shown(env), on_path=programs.on_path(env))
    return section(CHILD, value, fields)


def of_environment(subject: Subject, found: Found) -> Section[Environment]:
    """Tell what the environment is, and what may be done to it."""
    if found.prefix is None or subject.python is None:
        return nothing(FILES, found.why)
    hidden = found.hidden(subject.python)
    if hidden is not None:
        return nothing(FILES, hidden)
    told, places, env = found.told, found.places, inherited(subject.env)
    stdlib = places.stdlib if places is not None else None
    base_prefix = places.base_prefix if places is not None else None
    kind = kinds.kind_of(
        found.prefix,
        version=told.version if told is not None else None,
        base_prefix=base_prefix,
        stdlib=stdlib,
        env=env,
    )
    venv, of_venv = kinds.venv_of(found.prefix, base_prefix, env=env)
    tool, no_tool = tools.tool_of(kind.owner, prefix=found.prefix, python=subject.python, env=env)
    in_venv = os.path.isfile(os.path.join(found.prefix, "pyvenv.cfg"))
    is_base = places is None or files.same(places.prefix, places.base_prefix)
    environment = Environment(
        kind=kind.kind,
        name=kind.name,
        prefix=clean(found.prefix),
        python=clean(subject.python),
        writable=files.writable(found.site_packages),
        owner=kind.owner,
        tool=tool,
        project=kind.project,
        user=files.user_of(found.prefix),
        has_pip=_has_pip(found),
        externally_managed=files.externally_managed(stdlib, in_force=not in_venv and is_base),
        venv=venv,
        leftovers=found.leftovers,
        overlaps=found.folder.overlaps,
        shadows=found.folder.shadows,
        free=disk.free(found.prefix),
    )
    unknown = {"venv" if name == WHOLE else f"venv.{name}": why for name, why in of_venv.items()}
    if tool is None:
        unknown["tool"] = no_tool or "it is not known which tool changes it"
    for name in ("writable", "owner", "user", "has_pip", "externally_managed", "free"):
        if getattr(environment, name) is None:
            unknown[name] = "its files do not tell" if told is not None else found.why
    source = FILES if kind.seen else f"{FILES}; its kind is known from recorded files only"
    return section(source, environment, unknown)


def _has_pip(found: Found) -> bool | None:
    if found.told is not None:
        return parse.found_names(found.reply).get("pip")
    return any(os.path.isdir(os.path.join(f, "pip")) for f in found.site_packages) or None


def of_packages(found: Found) -> Section[tuple[Package, ...]]:
    """Tell what is installed."""
    if found.prefix is None:
        return nothing(FILES, found.why)
    unknown = dict(found.folder.unknown)
    for folder in map(clean, found.site_packages):
        if folder in unknown:  # what is installed is not known, even if something elsewhere is
            return nothing(FILES, f"{folder}: {unknown[folder]}")
    packages = _with_condas_builds(found, unknown)
    if found.told is None:
        unknown["path"] = clean(f"only {found.prefix} was read: {found.why}")
        return section(FILES, packages, unknown)
    return section("the files in the folders of its sys.path", packages, unknown)


def _with_condas_builds(found: Found, unknown: dict[str, str]) -> tuple[Package, ...]:
    """Return the packages, those that conda brought with what its build string tells."""
    conda, _ = found.conda
    flavours = {
        metadata: flavour
        for record in (conda.records if conda is not None else ())
        if record.distributions
        and (flavour := builds.flavour_of_conda_build(record.name, record.build)) is not None
        for metadata in record.distributions
    }
    packages = []
    for package in found.folder.packages:
        flavour = flavours.get(package.metadata)
        if flavour is not None:
            unknown.pop(f"{package.name}.build", None)
            packages.append(replace(package, build=flavour))
        else:
            packages.append(package)
    return tuple(packages)


def of_conda(found: Found) -> Section[Conda]:
    """Tell what conda has on record."""
    if found.prefix is None:
        return nothing(FILES, found.why)
    source = "conda-meta: its records and its history; and conda's own configuration files"
    known, unknown = found.conda
    return section(source, known, unknown) if known else _no_conda(source, unknown)


def _no_conda(source: str, unknown: Mapping[str, str]) -> Section[Conda]:
    return nothing(source, unknown.get("value", "not a conda environment"))


def of_jupyter(found: Found, *, remote: bool, server: bool) -> Section[Jupyter]:
    """Tell where the server runs, and whether the kernel runs there, too."""
    if not server:
        return nothing("no server", "no Jupyter server is involved")
    version = "{}.{}.{}".format(*sys.version_info)
    own = kinds.kind_of(
        sys.prefix, version=version, base_prefix=sys.base_prefix, stdlib=None, env=os.environ
    )
    offer, unknown = jupyter.look(sys.prefix, os.environ, kernel_prefix=found.prefix)
    same = False if remote else None
    if found.prefix is not None:
        same = files.same(sys.prefix, found.prefix)
    value = Jupyter(
        prefix=clean(sys.prefix),
        python=clean(sys.executable),
        name=own.name,
        kind=own.kind,
        same_environment=same,
        kernelspecs=offer.kernelspecs,
        environments=offer.environments,
        finds_conda_kernels=offer.finds_conda_kernels,
        labextensions=offer.labextensions,
        navigator=offer.navigator,
    )
    if same is None:
        unknown["same_environment"] = found.why
    return section("the Jupyter server's own process, and files on Jupyter's paths", value, unknown)
