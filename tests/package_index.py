"""A package index on the loopback, over a folder of tiny real wheels that tests make themselves."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from packaging.version import Version

JSON = "application/vnd.pypi.simple.v1+json"


def normalised(name: str) -> str:
    """Return `name` as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    files: Mapping[str, str] | None = None,
    tag: str = "py3-none-any",
) -> Path:
    """Write a small, complete wheel; without `files` it has one module that tells its version.

    Its METADATA spells the version as it is given, its file's name as names of files do.
    """
    underscored, normal = normalised(name).replace("-", "_"), str(Version(version))
    dist_info = f"{underscored}-{normal}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    if requires_python:
        metadata.append(f"Requires-Python: {requires_python}")
    contents = dict(files if files is not None else _module(underscored, version))
    contents[f"{dist_info}/METADATA"] = "\n".join(metadata) + "\n"
    contents[f"{dist_info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n"
    )
    rows = [_record_row(path, text.encode()) for path, text in contents.items()]
    contents[f"{dist_info}/RECORD"] = "\n".join([*rows, f"{dist_info}/RECORD,,"]) + "\n"
    wheel = folder / f"{underscored}-{normal}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in contents.items():
            # A fixed date, so that the same contents have the same hash.
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return wheel


#: A way to build that needs nothing from any index: the package's own.
_BACKEND = """
import os, zipfile

NAME, VERSION, REQUIRES = {name!r}, {version!r}, {requires!r}
DIST_INFO = NAME + "-" + VERSION + ".dist-info"
LINES = ["Metadata-Version: 2.1", "Name: " + NAME, "Version: " + VERSION]
LINES += ["Requires-Dist: " + requirement for requirement in REQUIRES]
FILES = {{
    DIST_INFO + "/METADATA": "\\n".join(LINES) + "\\n",
    DIST_INFO + "/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    NAME + "/__init__.py": "",
}}
FILES[DIST_INFO + "/RECORD"] = "".join(f + ",,\\n" for f in [*FILES, DIST_INFO + "/RECORD"])

def get_requires_for_build_wheel(config_settings=None):
{while_planning}
    return []

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    os.mkdir(os.path.join(folder, DIST_INFO))
    for name in ("METADATA", "WHEEL"):
        with open(os.path.join(folder, DIST_INFO, name), "w") as file:
            file.write(FILES[DIST_INFO + "/" + name])
    return DIST_INFO

def build_wheel(folder, config_settings=None, metadata_directory=None):
{while_building}
    wheel = NAME + "-" + VERSION + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    return wheel
"""

_PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def make_buildable(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    while_planning: str = "pass",
    while_building: str = "pass",
) -> Path:
    """Write a source package that builds; the two statements are run by its own code."""
    backend = _BACKEND.format(
        name=normalised(name).replace("-", "_"),
        version=version,
        requires=list(requires),
        while_planning=f"    {while_planning}",
        while_building=f"    {while_building}",
    )
    return _pack(folder, name, version, {"pyproject.toml": _PYPROJECT, "backend.py": backend})


def make_sdist(folder: Path, name: str, version: str, *, setup: str) -> Path:
    """Write a source package whose `setup.py` is `setup`, to see whether anybody runs it."""
    return _pack(folder, name, version, {"setup.py": setup})


