"""What is generated is what is committed; `make generate` writes it anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jsonschema
import pytest
from pydantic import TypeAdapter

from golden_scenes import SCENES
from jupyterlab_envcheck.render.catalogue import checks_md
from jupyterlab_envcheck.render.json import dumps
from wire_schema import wire_schema

ROOT = Path(__file__).parents[1]
GENERATED: dict[str, Callable[[], str]] = {
    "CHECKS.md": checks_md,
    "src/jupyterlab_envcheck/render/schema.json": wire_schema,
    **{
        f"tests/golden/{name}.json": partial(dumps, scene, indent=1)
        for name, scene in SCENES.items()
    },
}


@pytest.mark.parametrize("path", GENERATED)
def test_generated_file_is_up_to_date(path: str, pytestconfig: pytest.Config) -> None:
    text = GENERATED[path]().rstrip() + "\n"
    if pytestconfig.getoption("--generate"):
        (ROOT / path).write_text(text, encoding="utf-8")
    assert (ROOT / path).read_text(encoding="utf-8") == text


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
