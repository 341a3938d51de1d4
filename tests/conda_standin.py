"""A stand-in for conda, mamba and micromamba where there is none: it answers as conda 26.7 does.

What conda was asked when its replies in `data/conda-cli` were recorded is answered with these, word
for word but for the places; what is like it is answered alike. A change changes the environment's
records, files and history. Run as a script by the programs that `make_standin` writes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from conda_shelf import (
    CHANNEL,
    DATA,
    FIRST,
    PREFIX,
    Record,
    chosen,
    fetched,
    files_of,
    is_,
    record_of,
    short,
    whole,
)

#: What conda says where it fails for reasons that no argument tells: its name, status and words.
FAILURES: Mapping[str, tuple[str, Record]] = {
    "terms": (
        "CondaToSNonInteractiveError",
        {
            "message": (
                "Terms of Service have not been accepted for the following channels. Please accept "
                "or remove them before proceeding:\n    - https://repo.anaconda.com/pkgs/main\n"
                "    - https://repo.anaconda.com/pkgs/r\n\nTo accept these channels' Terms of "
                "Service, run the following commands:\n    conda tos accept --override-channels "
                "--channel https://repo.anaconda.com/pkgs/main\n    conda tos accept "
                "--override-channels --channel https://repo.anaconda.com/pkgs/r\n\nFor information "
                "on safely removing channels from your conda configuration,\nplease see the "
                "official documentation:\nhttps://www.anaconda.com/docs/tools/working-with-conda/"
                "channels"
            )
        },
    ),
    "not-writable": (
        "EnvironmentNotWritableError",
        {
            "environment_location": PREFIX,
            "uid": 1000,
            "gid": 1000,
            "message": (
                "The current user does not have write permissions to the target environment.\n"
                f"  environment location: {PREFIX}\n  uid: 1000\n  gid: 1000\n"
            ),
        },
    ),
    "disk-full": ("NoSpaceLeftError", {"message": "No space left on devices."}),
    "internal": ("TypeError", {"message": "'NoneType' object is not iterable"}),
}


def make_standin(folder: Path, tool: str = "conda", *, fails: str | None = None) -> Path:
    """Write a program called `tool` into a folder, and return it.

    With `fails`, a key of `FAILURES`, it does nothing else; behind `change:` it fails in the midst
    of a change, once what goes is gone.
    """
    program = folder / tool
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, __file__, tool, fails or "-"]
    program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    program.chmod(0o755)
    return program


def make_root(root: Path, tool: str = "conda", *, fails: str | None = None) -> Path:
    """Make what is known for the root of a conda by its program, which is returned."""
    for name in ("envs", "pkgs", "condabin", "conda-meta"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "conda-meta" / "history").touch()
    return make_standin(root / "bin", tool, fails=fails)


def make_environment(prefix: Path, program: Path, *more: str, channel: str = CHANNEL) -> None:
    """Make the environment in which conda was recorded: its records, files and history."""
    specs = [*FIRST, *more]
    linked = [chosen(spec)[0] for spec in specs]
    words = [str(program), "create", "-y", "-q", "-p", str(prefix), "--override-channels", "-c"]
    _apply(prefix, [], [record_of(*it, channel) for it in linked], [*words, channel, *specs], specs)


class _Failed(Exception):
    def __init__(self, name: str, said: Record) -> None:
        super().__init__(name)
        self.name = name
        self.said = said


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End as conda does, and as mamba's parser of arguments does."""
        if self.prog == "conda":
            sys.stderr.write(f"usage: conda [-h] [-v] [--no-plugins] [-V] COMMAND ...\n{message}\n")
            raise SystemExit(2)
        words = message.partition(": ")[2]
        sys.stderr.write(f"The following arguments were not expected: {words}\n")
        raise SystemExit(109)


def main(tool: str, fails: str, arguments: Sequence[str]) -> int:
    asked = _parse(tool, arguments)
    prefix = Path(asked.prefix)
    try:
        unlinked, linked = _solve(asked, prefix, fails)
    except _Failed as failed:
        return _tell_failure(tool, failed, asked)
    if not unlinked and not linked:
        said = json.loads((DATA / "install-already-satisfied.json").read_text())
        return _tell(said if tool == "conda" else {"success": True})
    if not asked.dry_run:
        if fails.startswith("change:"):
            _unlink(prefix, unlinked)
            return _tell_failure(tool, _Failed(*FAILURES[fails.removeprefix("change:")]), asked)
        for record in linked if tool == "conda" else ():
            _progress(record)
        words = [os.environ.get("CONDA_EXE", f"/opt/conda/bin/{tool}"), *arguments]
        _apply(prefix, unlinked, linked, words, asked.specs, removes=asked.verb == "remove")
    entry = short if tool == "conda" else whole
    actions: Record = {"FETCH": [fetched(record) for record in linked], "PREFIX": str(prefix)}
    actions |= {"UNLINK": [entry(it) for it in unlinked]} if unlinked else {}
    actions |= {"LINK": [entry(record) for record in linked]} if linked else {}
    dry = {"dry_run": True} if asked.dry_run else {}
    return _tell({"success": True, "actions": actions, "prefix": str(prefix)} | dry)


