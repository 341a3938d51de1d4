"""The conda package, as Anaconda Navigator has it: a tile on Home that opens Lab with the panel.

Navigator starts what the tile names in the environment that was chosen, after an activation that can
fail without a word, and shows what is written to stderr as an error.
"""

from __future__ import annotations

import json
import subprocess
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from packaging.requirements import Requirement

from conda_channel import NEEDS_CHANNEL, channels
from conda_recipe import RECIPE, ROOT, make_channel, recipe
from conda_world import make_conda_base, make_conda_env, records
from environments import UV, make_kernelspec, make_uv_venv
from jupyter_process import TOKEN, Jupyter, directories, jupyter

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

#: A conda that is rattler: it is found in the root, as the real one would be.
_CONDA = '#!/bin/sh\nexec "{python}" -P -m jupyterlab_envcheck.jobs.conda.rattler "$@"\n'


# --- what the recipe says -------------------------------------------------------------------------


def as_conda(requirements: list[str]) -> list[str]:
    """Return requirements as conda spells them."""
    parsed = [Requirement(text) for text in requirements]
    return [
        f"{one.name} {one.specifier}" for one in parsed if not one.name.startswith("jupyterlab-")
    ]


def test_recipe_asks_for_what_the_project_asks_for() -> None:
    told = recipe()["requirements"]
    python = f"python {PROJECT['requires-python']}"
    assert told["run"] == [python, *as_conda(PROJECT["dependencies"])]
    extras = [text for texts in PROJECT["optional-dependencies"].values() for text in texts]
    assert sorted(told["run_constrained"]) == sorted(as_conda(extras))
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert told["host"] == [python, "pip", *as_conda(build), "nodejs"]


def test_recipe_has_the_projects_names_and_version() -> None:
    from jupyterlab_envcheck import __version__  # noqa: PLC0415

    told = recipe()
    assert told["package"] == {"name": PROJECT["name"], "version": __version__}
    scripts = [f"{name} = {function}" for name, function in PROJECT["scripts"].items()]
    assert told["build"]["entry_points"] == scripts
    assert told["about"]["summary"] == PROJECT["description"]
    assert told["about"]["license"] == PROJECT["license"]
    assert told["build"]["noarch"] == "python"


def test_tile_names_a_command_that_no_shell_takes_apart() -> None:
    app = recipe()["app"]
    assert app["entry"] in PROJECT["scripts"]
    assert app["entry"].replace("-", "").isalnum()
    assert app["type"] == "web"
    assert (RECIPE / app["icon"]).read_bytes().startswith(b"\x89PNG\r\n")


def test_without_lab_the_tile_says_what_to_do(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "environment")
    done = subprocess.run(
        [python, "-c", "from jupyterlab_envcheck.server.lab import main; main()"],
        env={**directories(tmp_path), "PYTHONPATH": str(ROOT / "src")},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"JupyterLab is not installed in {tmp_path}/environment.\n"
        "Install it there (in Navigator, by its tile on Home), and start again.\n"
    )


