"""What the channel of the stand-in for conda has, told as conda 26.7 told of it."""

from __future__ import annotations

import fnmatch
import json
import re
import sys
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet

DATA = Path(__file__).parent / "data" / "conda-cli"
CHANNEL = "file:///srv/channel"
PREFIX = "/opt/conda/envs/proj"

Record = dict[str, Any]

#: What the channel has, the newest first; the recorded environment is made of it.
SHELF: tuple[tuple[str, str, str, str], ...] = (
    ("six", "1.17.0", "py_0", "noarch"),
    ("six", "1.16.0", "py_0", "noarch"),
    ("threadpoolctl", "3.8.0", "py_0", "noarch"),
    ("numpy", "2.4.6", "py_0", "noarch"),
    ("libblas", "3.11.0", "5_hd7b6a1c_openblas", "linux-64"),
    ("libblas", "3.11.0", "5_h8a9c2f4_mkl", "linux-64"),
    ("python", "3.11.7", "h0_cpython", "linux-64"),
)
FIRST = ("numpy", "python=3.11", "libblas=*=*openblas", "six=1.16.0")


def chosen(*specs: str) -> list[tuple[str, str, str, str]]:
    """Return what fits all of the specs, the newest first."""
    return [it for it in SHELF if all(_fits(spec, *it[:3]) for spec in specs)]


def _fits(spec: str, name: str, version: str, build: str) -> bool:
    if ranges := re.fullmatch(r"([\w.-]+)([<>!~].*)", spec):
        return ranges[1] == name and SpecifierSet(ranges[2]).contains(version)
    wanted, *rest = re.split("==?", spec)
    if wanted != name:
        return False
    begun = rest[0] if rest else "*"
    pattern = rest[1] if len(rest) > 1 else "*"
    fits = fnmatch.fnmatch(version, begun) or version.startswith(f"{begun.rstrip('.*')}.")
    return fits and fnmatch.fnmatch(build, pattern)


def is_(record: Record, it: tuple[str, str, str, str]) -> bool:
    return (record["name"], record["version"], record["build"]) == it[:3]


def record_of(name: str, version: str, build: str, subdir: str, channel: str) -> Record:
    """Return the record of a package on the shelf: as it was recorded, if it was."""
    dist = f"{name}-{version}-{build}"
    record: Record = next((e for e in _entries() if e["fn"].startswith(f"{dist}.")), {}) or {
        "name": name,
        "version": version,
        "build": build,
        "build_number": 0,
        "subdir": subdir,
        "fn": f"{dist}.tar.bz2",
        "md5": "0" * 32,
        "arch": None,
        "platform": None,
        "depends": ["python >=3.11,<3.12"] if subdir == "noarch" else [],
        "constrains": [],
        "size": 10_000,
    }
    place = f"{channel}/{subdir}"
    return record | {"subdir": subdir, "channel": place, "url": f"{place}/{record['fn']}"}


def _entries() -> list[Record]:
    """Return all packages that conda told of in full."""
    replies = [json.loads(file.read_text()) for file in sorted(DATA.glob("install*.json"))]
    return [entry for reply in replies for entry in reply.get("actions", {}).get("FETCH", ())]


def fetched(record: Record) -> Record:
    own = ("files", "requested_spec", "requested_specs", "link", "paths_data")
    return {key: value for key, value in record.items() if key not in own}


def short(record: Record) -> Record:
    base = record["channel"].removesuffix(f"/{record['subdir']}")
    return {
        "base_url": base,
        "build_number": record["build_number"],
        "build_string": record["build"],
        "channel": base.rpartition("/")[2],
        "dist_name": f"{record['name']}-{record['version']}-{record['build']}",
        "name": record["name"],
        "platform": record["subdir"],
        "version": record["version"],
    }


def whole(record: Record) -> Record:
    """Return a package as mamba 2 and micromamba tell of it: all that the channel says."""
    return fetched(record) | {"build_string": record["build"]}


def files_of(record: Record) -> dict[str, str]:
    name, version = record["name"], record["version"]
    if record["subdir"] != "noarch":
        return {f"lib/{name}.variant": f"{name} {record['build']}\n"}
    site = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    info = f"{site}/{name}-{version}.dist-info"
    return {
        f"{site}/{name}.py": f'__version__ = "{version}"\n',
        f"{info}/INSTALLER": "conda\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/RECORD": f"{name}.py,,\n",
    }
