"""A small virtual environment that is made to try an install out in, and thrown away.

It takes a fiftieth of a second to make. What a plan for it says is then said of another folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ...facts import Environment, Interpreter, parse
from ...facts.text import clean_end
from ...installers import venvs
from ...plan import Request, Wish
from ...probe import disk
from ...probe.interpreter import ask
from ...problems import Problem
from .. import environment, place
from ..child import Stop, run
from . import sites
from .pythons import Base

#: Seconds that making it may take: `python -m venv` unpacks pip.
_LIMIT = 120.0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """An environment in `folder`, made by uv or, where there is none, by Python itself."""

    folder: Path
    base: Base
    uv: str | None
    environ: Mapping[str, str]
    stop: Stop
    limit: float

    def made(self) -> Interpreter:
        """Make it, and ask its Python."""
        env, folder = environment.built(self.environ), str(self.folder)
        reply = run(self.making(folder), env=env, limit=min(_LIMIT, self.limit), stop=self.stop)
        python = sites.python_in(self.folder)
        if reply.returncode != 0 or not python.is_file():
            said = clean_end((reply.errors + reply.output).strip(), 300) or "nothing"
            message = f"{self.base.python} could not make an environment, and said: {said}"
            hint = "Choose another Python. Of a system's own, the part “venv” may be missing."
            raise Problem("no-venv", message, hint)
        told = parse.interpreter(ask(str(python), env=env), "made for this plan")
        if told is None:
            message = f"{self.base.python} did not tell what its environments are like."
            raise Problem("bad-reply", message, "Choose another Python.")
        return told

    def making(self, folder: str) -> tuple[str, ...]:
        """Return the command that makes such an environment in a folder."""
        if self.uv is None:
            return venvs.python_venv(self.base.python, folder)
        return venvs.uv_venv(self.uv, self.base.python, folder)

    def request(
        self, request: Request, interpreter: Interpreter, specs: tuple[str, ...]
    ) -> Request:
        """Return the request for an install in it, instead of the environment that is to be."""
        by = "pip" if self.uv is None else "uv"
        target = replace(request.target, prefix=interpreter.prefix, python=interpreter.executable)
        return replace(
            request,
            target=target,
            wish=Wish(kind="install", specs=specs, build=request.wish.build),
            installer=by,
            environment=Environment(
                kind="venv" if self.uv is None else "uv-venv",
                name=target.name,
                prefix=target.prefix,
                python=target.python,
                writable=True,
                owner=by,
                tool=self.uv,
                project=None,
                user=None,
                has_pip=self.uv is None,
                externally_managed=False,
                venv=None,
                leftovers=(),
                overlaps=(),
                shadows=(),
                free=None,
            ),
            interpreter=interpreter,
            packages=place.own(interpreter.site_packages),
            why_unknown=None,
            elsewhere=(),
            conda=None,
            fingerprint=None,
            shares_server=False,
            modules=(),
            frozen=False,
            free=disk.free(str(sites.around(Path(request.target.prefix)))),
        )

    def moved(self, text: str, prefix: str) -> str:
        """Return what was said of it, said of the environment at `prefix`."""
        return text.replace(str(self.folder), prefix)
