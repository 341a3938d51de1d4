"""Reads Jupyter's configuration, in a process of its own: files of it in Python are programs.

`python -P -m jupyterlab_envcheck.cli.config_files FILE…`, with the settings of `Envcheck` that hold
without any file on standard input, answers with those that hold with them, or with why it cannot.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from traitlets.config.loader import Config, JSONFileConfigLoader, PyFileConfigLoader


def main() -> None:
    """Answer on what was standard output: files in Python print there, too."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answer:
        os.dup2(2, 1)
        told = settings(json.load(sys.stdin), sys.argv[1:])
        answer.write(json.dumps(told, default=_in_words))


def settings(before: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
    """Return the settings that have a name in `before`, and the files that set one of `Envcheck`'s.

    Later files win; what one appends to a list is added to what holds before it, as in the server.
    """
    held, setting = Config(before), []
    for file in files:
        try:
            if told := _loaded(Path(file)).get("Envcheck"):
                held.merge(told)
                setting.append(file)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a file in Python can raise any
            return {"unreadable": file, "why": f"{type(error).__name__}: {error}"}
    return {"settings": {name: held[name] for name in before}, "files": setting}


def _loaded(file: Path) -> Config:
    loader = PyFileConfigLoader if file.suffix == ".py" else JSONFileConfigLoader
    return loader(file.name, path=str(file.parent)).load_config()


def _in_words(value: object) -> dict[str, str]:
    """Return what JSON has no word for as what no setting can be."""
    return {type(value).__name__: repr(value)}


if __name__ == "__main__":
    main()