def _parse(tool: str, arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Arguments(prog=tool, add_help=False, allow_abbrev=False)
    parser.add_argument("verb", choices=("create", "install", "update", "remove"))
    parser.add_argument("-p", "--prefix", required=True)
    flags = ["--json", "--dry-run"]
    if arguments[:1] != ["remove"] or tool == "conda":
        parser.add_argument("-c", "--channel", dest="channels", action="append", default=[])
        flags.append("--override-channels")
    if arguments[:1] == ["install"]:
        flags += ["--force-reinstall", "--no-deps"]
    if arguments[:1] == ["remove"]:
        flags.append("--force")
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-y", "--yes", action="store_true")
    parser.add_argument("specs", nargs="+")
    asked = parser.parse_intermixed_args(arguments)
    if not asked.json or not (asked.yes or asked.dry_run):
        parser.error("a person would be asked: --json and --yes or --dry-run")
    return asked


def _solve(
    asked: argparse.Namespace, prefix: Path, fails: str
) -> tuple[list[Record], list[Record]]:
    """Return what goes and what comes."""
    if fails in FAILURES:
        raise _Failed(*FAILURES[fails])
    channels = getattr(asked, "channels", [])
    if channels and channels[0].startswith("http://127.0.0.1:9/"):
        said = _recorded("install-channel-unreachable.json")
        raise _Failed(
            "CondaHTTPError", _replaced(said, "http://127.0.0.1:9/nochannel", channels[0])
        )
    if asked.verb != "create" and not (prefix / "conda-meta" / "history").is_file():
        said = _recorded("install-env-missing.json")
        raise _Failed(
            "EnvironmentLocationNotFound", _replaced(said, "/opt/conda/envs/missing", str(prefix))
        )
    there = _installed(prefix)
    if asked.verb == "remove":
        return _removed(asked.specs, there, alone=asked.force), []
    if asked.verb == "update" and (versions := [s for s in asked.specs if re.search("[<>=]", s)]):
        words = f"Invalid spec for 'conda update': {versions[0]}\nUse 'conda install' instead."
        raise _Failed("CondaError", {"message": words})
    url = channels[0] if channels else CHANNEL
    unlinked, linked = [], []
    for name, specs in _by_name(asked.specs).items():
        old, fit = there.get(name), _fit(specs, url)
        same = [it for it in fit if old is not None and is_(old, it)]
        keeps = asked.verb == "install" and not asked.force_reinstall
        new = same[0] if same and asked.verb == "install" else fit[0]
        if same and (keeps or (asked.verb == "update" and same == fit[:1])):
            continue
        unlinked += [] if old is None else [old]
        linked.append(record_of(*_for_platform(new), url))
    return unlinked, linked


def _for_platform(it: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    """Return it as it is for the platform that conda was told, by its variable."""
    subdir = os.environ.get("CONDA_SUBDIR")
    return (*it[:3], subdir) if subdir and it[3] != "noarch" else it


def _fit(specs: Sequence[str], url: str) -> list[tuple[str, str, str, str]]:
    """Return what fits all specs of one package, the newest first."""
    if missing := [spec for spec in specs if not chosen(spec)]:
        said = _replaced(_recorded("install-not-found.json"), "nosuchpackage", missing[0])
        raise _Failed("PackagesNotFoundInChannelsError", _replaced(said, CHANNEL, url))
    if fit := chosen(*specs):
        return fit
    raise _Failed("ValueError", _recorded("install-unsatisfiable.json"))


def _removed(names: Sequence[str], there: Mapping[str, Record], *, alone: bool) -> list[Record]:
    """Return what goes: what is named, and what needs it unless that is named alone."""
    if lacking := [name for name in names if name not in there]:
        said = _recorded("rollback-dry-run.json")
        spec = "file:///srv/channel/noarch::six==1.16.0=py_0"
        raise _Failed("PackagesNotFoundInChannelsError", _replaced(said, spec, lacking[0]))
    gone = set(names)
    gone |= {
        name
        for name, record in there.items()
        if not alone and any(need.split()[0] in gone for need in record["depends"])
    }
    return [there[name] for name in sorted(gone)]


def _by_name(specs: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for spec in specs:
        name = re.split("[<>=!~]", spec, maxsplit=1)[0]
        found.setdefault(name, []).append(spec)
    return dict(sorted(found.items()))


def _installed(prefix: Path) -> dict[str, Record]:
    read = [json.loads(file.read_text()) for file in (prefix / "conda-meta").glob("*.json")]
    return {record["name"]: record for record in read}


def _apply(
    prefix: Path,
    unlinked: Sequence[Record],
    linked: Sequence[Record],
    words: Sequence[str],
    specs: Sequence[str],
    *,
    removes: bool = False,
) -> None:
    """Change records, files and history as conda would."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True, exist_ok=True)
    _unlink(prefix, unlinked)
    for record in linked:
        asked = [spec for spec in specs if re.match(rf"{record['name']}(?![\w.-])", spec)]
        files = files_of(record)
        for file, text in files.items():
            (prefix / file).parent.mkdir(parents=True, exist_ok=True)
            (prefix / file).unlink(missing_ok=True)
            (prefix / file).write_text(text)
        own = {"files": list(files), "requested_specs": asked}
        (meta / f"{short(record)['dist_name']}.json").write_text(json.dumps(record | own, indent=2))
    lines = [
        f"==> {datetime.now(UTC):%Y-%m-%d %H:%M:%S} <==",
        f"# cmd: {' '.join(words)}",
        "# conda version: 26.7.0",
        *sorted(f"-{it['channel']}::{short(it)['dist_name']}" for it in unlinked),
        *sorted(f"+{it['channel']}::{short(it)['dist_name']}" for it in linked),
        f"# {'remove' if removes else 'update'} specs: {[_in_history(spec) for spec in specs]}",
    ]
    with (meta / "history").open("a") as history:
        history.write("\n".join(lines) + "\n")


def _unlink(prefix: Path, records: Sequence[Record]) -> None:
    for record in records:
        for file in record["files"]:
            (prefix / file).unlink(missing_ok=True)
        (prefix / "conda-meta" / f"{short(record)['dist_name']}.json").unlink()


def _in_history(spec: str) -> str:
    """Return a spec as conda writes it down."""
    name, version, build = [*spec.split("="), "", ""][:3]
    return f"{name}[build={build}]" if build and version == "*" else spec


def _recorded(file: str) -> Record:
    said: Record = json.loads((DATA / file).read_text())
    return said


def _replaced(said: Record, old: str, new: str) -> Record:
    replaced: Record = json.loads(json.dumps(said).replace(json.dumps(old)[1:-1], new))
    return replaced


def _progress(record: Record) -> None:
    what = f"{record['name']}-{record['version']:<12} | 10 KB     | "
    for state in ('false,"maxval":1,"progress":0.500000', 'true,"maxval":1,"progress":1'):
        sys.stdout.write(f'{{"fetch":"{what}","finished":{state}}}\n\0')


def _tell(said: Record) -> int:
    sys.stdout.write(json.dumps(said, indent=2) + "\n")
    return 0


def _tell_failure(tool: str, failed: _Failed, asked: argparse.Namespace) -> int:
    if tool == "conda":
        words = f"{failed.name}: {failed.said.get('message', '')}"
        kind = f"<class 'conda.exceptions.{failed.name}'>"
        said = {"caused_by": "None", "error": words, "exception_name": failed.name}
        _tell(said | {"exception_type": kind} | _replaced(failed.said, PREFIX, asked.prefix))
        return 1
    if failed.name == "EnvironmentLocationNotFound":
        # Of its errors it says nothing with --json, unless it is told to.
        if os.environ.get("MAMBA_LOG_LEVEL") == "error":
            sys.stderr.write(f"error    libmamba No prefix found at: {asked.prefix}\n")
        sys.stderr.write("critical libmamba Aborting.\n")
    elif failed.name == "CondaHTTPError":
        url = f"{asked.channels[0]}/linux-64/repodata.json.zst"
        sys.stderr.write(
            f"critical libmamba Download error (7) Could not connect to server [{url}]\n"
        )
    elif failed.name in ("PackagesNotFoundInChannelsError", "ValueError"):
        lacking = [f"nothing provides requested {it}" for it in failed.said.get("packages", ())]
        both = "package libblas-3.11.0-5_hd7b6a1c_openblas conflicts with libblas=*=*mkl"
        _tell({"solver_problems": lacking or [both], "success": False})
        sys.stderr.write("critical libmamba Could not solve for environment specs\n")
    else:
        sys.stderr.write(f"critical libmamba {failed.said.get('message', failed.name)}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
