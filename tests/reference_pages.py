"""The pages of docs/reference that are written from the code (`make generate`)."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.facts import Sections
from jupyterlab_envcheck.jobs.job import Job
from jupyterlab_envcheck.plan import Plan
from jupyterlab_envcheck.recommendations import Outcome
from jupyterlab_envcheck.server.bell import SCHEMA_ID
from jupyterlab_envcheck.server.envcheck import Envcheck
from jupyterlab_envcheck.server.routes import routes
from jupyterlab_envcheck.server.settings import Settings

ROOT = Path(__file__).parents[1]
SETTINGS: Mapping[str, Any] = json.loads(
    (ROOT / "labextension/schema/plugin.json").read_text("utf-8")
)["properties"]

_WRITTEN = "Written from the code (`make generate`); do not edit."

#: What may be sent, as tests/test_docs.py sends it to the parsers.
BODIES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "report": (
        {"kernelspec": "python3"},
        {"kernel": "ID", "cells": [{"id": "a1", "source": "import numpy"}], "refresh": True},
        {"kernel": "ID", "cells": [{"id": "a1", "source": "import mine"}], "missing": ["sklearn"]},
    ),
    "crash": (
        {
            "kernel": "ID",
            "cell": {"id": "b2", "source": "import torch"},
            "before": [{"id": "a1", "source": "import numpy"}],
        },
    ),
    "plans": (
        {
            "kernel": "ID",
            "wish": {"kind": "install", "specs": ["scipy>=1.15"], "installer": "auto"},
        },
        {"kernel": "ID", "wish": {"kind": "remove", "specs": ["scipy"]}},
        {"kernel": "ID", "wish": {"kind": "update", "specs": ["scipy"]}},
        {"kernel": "ID", "wish": {"kind": "reinstall", "specs": ["scipy"]}},
        {
            "kernelspec": "python3",
            "wish": {"kind": "create", "name": "proj", "specs": ["numpy"], "python": "3.13"},
        },
        {
            "kernelspec": "python3",
            "wish": {"kind": "restore", "name": "proj", "text": "dependencies:\n- numpy\n"},
        },
        {"kernel": "ID", "wish": {"kind": "register", "prefix": "/path/to/env", "name": "proj"}},
        {
            "kernel": "ID",
            "wish": {"kind": "set-environment", "variables": {"OMP_NUM_THREADS": "4"}},
        },
        {"wish": {"kind": "back", "job": "ID"}},
        {"report": "ID", "outcome": "missing-import:sklearn", "action": "install"},
    ),
    "outdated": ({"kernel": "ID"},),
    "jobs": ({"plan": "ID"},),
}

#: The queries of those that take one.
_QUERIES = {
    "GET report": "?kernel=ID",
    "GET report.md": "?kernel=ID",
    "GET fingerprint": "?kernel=ID",
    "GET export": "?kernel=ID",
    "GET jobs/ID": "?after=N",
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """A verb and a path below `/envcheck/api/`, and what the code says of it."""

    verb: str
    path: str
    action: str
    does: str


def all_routes() -> tuple[Route, ...]:
    """Return all that the server answers, in the order of its table."""
    return tuple(_all_routes())


def _all_routes() -> Iterator[Route]:
    async def opened() -> Envcheck:
        raise NotImplementedError

    for pattern, handler, _ in routes(opened):
        path = re.sub(r"\(\?P<.*?\)", "ID", pattern.removeprefix("/envcheck/api/"))
        for verb in ("get", "post", "delete"):
            method = vars(handler).get(verb)
            if method is None:
                continue
            # authenticated is around authorized, and both tell what they are around.
            action = inspect.getclosurevars(method.__wrapped__).nonlocals["action"]
            yield Route(
                verb=verb.upper(),
                path=path.replace("\\", ""),
                action=action or {"get": "read"}.get(verb, "write"),
                does=inspect.getdoc(method) or "",
            )


def http_md() -> str:
    """Return docs/reference/http.md."""
    return "\n".join(_http())


def _http() -> Iterator[str]:
    yield (
        f"# HTTP routes\n\n{_WRITTEN}\n\n"
        "All lie under `/envcheck/api/` of the Jupyter server, behind its authentication. The server's\n"
        "authorizer is asked about the resource `envcheck` with the action below.\n\n"
        "| Route | Action | What it does |\n| --- | --- | --- |"
    )
    for route in all_routes():
        shown = f"{route.verb} {route.path}"
        yield f"| `{shown}{_QUERIES.get(shown, '')}` | {route.action} | {route.does} |"
    yield (
        "\n`kernel=ID` is the id of a running kernel; but for `GET report`, `kernelspec=NAME` may stand in\n"
        "its place. Reports, plans and jobs have the form of [the schema](report.md). A plan and a job are\n"
        "answered with 202 and a `Location` to ask again. An error is `{message, reason, hint}`: one sentence that says what\n"
        "happened, a stable word, and one that says what to do.\n\n"
        "The server's event bus rings when there is something new to ask for, at most four times a\n"
        f"second: `{{kind, id, seq}}`, with the schema `{SCHEMA_ID}`.\n\n"
        "## What is sent"
    )
    for path, bodies in BODIES.items():
        shown = "\n".join(json.dumps(body, ensure_ascii=False) for body in bodies)
        yield f"\n`POST {path}`, one of:\n\n```json\n{shown}\n```"


def settings_md() -> str:
    """Return docs/reference/settings.md."""
    return "\n".join(_settings())


def _settings() -> Iterator[str]:
    yield (
        f"# Settings\n\n{_WRITTEN}\n\n"
        "## For administrators: Jupyter Server's configuration\n\n"
        "They stand in a `jupyter_server_config.py` or `.json`. The command line and `%envcheck` obey them,\n"
        "too, but for `Envcheck.explain_crashes` and `Envcheck.probe_timeout`, where they find these files:\n"
        "in `/etc/jupyter` and one's own folder always, in an environment's `etc/jupyter` where they run in\n"
        "that environment.\n\n"
        "| Trait | Type | Default | What it does |\n| --- | --- | --- | --- |"
    )
    for name, trait in sorted(Settings.class_own_traits(config=True).items()):
        kind = type(trait).__name__
        default = json.dumps(trait.default())
        yield f"| `Envcheck.{name}` | {kind} | `{default}` | {trait.help} |"
    yield (
        "\n## For everybody: JupyterLab's Settings Editor, “Environment Check”\n\n"
        "| Setting | Values | Default | What it does |\n| --- | --- | --- | --- |"
    )
    for name, told in SETTINGS.items():
        values = ", ".join(f"`{json.dumps(one['const'])}`" for one in told.get("oneOf", []))
        default = json.dumps(told["default"])
        yield f"| `{name}` | {values or told['type']} | `{default}` | {told['description']} |"


def report_md() -> str:
    """Return docs/reference/report.md."""
    return "\n".join(_report())


def _report() -> Iterator[str]:
    yield (
        f"# Reports, plans and jobs as data\n\n{_WRITTEN}\n\n"
        "All that server and command send is described by one\n"
        "[JSON Schema](../../src/jupyterlab_envcheck/render/schema.json), which is installed with the\n"
        "package as `jupyterlab_envcheck/render/schema.json`. Keys may come new; none changes its\n"
        "meaning while `schema_version` stays the same.\n\n"
        "```sh\n"
        "jupyter envcheck report python3 --json\n"
        "jupyter envcheck install scipy --target climate --dry-run --json\n"
        "jupyter envcheck jobs --json\n"
        "```\n\n"
        "| What | Keys |\n| --- | --- |"
    )
    for kind in (Report, Outcome, Plan, Job):
        names = ", ".join(f"`{field.name}`" for field in fields(kind))
        yield f"| {kind.__name__} | {names} |"
    sections = ", ".join(f"`{field.name}`" for field in fields(Sections))
    yield (
        f"\nA report's `facts` are in sections:\n{sections}.\nEach has its `source` in words, the time "
        "`at` which it was read, its `value`, and for each field that is `null` because nobody could\n"
        "read it, the reason under `unknown`. An outcome's `id` is the check and what it is about, such\n"
        "as `missing-import:sklearn`; its `status` is finding, pass, skip or crash."
    )