def _pack(folder: Path, name: str, version: str, files: Mapping[str, str]) -> Path:
    underscored = normalised(name).replace("-", "_")
    sdist = folder / f"{underscored}-{version}.tar.gz"
    contents = {
        **files,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    }
    with tarfile.open(sdist, "w:gz") as archive:
        for path, text in contents.items():
            member = tarfile.TarInfo(f"{underscored}-{version}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return sdist


@dataclass
class Hold:
    """A download that stalls half-way: a state a test waits for, not a time."""

    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


@dataclass
class PackageIndex:
    """A running index; change `folder` under it, or the settings, and it answers accordingly."""

    folder: Path
    url: str = ""  #: of the simple index
    hashes: bool = True  #: whether the pages tell the files' hashes
    status: int = 200  #: what every page is answered with
    yanked: dict[str, str] = field(default_factory=dict)  #: file name -> reason
    lies: dict[str, bytes] = field(default_factory=dict)  #: file name -> what is sent instead
    metadata: dict[str, bytes | None] = field(
        default_factory=dict
    )  #: file name -> in its wheel's place
    garbage: tuple[str, bytes] | None = None  #: content type and body that every page is
    promised: int | None = None  #: the length that a page of garbage says it has
    cache_control: str = "no-store"
    holds: dict[str, Hold] = field(default_factory=dict)  #: file name, or project -> a stall
    asked: list[str] = field(default_factory=list)  #: every path asked for

    def wheel(self, name: str, version: str, **parts: object) -> Path:
        """Add a wheel."""
        return make_wheel(self.folder, name, version, **parts)  # type: ignore[arg-type]

    def hold(self, key: str) -> Hold:
        """Stall the file, or the project's page, called `key` until told."""
        return self.holds.setdefault(key, Hold())

    def files(self, project: str) -> list[Path]:
        """Return the files of a project."""
        return sorted(path for path in self.folder.iterdir() if _project(path.name) == project)

    def projects(self) -> list[str]:
        """Return the names of all projects."""
        return sorted({_project(path.name) for path in self.folder.iterdir()})


@contextmanager
def serve(folder: Path) -> Iterator[PackageIndex]:
    """Serve `folder` as a simple index (PEP 503, 658, 691, 700) on a port of the loopback."""
    folder.mkdir(parents=True, exist_ok=True)
    index = PackageIndex(folder)

    class Handler(_Handler):
        served = index

    server = _Server(("127.0.0.1", 0), Handler)
    index.url = f"http://127.0.0.1:{server.server_address[1]}/simple"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        for hold in index.holds.values():
            hold.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that were killed; all else is an error of the index."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    served: PackageIndex
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a page, a file, or a file's metadata."""
        index, path = self.served, self.path.split("#")[0]
        index.asked.append(path)
        if index.status != 200:
            self._send(b"not today", "text/plain", index.status)
            return
        if index.garbage is not None:
            kind, body = index.garbage
            self._send(body, kind, promised=index.promised)
            return
        match path.strip("/").split("/"):
            case ["simple"]:
                self._page({name: f"/simple/{name}/" for name in index.projects()})
            case ["simple", project]:
                self._project_page(project)
            case ["files", name] if (index.folder / name.removesuffix(".metadata")).is_file():
                self._file(index.folder / name.removesuffix(".metadata"), name)
            case _:
                self._send(b"not here", "text/plain", 404)

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: pytest fails a test for noise on stderr less readably than by `asked`."""

    def _project_page(self, project: str) -> None:
        files = self.served.files(project)
        if hold := self.served.holds.get(project):
            hold.reached.set()
            hold.release.wait()
        if not files:
            self._send(b"not here", "text/plain", 404)
            return
        if JSON in self.headers.get("Accept", ""):
            page = {
                "meta": {"api-version": "1.1"},
                "name": project,
                "versions": sorted({_version(path.name) for path in files}),
                "files": [self._json(path) for path in files],
            }
            self._send(json.dumps(page).encode(), JSON)
            return
        self._page({path.name: f"/files/{path.name}{self._fragment(path)}" for path in files})

    def _json(self, path: Path) -> dict[str, object]:
        entry: dict[str, object] = {
            "filename": path.name,
            "url": f"/files/{path.name}",
            "hashes": {"sha256": _sha256(path)} if self.served.hashes else {},
            "size": path.stat().st_size,
            "yanked": self.served.yanked.get(path.name, False),
        }
        metadata = self._metadata(path)
        if metadata is not None:
            entry["core-metadata"] = {"sha256": hashlib.sha256(metadata).hexdigest()}
            requires_python = re.search(rb"^Requires-Python: (.+)$", metadata, re.MULTILINE)
            if requires_python:
                entry["requires-python"] = requires_python[1].decode()
        return entry

    def _fragment(self, path: Path) -> str:
        return f"#sha256={_sha256(path)}" if self.served.hashes else ""

    def _page(self, links: Mapping[str, str]) -> None:
        body = "\n".join(f'<a href="{escape(url)}">{name}</a>' for name, url in links.items())
        self._send(f"<!DOCTYPE html><html><body>\n{body}\n</body></html>".encode(), "text/html")

    def _file(self, path: Path, name: str) -> None:
        if name.endswith(".metadata"):
            self._send(self._metadata(path) or b"", "text/plain")
            return
        body = self.served.lies.get(path.name, path.read_bytes())
        self._send(body, "application/octet-stream", hold=self.served.holds.get(path.name))

    def _metadata(self, path: Path) -> bytes | None:
        told = self.served.metadata
        return told[path.name] if path.name in told else _metadata(path)

    def _send(
        self,
        body: bytes,
        kind: str,
        status: int = 200,
        hold: Hold | None = None,
        promised: int | None = None,
    ) -> None:
        self.close_connection = promised is not None
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(promised or len(body)))
            self.send_header("Cache-Control", self.served.cache_control)
            self.end_headers()
            if self.command == "HEAD":
                return
            if hold is not None:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                hold.reached.set()
                hold.release.wait()
                body = body[len(body) // 2 :]
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def _module(name: str, version: str) -> dict[str, str]:
    return {f"{name}/__init__.py": f'__version__ = "{version}"\n'}


def _record_row(path: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _project(filename: str) -> str:
    return normalised(filename.removesuffix(".tar.gz").split("-")[0])


def _version(filename: str) -> str:
    return filename.removesuffix(".tar.gz").split("-")[1]


def _metadata(path: Path) -> bytes | None:
    if path.suffix != ".whl":
        return None
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name)
