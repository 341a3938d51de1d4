"""What pip and uv say, understood: their own words, recorded, and any other text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.installers import Choice, Heard, Installer, Pip, Reply, Uv
from jupyterlab_envcheck.problems import Problem

PIP = Pip(python="/p/bin/python", version="24.2")
UV = Uv(python="/p/bin/python", executable="/usr/bin/uv")


def reply(output: str = "", errors: str = "", report: str = "", returncode: int = 0) -> Reply:
    return Reply(returncode=returncode, output=output, errors=errors, report=report)


def report(**entry: object) -> str:
    download = {"url": "https://x/a.whl", "archive_info": {"hashes": {"sha256": "11"}}}
    whole = {"download_info": download, "metadata": {"name": "A_b", "version": "1.0"}, **entry}
    return json.dumps({"install": [whole]})


def test_pip_report() -> None:
    [choice] = PIP.read_dry_run(reply(report=report()))
    assert choice == Choice(name="a-b", version="1.0", hashes=("sha256:11",))


def test_pip_report_before_23() -> None:
    old = {"url": "https://x/a.whl", "archive_info": {"hash": "sha256=22"}}
    [choice] = PIP.read_dry_run(reply(report=report(download_info=old)))
    assert choice.hashes == ("sha256:22",)


def test_pip_report_of_a_yanked_release() -> None:
    said = (
        "WARNING: The candidate selected for download or install is a yanked version: 'A_b' "
        "candidate (version 1.0 at https://x/a.whl)\nReason for being yanked: it eats files\n"
    )
    [choice] = PIP.read_dry_run(reply(errors=said, report=report()))
    assert choice.yanked == "it eats files"


def test_uv_dry_run() -> None:
    changes = [
        {"name": "alpha", "version": "1.0", "action": "uninstalled"},
        {"name": "alpha", "version": "2.0", "action": "installed"},
    ]
    said = 'warning: `alpha==2.0` is yanked (reason: "it eats files")\n'
    [choice] = UV.read_dry_run(reply(output=json.dumps({"changes": changes}), errors=said))
    assert choice == Choice(name="alpha", version="2.0", yanked="it eats files")


LOCK = """
[[packages]]
name = "alpha"
version = "1.0"
wheels = [
  { url = "https://x/1", size = 9, hashes = { sha256 = "11" } },
  { url = "https://x/2", size = 8, hashes = { sha256 = "22" } },
]
[[packages]]
name = "beta"
version = "1.0"
wheels = [{ url = "https://x/3", size = 7, hashes = { sha256 = "33" } }]
[[packages]]
name = "gamma"
version = "1.0"
wheels = [{ url = "https://x/4", size = 7 }]
"""


def test_uv_lock() -> None:
    names = ("alpha", "beta", "gamma")
    choices = [Choice(name=name, version="1.0") for name in names]
    alpha, beta, gamma = UV.read_look_up(choices, reply(output=LOCK))
    assert (alpha.hashes, alpha.size) == (("sha256:11", "sha256:22"), None)
    assert (beta.hashes, beta.size) == (("sha256:33",), 7)
    assert (gamma.hashes, gamma.size) == ((), None)


@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("OSError: [Errno 28] No space left on device", "disk-full"),
        ("error: failed to write: No space left on device (os error 28)", "disk-full"),
        ("ERROR: [Errno 13] Permission denied: '/usr/lib'", "not-writable"),
        ("ERROR: HTTP error 403 Client Error: Forbidden for url", "denied"),
        ("Segmentation fault", "installer-failed"),
        ("", "installer-failed"),
    ],
)
def test_explain(installer: Installer, text: str, reason: str) -> None:
    assert installer.explain(text).reason == reason


def test_pip_looks_again_only_for_what_may_stand_in_a_command() -> None:
    again = PIP.look_again("ERROR: No matching distribution found for alpha==9 (from beta)")
    assert again is not None
    assert again[-2:] == ("--", "alpha==9")
    assert "--only-binary=:all:" in again
    assert PIP.look_again("ERROR: No matching distribution found for --index-url=x") is None
    assert PIP.look_again("anything else") is None


def test_pip_old_has_no_raw_progress() -> None:
    argv = Pip(python="/p/bin/python", version="23.2.1").install("/j/plan.txt")
    assert "--progress-bar=off" in argv
    assert "--progress-bar=raw" in PIP.install("/j/plan.txt")


@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
def test_argv_is_closed(installer: Installer) -> None:
    """Wishes stand behind `--`, nothing is built, and nothing but the plan's files is installed."""
    dry = installer.dry_run(("a", "b>=2"), report="/r", names="/n", constraints="/c")
    assert dry[-3:] == ("--", "a", "b>=2")
    assert "--only-binary=:all:" in dry
    install = installer.install("/j/plan.txt")
    assert {"--only-binary=:all:", "--no-deps", "--require-hashes"} <= set(install)
    assert install[-2:] == ("-r", "/j/plan.txt")
    assert installer.remove(("a",))[-2:] == ("--", "a")


