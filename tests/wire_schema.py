"""The JSON Schema of all that server and command send, from the dataclasses (development only)."""

from __future__ import annotations

import json
import re

from pydantic import TypeAdapter

from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.jobs.job import Job
from jupyterlab_envcheck.jobs.outdated import Releases
from jupyterlab_envcheck.plan import Plan
from jupyterlab_envcheck.render.catalogue import CheckEntry
from jupyterlab_envcheck.render.guide import GuideEntry
from jupyterlab_envcheck.render.overview import Overview

SENT = {
    "Report": Report,
    "Plan": Plan,
    "Job": Job,
    "Releases": Releases,
    "CheckEntry": CheckEntry,
    "GuideEntry": GuideEntry,
    "Overview": Overview,
}

#: pydantic's names of our generic sections: Section_Machine_, Section_tuple_Package__________
_SECTION = re.compile(r"Section[_\[](?P<plural>tuple[_\[])?(?P<of>[A-Z][a-z]+)[_\], .]*(?=\")")


def wire_schema() -> str:
    """Return the schema as JSON text, each dataclass a definition."""
    _, schema = TypeAdapter.json_schemas(
        [(name, "serialization", TypeAdapter(sent)) for name, sent in SENT.items()],
        title="jupyterlab-envcheck",
        description=f"What server and command send: {', '.join(SENT)}.",
    )
    return _SECTION.sub(_section_name, json.dumps(_required(schema), indent=2)) + "\n"


def _section_name(match: re.Match[str]) -> str:
    of = match["of"]
    plural = f"{of.removesuffix('y')}ies" if of.endswith("y") else f"{of}s"
    return f"{plural if match['plural'] else of}Section"


def _required(schema: object) -> object:
    """Return the schema with every property required: what we send is always whole."""
    if isinstance(schema, list):
        return [_required(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    properties = schema.get("properties")
    mended = {key: _required(part) for key, part in schema.items() if key != "default"}
    if isinstance(properties, dict) and "type" in schema:
        mended.pop("title", None)  # the definition's key is its name
        mended["required"] = list(properties)
        mended["additionalProperties"] = False
        mended["properties"] = {
            name: _required({key: part for key, part in value.items() if key != "title"})
            for name, value in properties.items()
        }
    return mended
