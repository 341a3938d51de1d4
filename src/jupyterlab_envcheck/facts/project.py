"""The files beside a notebook that say which packages its project needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """One such file, and what it says, as far as it could be read."""

    name: str  #: environment.yml, requirements.txt, pyproject.toml, uv.lock, …
    path: str
    tool: str  #: whose it is: conda, pip, uv, pixi, poetry, pdm, pipenv, hatch, spack
    lock: bool  #: it names exact versions of everything, made by a tool
    names: tuple[str, ...]  #: what it asks for, normalised; empty for locks
    builds: int  #: of an environment.yml: specs that name a build (numpy=2.1=py312h1_0)
    prefix: bool  #: it has a `prefix:` line, of the machine it was made on
    pip: bool | None  #: of an environment.yml: it has a `pip:` part
    loose: int  #: specs that name no version at all
    local: int  #: lines that point to a file of the machine they were made on (@ file://)


@dataclass(frozen=True, kw_only=True)
class Project:
    """The folder around a notebook that its environment files lie in."""

    folder: str
    files: tuple[ProjectFile, ...]  #: empty where it is a project by its version control alone
