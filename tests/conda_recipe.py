"""Builds this package as conda-build would of its recipe and a wheel, and a channel that has it.

conda-build itself needs a conda, and rattler-build's recipes know no section `app`. What the sections
become in the package is as conda-build's `metadata.py` and `build.py` have it.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

import conda_channel
import conda_packages
import conda_rattler
from environments import UV

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "recipe"

#: What the section `app` becomes in a package's index, where Navigator looks for it.
_APP = {"entry": "app_entry", "type": "app_type", "summary": "summary"}


def recipe() -> dict[str, Any]:
    """Return the recipe, read as Navigator reads it."""
    read: dict[str, Any] = YAML(typ="safe").load((RECIPE / "meta.yaml").read_text("utf-8"))
    return read


def make_channel(folder: Path) -> Path:
    """Make a channel of this package, as the working tree has it, and of what else it needs."""
    wheels, trees, channel = folder / "wheels", folder / "trees", folder / "conda-forge"
    build = [UV, "build", "--quiet", "--wheel", "--out-dir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    names = [spec.split()[0] for spec in recipe()["requirements"]["run"]]
    for pin, name in _needed(names):
        conda_channel._download(wheels / name, pin)
        (file,) = (wheels / name).iterdir()
        package = conda_packages.of_wheel(file, trees / name)
        conda_packages.pack(replace(package, name=name), folder)
    _build(conda_packages.of_wheel(wheel, trees / "own").tree, channel)
    conda_rattler.index(channel)
    return channel


def _needed(names: list[str]) -> list[tuple[str, str]]:
    """Return what the tests' own channel lacks: (`name==version`, conda's name)."""
    found: dict[str, tuple[str, str]] = {}
    todo = [(name, name) for name in names if name != "python"]
    while todo:
        name, shown = todo.pop()
        key = canonicalize_name(name)
        if key not in found and key not in conda_channel.versions():
            of = distribution(name)
            found[key] = f"{name}=={of.version}", shown
            needs = conda_packages.needs(of.requires or ())
            todo += [(r.name, conda_packages._as_conda(r).split()[0]) for r in needs]
    return list(found.values())


def _build(tree: Path, channel: Path) -> None:
    """Pack what lies in a tree, with what the recipe says of it."""
    told = recipe()
    (channel / "noarch").mkdir(parents=True, exist_ok=True)
    name, version = told["package"]["name"], told["package"]["version"]
    stem = f"{name}-{version}-py_{told['build']['number']}"
    files = sorted(str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file())
    icon = RECIPE / told["app"]["icon"]
    index = {
        "name": name,
        "version": version,
        "build": f"py_{told['build']['number']}",
        "build_number": told["build"]["number"],
        "depends": sorted(told["requirements"]["run"]),
        "constrains": sorted(told["requirements"]["run_constrained"]),
        "license": told["about"]["license"],
        "noarch": told["build"]["noarch"],
        "subdir": "noarch",
        "type": "app",
        "icon": f"{hashlib.md5(icon.read_bytes(), usedforsecurity=False).hexdigest()}.png",
        **{key: told["app"][field] for field, key in _APP.items()},
    }
    noarch = {"type": "python", "entry_points": told["build"]["entry_points"]}
    info = {
        "index.json": index,
        "about.json": told["about"],
        "link.json": {"noarch": noarch, "package_metadata_version": 1},
        "paths.json": {
            "paths": [conda_packages._path(tree / file, file) for file in files],
            "paths_version": 1,
        },
    }
    with tarfile.open(channel / "noarch" / f"{stem}.tar.bz2", "w:bz2", compresslevel=1) as tar:
        for member, content in info.items():
            _add(tar, f"info/{member}", json.dumps(content).encode())
        _add(tar, "info/files", "".join(f"{file}\n" for file in files).encode())
        _add(tar, "info/icon.png", icon.read_bytes())
        for file in RECIPE.iterdir():
            tar.add(file, f"info/recipe/{file.name}")
        for path in files:
            tar.add(tree / path, path)
    shutil.rmtree(tree)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))
