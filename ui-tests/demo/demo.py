"""Makes the demo of `make lab`, and the world of the browser tests, in a folder of their own.

``demo.py lab DIR`` makes an environment called climate with a kernel and without scikit-learn, and
opens JupyterLab on a notebook that wants it. ``demo.py serve DIR`` does the same for the tests: Lab
runs from an environment into which only the built wheel was installed, and pip finds the packages
on a loopback index. Neither touches the user's own Jupyter directories.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import venv
import webbrowser
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = "/lab/tree/demo.ipynb?envcheck"

#: What the notebooks and new environments lack; the tests' index offers it with what it needs.
WANTED = ("scikit-learn", "humanize", "ipykernel")


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["lab", "serve"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", default="8898")
    parser.add_argument("--lab", default="jupyterlab>=4.6", help="which JupyterLab, or notebook")
    parser.add_argument("--app", default="lab", choices=["lab", "notebook"], help="what serves")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    if options.what == "lab":
        make_kernel(folder)
        open_lab(folder)
    else:
        serve(folder, options.port, options.lab, options.app)


def make_kernel(folder: Path) -> None:
    """Make the environment climate with its kernel, and the notebooks."""
    environment = folder / "climate"
    python = python_of(environment)
    if not python.exists():
        print(f"Making the environment {environment} ...", flush=True)
        venv.create(environment, with_pip=True)
    run([str(python), "-m", "pip", "install", "--quiet", "ipykernel", "numpy"])
    spec = folder / "share" / "jupyter" / "kernels" / "climate"
    spec.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": command, "display_name": "climate", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(kernel, indent=1), encoding="utf-8")
    notebooks = folder / "notebooks"
    notebooks.mkdir(exist_ok=True)
    for notebook in HERE.glob("*.ipynb"):
        shutil.copy(notebook, notebooks / notebook.name)


def jupyter_environ(folder: Path) -> dict[str, str]:
    """Return our environment with every Jupyter directory, and new environments, in `folder`."""
    mine = {
        "JUPYTER_PATH": folder / "share" / "jupyter",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "config" / "lab" / "user-settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "config" / "lab" / "workspaces",
        "IPYTHONDIR": folder / "ipython",
        "WORKON_HOME": folder / "environments",
    }
    return {**os.environ, **{name: str(path) for name, path in mine.items()}}


def serve(folder: Path, port: str, lab_spec: str, app: str) -> None:
    """Make everything afresh, then serve Lab or Notebook from its own environment."""
    parts = ("climate", "server", "environments", "share", "data", "config", "runtime", "notebooks")
    for part in parts:
        shutil.rmtree(folder / part, ignore_errors=True)
    make_kernel(folder)
    server = folder / "server"
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(server)])
    wheels = [str(path) for path in sorted((ROOT / "dist").glob("*.whl"))]
    run([uv, "pip", "install", "--quiet", "--python", str(server), lab_spec, *wheels])
    index = folder / "wheels"
    download = ["download", "--quiet", "--only-binary", ":all:", "--dest", str(index)]
    run([str(python_of(folder / "climate")), "-m", "pip", *download, *WANTED])

    sys.path.insert(0, str(ROOT / "tests"))
    from package_index import serve as serve_index  # noqa: PLC0415 - the tests' own

    with serve_index(index) as simple:
        environ = {
            name: value
            for name, value in jupyter_environ(folder).items()
            if not name.startswith(("PIP_", "UV_"))
        }
        # Nothing but the loopback index: the machine's own configuration must not help.
        environ |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": simple.url,
            "UV_DEFAULT_INDEX": simple.url,
            "PIP_NO_CACHE_DIR": "1",
        }
        module = {"lab": "jupyterlab", "notebook": "notebook"}[app]
        lab = [str(python_of(server)), "-m", module, f"--port={port}"]
        config = HERE / "jupyter_server_config.py"
        run([*lab, f"--config={config}", *as_root()], environ, folder / "notebooks")


def open_lab(folder: Path) -> None:
    """Run Lab until it is stopped; open its page, and print the address for who has no browser.

    Jupyter's own line would be wrong: it puts the token behind a second question mark.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    lab = [sys.executable, "-m", "jupyterlab", f"--port={port}", "--ServerApp.port_retries=0"]
    lab += ["--no-browser", "--log-level=WARN"]
    server = subprocess.Popen(
        [*lab, *as_root()],
        env={**jupyter_environ(folder), "JUPYTER_TOKEN": token},
        cwd=folder / "notebooks",
    )
    try:
        while server.poll() is None and not answers(port):
            time.sleep(0.2)
        url = f"http://127.0.0.1:{port}{PAGE}&token={token}"
        print(f"\nJupyterLab with the panel: {url}\nControl-C stops it.\n", flush=True)
        webbrowser.open(url)
        sys.exit(server.wait())
    except KeyboardInterrupt:
        server.terminate()
        server.wait(timeout=30)


def answers(port: int) -> bool:
    """Return whether someone listens."""
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def as_root() -> list[str]:
    """Return what Jupyter asks for where the user is root, as in containers."""
    return ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []


def python_of(environment: Path) -> Path:
    """Return an environment's interpreter."""
    windows = os.name == "nt"
    return environment / ("Scripts/python.exe" if windows else "bin/python")


def run(argv: list[str], environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
    """Run and wait; end with its status where it fails."""
    status = subprocess.run(argv, env=environ, cwd=cwd, check=False).returncode
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main()