def test_pip_progress() -> None:
    hear = PIP.listener()
    assert hear("Collecting alpha").phase == "resolving"
    assert hear("  Downloading alpha-1.0.whl (33.7 MB)").phase == "downloading"
    assert hear("Progress 5 of 10") == Heard(phase="downloading", done=5, total=10, shown=False)
    assert hear("Progress 5 of 0").total is None
    assert hear("Installing collected packages: alpha").phase == "installing"


def test_uv_progress() -> None:
    hear = UV.listener()
    hear("Resolved 3 packages in 12ms")
    hear("Downloading scipy (33.7MiB)")
    hear("Downloading numpy (16.0MiB)")
    assert hear(" Downloaded numpy") == Heard(phase="downloading", done=1, total=2)
    assert hear("Prepared 2 packages in 1s").phase == "installing"


def trouble(read: Callable[[Reply], object], said: Reply) -> Problem | None:
    try:
        read(said)
    except Problem as problem:
        return problem
    return None


@given(st.text(), st.text(), st.integers(0, 2))
def test_any_reply_is_a_choice_or_a_problem(output: str, errors: str, status: int) -> None:
    for installer in (PIP, UV):
        said = reply(output=output, errors=errors, report=output, returncode=status)
        for read in (installer.read_dry_run, lambda r, i=installer: i.read_look_up((), r)):
            problem = trouble(read, said)
            assert problem is None or (problem.message and problem.hint)
            assert problem is None or len(problem.message) < 1500


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda c: (
            st.lists(c)
            | st.dictionaries(
                st.sampled_from(["install", "changes", "name", "metadata", "download_info"]), c
            )
        ),
    )
)
def test_any_json_is_a_choice_or_a_problem(told: object) -> None:
    text = json.dumps(told)
    for installer in (PIP, UV):
        problem = trouble(installer.read_dry_run, reply(output=text, report=text))
        assert problem is None or problem.reason == "bad-reply"


@given(st.lists(st.text(), max_size=20))
def test_any_line_is_heard(lines: list[str]) -> None:
    for installer in (PIP, UV):
        hear = installer.listener()
        for line in lines:
            heard = hear(line)
            if heard.done is not None and heard.total is not None and installer is UV:
                assert heard.done <= heard.total


@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
def test_argv_of_the_newest_and_of_what_is_installed_anew(installer: Installer) -> None:
    newest = installer.dry_run(("a>1",), report="/r", newest=("a",), alone=True)
    anew = installer.dry_run(("a==1",), report="/r", anew=("a",), alone=True)
    again = installer.install("/j/plan.txt", anew=("a",))
    words = {"--upgrade"} if installer is PIP else {"--upgrade-package=a"}
    assert {*words, "--no-deps", "--only-binary=:all:"} <= set(newest)
    word = "--force-reinstall" if installer is PIP else "--reinstall-package=a"
    assert {word, "--no-deps"} <= set(anew)
    assert {word, "--no-deps", "--require-hashes"} <= set(again)
    assert word not in installer.install("/j/plan.txt")


BUILDING = [replace(PIP, build=("a", "b")), replace(UV, build=("a", "b"))]


@pytest.mark.parametrize("installer", BUILDING, ids=["pip", "uv"])
def test_argv_of_a_build_is_open_for_its_names_alone(installer: Installer) -> None:
    for argv in (installer.dry_run(("a",), report="/r"), installer.install("/j/plan.txt")):
        assert [word for word in argv if word.startswith(("--only", "--no-binary"))] == [
            "--only-binary=:all:",
            "--no-binary=a",
            "--no-binary=b",
        ]


def test_pip_sizes_of_what_it_fetched() -> None:
    said = """\
Collecting a-b
  Downloading a_b-1.0-py3-none-any.whl.metadata (47 bytes)
Downloading https://x/a_b-1.0-py3-none-any.whl (33.7 MB)
Using cached c-1.0-py3-none-any.whl (925 bytes)
"""
    download = {"url": "https://x/a_b-1.0-py3-none-any.whl", "archive_info": {}}
    [choice] = PIP.read_dry_run(reply(output=said, report=report(download_info=download)))
    assert choice.size == 33_700_000


def test_uv_offline_refuses_what_it_would_have_to_fetch() -> None:
    offline = replace(UV, offline=True)
    assert "--offline" in offline.install("/j/plan.txt")
    changes = [{"name": "alpha", "version": "1.0", "action": "installed"}]
    said = reply(output=json.dumps({"changes": changes}), errors="Would download 1 package\n")
    assert len(UV.read_dry_run(said)) == 1
    with pytest.raises(Problem) as caught:
        offline.read_dry_run(said)
    assert caught.value.reason == "unreachable"


def test_uv_lock_of_what_is_built() -> None:
    lock = """
[[packages]]
name = "alpha"
version = "1.0"
sdist = { url = "https://x/1", size = 9, hashes = { sha256 = "11" } }
wheels = [{ url = "https://x/2", size = 8, hashes = { sha256 = "22" } }]
"""
    choices = [Choice(name="alpha", version="1.0")]
    [wheel] = UV.read_look_up(choices, reply(output=lock))
    [built] = replace(UV, build=("alpha",)).read_look_up(choices, reply(output=lock))
    assert (wheel.hashes, wheel.size) == (("sha256:22",), 8)
    assert (built.hashes, built.size) == (("sha256:11",), 9)
