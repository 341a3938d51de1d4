"""What is generated is what is committed; `make generate` writes it anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jsonschema
import pytest
from pydantic import TypeAdapter

from golden_cells import CROWDED
from golden_conda import CONDA_SCENES
from golden_environment import ENVIRONMENT_SCENES
from golden_kernels import KERNEL_SCENES
from golden_needs import NEED_SCENES
from golden_overview import OVERVIEW
from golden_scenes import SCENES as REPORTS_AND_INSTALLS
from golden_undo import UNDO_SCENES
from jupyterlab_envcheck.cli.reference import command_md
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.render.catalogue import checks_md
from jupyterlab_envcheck.render.cell_faces import cell_html, print_cell
from jupyterlab_envcheck.render.html import html
from jupyterlab_envcheck.render.json import dumps
from jupyterlab_envcheck.render.markdown import markdown, overview_markdown
from jupyterlab_envcheck.render.overview import print_overview
from jupyterlab_envcheck.render.text import plain, text
from reference_pages import http_md, report_md, settings_md
from wire_schema import wire_schema

SCENES = {
    **REPORTS_AND_INSTALLS,
    **UNDO_SCENES,
    **KERNEL_SCENES,
    **ENVIRONMENT_SCENES,
    **NEED_SCENES,
    **CONDA_SCENES,
}

#: The reports that are kept as notebooks and terminals show them, too.
SHOWN = {
    name: scene
    for name in ("report-problems", "report-conda-base", "report-remote", "report-healthy")
    if isinstance(scene := SCENES[name], Report)
}

ROOT = Path(__file__).parents[1]
GENERATED: dict[str, Callable[[], str]] = {
    "CHECKS.md": checks_md,
    "docs/reference/command.md": command_md,
    "docs/reference/http.md": http_md,
    "docs/reference/report.md": report_md,
    "docs/reference/settings.md": settings_md,
    "src/jupyterlab_envcheck/render/schema.json": wire_schema,
    **{
        f"tests/golden/{name}.json": partial(dumps, scene, indent=1)
        for name, scene in SCENES.items()
    },
    **{
        f"tests/golden/shown/{name}.{ending}": partial(face, report)
        for name, report in SHOWN.items()
        for ending, face in (("html", html), ("txt", text), ("md", markdown))
    },
    "tests/golden/shown/overview.md": partial(overview_markdown, OVERVIEW),
    **{
        f"tests/golden/shown/overview-{width}.txt": partial(
            plain, partial(print_overview, OVERVIEW), width
        )
        for width in (40, 88, 200)
    },
    "tests/golden/shown/cell-crowded.html": partial(cell_html, CROWDED),
    "tests/golden/shown/cell-crowded.txt": partial(plain, partial(print_cell, CROWDED)),
}


@pytest.mark.parametrize("path", GENERATED)
def test_generated_file_is_up_to_date(path: str, pytestconfig: pytest.Config) -> None:
    made = GENERATED[path]().rstrip() + "\n"
    if pytestconfig.getoption("--generate"):
        (ROOT / path).write_text(made, encoding="utf-8")
    assert (ROOT / path).read_text(encoding="utf-8") == made


@pytest.mark.parametrize("name", SCENES)
def test_golden_scene_reads_back_as_the_same_data(name: str) -> None:
    scene = SCENES[name]
    text = (ROOT / "tests/golden" / f"{name}.json").read_text(encoding="utf-8")
    read: object = TypeAdapter(type(scene)).validate_json(text)
    assert dumps(read) == dumps(scene)


@pytest.mark.parametrize("name", SCENES)
def test_golden_scene_has_no_key_that_the_schema_does_not_name(name: str) -> None:
    schema = json.loads(wire_schema())
    kind = type(SCENES[name]).__name__
    sent = json.loads(dumps(SCENES[name]))
    jsonschema.validate(sent, {**schema, "$ref": f"#/$defs/{kind}"})
