"""Whether conda would still do what the plan says, by a dry run of a stand-in."""

from __future__ import annotations

import json
import os
import sys
import threading

import pytest

from jupyterlab_envcheck.jobs.conda.check import is_as_planned
from jupyterlab_envcheck.jobs.order import CondaCheck
from jupyterlab_envcheck.plan import Added, Changes, Updated

PLANNED = Changes(
    install=(Added(name="new", version="1.0", size=None, by="conda", channel="conda-forge"),),
    update=(
        Updated(name="six", old="1.16", new="1.17", size=None, by="conda", channel="defaults"),
    ),
)


def link(name: str, version: str, channel: str) -> dict[str, str]:
    return {
        "name": name,
        "version": version,
        "build_string": "0",
        "base_url": channel,
        "platform": "noarch",
    }


@pytest.mark.parametrize(
    ("channel", "version", "same"),
    [
        pytest.param("https://repo.anaconda.com/pkgs/main", "1.17", True, id="as-planned"),
        pytest.param("https://conda.anaconda.org/conda-forge", "1.17", False, id="elsewhere"),
        pytest.param("https://repo.anaconda.com/pkgs/main", "1.18", False, id="newer"),
    ],
)
def test_is_as_planned(channel: str, version: str, *, same: bool) -> None:
    """Two channels can have a package of one name, version and build."""
    forge = "https://conda.anaconda.org/conda-forge"
    coming = [link("new", "1.0", forge), link("six", version, channel)]
    reply = json.dumps({"success": True, "actions": {"LINK": coming, "UNLINK": []}})
    check = CondaCheck(
        argv=(sys.executable, "-c", f"print({reply!r})", "--json"),
        tool="conda",
        linked=("noarch/new-1.0-0", "noarch/six-1.17-0"),
        unlinked=(),
    )
    told = is_as_planned(
        check, PLANNED, "/nowhere", os.environ, limit=60, cancelled=threading.Event()
    )
    assert told is same
