"""Whether Anaconda's terms were accepted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from jupyterlab_envcheck.facts import Terms
from jupyterlab_envcheck.probe.conda import terms as conda_terms

MAIN = "https://repo.anaconda.com/pkgs/main"
R = "https://repo.anaconda.com/pkgs/r"


def answer(
    folder: Path,
    accepted: bool,  # noqa: FBT001
    channel: str = MAIN,
    version: object = "2025-07-15T00:00:00Z",
    **more: Any,
) -> Path:
    """Write an answer as the plugin does."""
    file = folder / f"hash-of-{channel[-1]}" / f"{version!s:.4}.0.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "version": version,
        "text": "Terms of Service\n\nThey go on.",
        "support": "https://anaconda.com/support",
        "base_url": channel,
        "tos_accepted": accepted,
        "acceptance_timestamp": "2025-08-01T10:00:00.123456Z",
        **more,
    }
    file.write_text(json.dumps(told))
    return file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    plugin = tmp_path / "root" / "conda-meta" / "conda-anaconda-tos-0.2.1-py313h_0.json"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("{}")
    return tmp_path / "root"


def read(root: Path | None, **variables: str) -> tuple[Terms, dict[str, str]]:
    place = "/gone" if root is None else str(root.parent)
    env = {"HOME": f"{place}/home", **variables}
    return conda_terms.read(f"{place}/env", str(root) if root else None, env)


def test_nobody_was_asked_yet(root: Path) -> None:
    assert read(root) == (Terms(asked=True, accepted=(), rejected=()), {})


def test_accepted_and_rejected_in_all_places(root: Path) -> None:
    answer(root / "conda-meta" / "tos", accepted=True)
    answer(root.parent / "home" / ".conda" / "tos", accepted=False, channel=R)
    answer(root.parent / "env" / "conda-meta" / "tos", accepted=True, channel="https://x.example/c")
    answer(root.parent / "named", accepted=True, channel="https://u:hunter2@y.example/t/tk/d")
    found, unknown = read(root, CONDATOS=str(root.parent / "named"))
    assert found == Terms(
        asked=True,
        accepted=(MAIN, "https://x.example/c", "https://y.example/d"),
        rejected=(R,),
    )
    assert unknown == {}


def test_newest_terms_count_and_of_equals_the_first_place(root: Path) -> None:
    answer(root / "conda-meta" / "tos", accepted=True)
    answer(root.parent / "home" / ".conda" / "tos", accepted=False)
    assert read(root)[0].accepted == (MAIN,)
    answer(root.parent / "home" / ".conda" / "tos", accepted=False, version="2026-01-01T00:00:00Z")
    assert read(root)[0].rejected == (MAIN,)


@pytest.mark.parametrize("version", [1_752_537_600.0, 1_752_537_600, "2025-07-15T00:00:00"])
def test_versions_in_other_forms(version: object, root: Path) -> None:
    answer(root / "conda-meta" / "tos", accepted=True, version=version)
    assert read(root)[0].accepted == (MAIN,)


def test_plugin_is_not_there(root: Path) -> None:
    next((root / "conda-meta").iterdir()).unlink()
    assert read(root)[0].asked is False


def test_conda_is_not_known() -> None:
    found, unknown = read(None)
    assert found.asked is None
    assert unknown == {"terms.asked": "no conda was found that made this environment"}


@pytest.mark.parametrize(
    ("variables", "asked"),
    [
        ({"CONDA_PLUGINS_AUTO_ACCEPT_TOS": "yes"}, False),
        ({"CONDA_PLUGINS_AUTO_ACCEPT_TOS": "no"}, True),
        ({"CI": "true"}, False),
        ({"CI": "1", "GITHUB_ACTIONS": "false"}, True),
        ({"CI": ""}, True),
        ({"JENKINS_URL": "https://ci.example"}, False),
        ({"JENKINS_URL": "https://ci.example", "CI": "false"}, True),
    ],
)
def test_environment_answers(variables: dict[str, str], asked: bool, root: Path) -> None:  # noqa: FBT001
    assert read(root, **variables)[0].asked is asked


def test_odd_files(root: Path) -> None:
    tos = root / "conda-meta" / "tos"
    answer(tos, accepted=True)
    (tos / "file.json").write_text("{}")
    answer(tos, accepted=True, channel=R, tos_accepted="true").rename(tos / "hash-of-r" / "x.json")
    (tos / "hash-of-r" / "cut.json").write_text('{"version": "20')
    (tos / "hash-of-r" / "loop.json").symlink_to("loop.json")
    os.mkfifo(tos / "hash-of-r" / "pipe.json")
    found, unknown = read(root)
    assert found == Terms(asked=True, accepted=(MAIN,), rejected=())
    assert unknown["terms"].startswith("an answer about Anaconda's terms cannot be read: ")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=100)
    | st.fixed_dictionaries(
        {
            "base_url": st.text(max_size=20),
            "tos_accepted": st.booleans() | st.none(),
            "version": st.text(max_size=20) | st.floats() | st.integers() | st.datetimes().map(str),
        }
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_file(root: Path, written: bytes) -> None:
    file = root / "conda-meta" / "tos" / "h" / "1.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(written)
    found, unknown = read(root)
    assert isinstance(found, Terms)
    assert unknown == {}