# --- what is built of it --------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """A conda root with Navigator, an environment with Lab and envcheck, and another."""

    root: Path
    channel: Path

    @property
    def lab(self) -> Path:
        """Return the environment that is chosen on Navigator's Home."""
        return self.root / "envs" / "lab"

    @property
    def climate(self) -> Path:
        """Return the environment that a notebook's kernel runs in."""
        return self.root / "envs" / "climate"

    @property
    def package(self) -> Path:
        """Return the package as it lies extracted, which is where Navigator looks at it."""
        return Path(records(self.lab)["jupyterlab-envcheck"]["extracted_package_dir"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("navigator")
    made = World(root=folder / "anaconda", channel=make_channel(folder))
    make_conda_base(made.root)
    (made.root / "conda-meta" / "anaconda-navigator-2.7.0-py312h06a4308_0.json").write_text("{}")
    sources = (made.channel.as_uri(), channels().forge)
    make_conda_env(made.lab, "python", "ipykernel", "jupyterlab-envcheck", channels=sources)
    make_conda_env(made.climate, "python", "ipykernel")
    python = made.lab / "bin" / "python"
    pins = [f"{name}=={version(name)}" for name in ("jupyterlab", "py-rattler")]
    pip = [UV, "pip", "install", "--quiet", "--no-config", "--python", str(python), *pins]
    subprocess.run(pip, check=True)
    for place in ("bin", "condabin"):
        program = made.root / place / "conda"
        program.unlink()  # a link into a cache
        program.write_text(_CONDA.format(python=python))
        program.chmod(0o755)
    return made


@pytest.fixture(scope="module")
def lab(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """Start what the tile starts, by its path, with nothing activated and nothing on PATH."""
    folder = tmp_path_factory.mktemp("home")
    make_kernelspec(folder / "jupyter" / "data", "climate", world.climate / "bin" / "python")
    entry = json.loads((world.package / "info" / "index.json").read_bytes())["app_entry"]
    with jupyter([str(world.lab / "bin" / entry)], folder, {}) as running:
        yield running
    assert running.troubles() == []


def done(lab: Jupyter, where: str, one: dict[str, Any], *busy: str) -> dict[str, Any]:
    """Return a plan or a job when it has come to its end."""
    until = time.monotonic() + 90
    while one["state"] in busy:
        assert time.monotonic() < until, one
        time.sleep(0.1)
        one = lab.ask(f"envcheck/api/{where}/{one['id']}")[1]
    return one


needs_world = [*NEEDS_CHANNEL, pytest.mark.timeout(400)]


class TestInstalled:
    pytestmark = needs_world

    def test_it_has_what_navigator_makes_a_tile_of(self, world: World) -> None:
        told = json.loads((world.package / "info" / "index.json").read_bytes())
        assert (told["type"], told["app_type"]) == ("app", "web")
        assert told["app_entry"] == "jupyter-envcheck-lab"
        assert told["summary"].startswith("Opens JupyterLab with the panel")
        # It reads the icon's name in the recipe, beside which the icon lies.
        kept = world.package / "info" / "recipe"
        assert (kept / "icon.png").read_bytes() == (RECIPE / "icon.png").read_bytes()
        assert (kept / "meta.yaml").read_bytes() == (RECIPE / "meta.yaml").read_bytes()

    def test_it_brings_no_second_server(self, world: World) -> None:
        assert not [
            name
            for name in records(world.lab)
            if name.startswith("jupyterlab") and name != "jupyterlab-envcheck"
        ]
        assert "jupyter_server" not in records(world.lab)

    def test_it_opens_lab_with_the_panel_asked_for(self, lab: Jupyter) -> None:
        request = Request(lab.url, headers={"Authorization": f"token {TOKEN}"})
        with urlopen(request, timeout=60) as page:
            asked = urlsplit(page.url)
            assert asked.path == "/lab"
            assert "envcheck" in parse_qs(asked.query, keep_blank_values=True)
            text = page.read().decode()
        # The front end is among the extensions, and Lab will load it.
        assert '"name": "jupyterlab-envcheck"' in text

    def test_the_report_is_of_the_kernels_environment(self, world: World, lab: Jupyter) -> None:
        status, report = lab.ask("envcheck/api/report", {"kernelspec": "climate"})
        assert status == 200
        environment = report["facts"]["environment"]["value"]
        assert (environment["kind"], environment["prefix"]) == ("conda", str(world.climate))
        assert report["facts"]["jupyter"]["value"]["prefix"] == str(world.lab)
        assert report["summary"]["crash"] == 0

    def test_navigators_steps_are_shown(self, lab: Jupyter) -> None:
        _, report = lab.ask("envcheck/api/report", {"kernelspec": "climate"})
        (found,) = (one for one in report["outcomes"] if one["check"] == "navigator-detected")
        assert found["status"] == "finding"
        (steps,) = (one["steps"] for one in found["actions"] if one["kind"] == "gui")
        assert "climate" in steps[0]

    def test_a_package_is_installed_into_another_environment(
        self, world: World, lab: Jupyter
    ) -> None:
        wish = {"kind": "install", "specs": ["numpy"], "installer": "auto"}
        status, plan = lab.ask("envcheck/api/plans", {"kernelspec": "climate", "wish": wish})
        assert status == 202, plan
        plan = done(lab, "plans", plan, "resolving")
        assert (plan["state"], plan["refusal"]) == ("ready", None), plan
        assert plan["target"]["prefix"] == str(world.climate)
        status, job = lab.ask("envcheck/api/jobs", {"plan": plan["id"]})
        assert status == 202, job
        job = done(lab, "jobs", job, "queued", "running")
        assert job["state"] == "succeeded", job
        assert "numpy" in records(world.climate)
        assert "numpy" not in records(world.lab)
        numpy = subprocess.run(
            [world.climate / "bin" / "python", "-c", "import numpy; print(numpy.__file__)"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert numpy.stdout.startswith(str(world.climate))
        assert json.dumps(job["verdict"]).count("numpy")
