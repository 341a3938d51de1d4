"""Family environment: what lies in the folder the kernel runs in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from packaging.utils import canonicalize_name

from ..facts import Facts, Import, Interpreter, Package
from ..recommendations import Action, Evidence, Finding, RestartKernel, Severity, Skip, Source
from .base import Check
from .environment_paths import SYS_PATH
from .installs import terminal


class LocalFileShadowsPackage(Check):
    """A file beside the notebook hides an installed package.

    ## What it does
    Looks in the folder the kernel runs in for files named like an installed package that the
    notebook imports; and, in a kernel that could be asked, at the files its modules came from.

    ## Why this matters
    A kernel looks there before it looks at what is installed (after the standard library). The
    wrong module is imported, and what is missing in it shows later.

    ## How to fix it
    Rename the file and restart the kernel.

    ## Example
    With a `numpy.py` beside the notebook, `import numpy as np; np.array([1])` ends with
    `AttributeError: module 'numpy' has no attribute 'array'`.

    ## Tried on
    Real: a kernel in a folder with a file named like an installed package, with a folder of such a
    name, with a `random.py`, which hides nothing, and with neither.
    """

    family = "environment"
    sources = (
        Source(
            title="IPython, InteractiveShellApp.init_path",
            url="https://ipython.readthedocs.io/en/stable/api/generated/IPython.core.shellapp.html",
            passage="The folder the kernel runs in goes before the first site-packages on the "
            "path, after the standard library.",
        ),
        SYS_PATH,
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error for each name that the notebook imports, advice for others loaded.

        A folder may be only a namespace, which hides nothing: it counts once the kernel has loaded
        it. A project that is installed from its own sources is what its author means.
        """
        packages, interpreter = facts.packages.value, facts.interpreter.value
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        before = _before_the_folder(interpreter)
        installed = {
            name: package
            for package in packages
            if not package.editable
            and not (package.direct_url is not None and package.direct_url.local)
            and package.location not in before
            and _slashed(package.location) != _folder(facts)
            for name in package.imports
        }
        notebook, loaded = facts.notebook, _loaded_from_there(facts)
        imports = notebook.value.imports if notebook.value is not None else ()
        paths = {**_files_of(imports), **loaded}
        found = [name for name in sorted(paths) if name in installed]
        if not found and notebook.value is None:
            return Skip(reason=notebook.why_unknown())
        if not found and "local" in notebook.unknown:
            return Skip(reason=notebook.why_unknown("local"))
        imported = {entry.name for entry in imports}
        return tuple(
            _hiding_file(paths[name], name, installed[name], facts, imported=name in imported)
            for name in found
        )


def _before_the_folder(interpreter: Interpreter | None) -> frozenset[str]:
    """Return the folders that come before the one the kernel runs in, which IPython puts there.

    That is before the first `site-packages` or `dist-packages`: after PYTHONPATH and the standard
    library.
    """
    before = []
    for entry in interpreter.path if interpreter is not None else ():
        if _slashed(entry).rpartition("/")[2] in {"site-packages", "dist-packages"}:
            break
        before.append(entry)
    return frozenset(before)


def _files_of(imports: Iterable[Import]) -> dict[str, str]:
    """Return the files, not the folders, that lie there by the names they would be imported by."""
    return {
        entry.name: entry.local
        for entry in imports
        if entry.local is not None and _is_module(entry.local, entry.name)
    }


def _is_module(path: str, name: str) -> bool:
    """Tell whether a file is a module of that name: `numpy.test.py` is not numpy's."""
    endings = r"(?:\.pyc?|(?:\.[\w-]+)?\.(?:so|pyd))"
    return re.fullmatch(re.escape(name) + endings, _slashed(path).rpartition("/")[2]) is not None


def _loaded_from_there(facts: Facts) -> dict[str, str]:
    """Return the files of modules that the kernel has loaded from the folder it runs in."""
    there, process = _folder(facts), facts.process.value
    if process is None or there is None:
        return {}
    return {
        module.name: module.file
        for module in process.modules or ()
        if module.file is not None
        and _slashed(module.file).rpartition("/")[0] in (there, f"{there}/{module.name}")
    }


def _folder(facts: Facts) -> str | None:
    """Return the folder the kernel runs in, None where that is unknown."""
    process = facts.process.value
    return _slashed(process.cwd).rstrip("/") if process is not None and process.cwd else None


def _slashed(path: str) -> str:
    return path.replace("\\", "/")


def _hiding_file(
    path: str, name: str, package: Package, facts: Facts, *, imported: bool
) -> Finding:
    file = _slashed(path).rpartition("/")[2]
    shown = file if not file.startswith("__init__.") else f"The folder {name}"
    version = f" {package.version}" if package.version else ""
    return Finding(
        about=name,
        severity=Severity.ERROR if imported else Severity.ADVICE,
        title=f"{shown} in the folder this kernel runs in hides the installed "
        f"{canonicalize_name(package.name)}{version}",
        why=f"A kernel looks in its own folder before it looks at what is installed, so import "
        f"{name} finds that file.",
        evidence=(
            Evidence(label="File", value=path, source=facts.notebook.source),
            Evidence(label="Installed", value=package.location, source=facts.packages.source),
        ),
        actions=(*_renamed(path, file, facts), *_restart(facts)),
    )


def _renamed(path: str, file: str, facts: Facts) -> tuple[Action, ...]:
    if file.startswith("__init__."):
        return ()
    interpreter = facts.interpreter.value
    windows = interpreter is not None and interpreter.markers.get("sys_platform") == "win32"
    folder = path[: -len(file)]
    argv = ("ren", path, f"my_{file}") if windows else ("mv", "-n", path, f"{folder}my_{file}")
    return (terminal("Rename it in a terminal", argv),)


def _restart(facts: Facts) -> tuple[Action, ...]:
    if facts.process.value is None:
        return ()
    return (RestartKernel(title="Restart the kernel once it is renamed"),)
