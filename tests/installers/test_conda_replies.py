"""What conda and its like answer, understood: recorded replies of conda 26.7, and any other text."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from conda_shelf import DATA
from jupyterlab_envcheck.installers import Conda, CondaPackage, CondaTool, Heard, Reply
from jupyterlab_envcheck.problems import Problem

CONDA = Conda(tool="conda", program=("/opt/conda/bin/conda",), prefix="/opt/conda/envs/proj")
OPENBLAS = CondaPackage(
    name="libblas",
    version="3.11.0",
    build="5_hd7b6a1c_openblas",
    channel="file:///srv/channel",
    subdir="linux-64",
)
SIX = CondaPackage(
    name="six", version="1.16.0", build="py_0", channel="file:///srv/channel", subdir="noarch"
)


def recorded(file: str) -> Reply:
    text = (DATA / file).read_text()
    return Reply(returncode=0 if '"success": true' in text else 1, output=text, errors="")


def test_dry_run_of_a_new_package() -> None:
    actions = CONDA.read(recorded("install-dry-run-new.json"))
    [new] = actions.link
    assert (new.name, new.version, new.build) == ("threadpoolctl", "3.8.0", "py_0")
    assert (new.channel, new.subdir, new.size) == ("file:///srv/channel", "noarch", 28957)
    assert actions.unlink == ()
    assert actions.linked == ("noarch/threadpoolctl-3.8.0-py_0",)


def test_dry_run_of_an_update() -> None:
    actions = CONDA.read(recorded("install-dry-run-update.json"))
    assert actions.unlink == (SIX,)
    assert actions.unlink[0].size is None
    assert actions.linked == ("noarch/six-1.17.0-py_0",)
    assert actions.link[0].size == 10518


def test_dry_run_that_switches_the_blas() -> None:
    actions = CONDA.read(recorded("install-dry-run-blas-switch.json"))
    assert actions.unlink == (OPENBLAS,)
    assert actions.linked == ("linux-64/libblas-3.11.0-5_h8a9c2f4_mkl",)
    assert actions.unlinked == ("linux-64/libblas-3.11.0-5_hd7b6a1c_openblas",)


def test_change_of_two() -> None:
    actions = CONDA.read(recorded("install.json"))
    assert actions.linked == ("noarch/six-1.17.0-py_0", "noarch/threadpoolctl-3.8.0-py_0")
    assert [package.size for package in actions.link] == [10518, 28957]
    assert actions.unlink == (SIX,)


def test_removal() -> None:
    actions = CONDA.read(recorded("remove.json"))
    assert (actions.linked, actions.unlinked) == ((), ("noarch/threadpoolctl-3.8.0-py_0",))


def test_nothing_to_do() -> None:
    actions = CONDA.read(recorded("install-already-satisfied.json"))
    assert (actions.link, actions.unlink) == ((), ())


def test_answer_behind_progress_and_talk() -> None:
    said = (
        "2 channel Terms of Service accepted\n"
        '{"fetch":"six-1.17.0 | 10 KB | ","finished":false,"maxval":1,"progress":0.5}\n\0'
        '{"fetch":"six-1.17.0 | 10 KB | ","finished":true,"maxval":1,"progress":1}\n\0'
    )
    reply = Reply(returncode=0, output=said + recorded("install.json").output, errors="")
    assert CONDA.read(reply).unlink == (SIX,)


def test_last_answer_counts() -> None:
    said = '{"success": false, "error": "a plugin could not be loaded"}\n'
    reply = Reply(returncode=0, output=said + recorded("install.json").output, errors="")
    assert CONDA.read(reply).unlink == (SIX,)


@pytest.mark.parametrize("size", [None, 0, -1, "10518", 1.5])
def test_size_that_is_none(size: object) -> None:
    said = json.loads(recorded("install-dry-run-update.json").output)
    said["actions"]["FETCH"][0]["size"] = size
    [six] = CONDA.read(Reply(returncode=0, output=json.dumps(said), errors="")).link
    assert six.size is None


def test_answer_of_micromamba() -> None:
    entry = {
        "name": "six",
        "version": "1.17.0",
        "build": "pyhe01879c_1",
        "build_string": "pyhe01879c_1",
        "build_number": 1,
        "channel": "https://conda.anaconda.org/conda-forge/noarch",
        "subdir": "noarch",
        "fn": "six-1.17.0-pyhe01879c_1.conda",
        "url": "https://conda.anaconda.org/conda-forge/noarch/six-1.17.0-pyhe01879c_1.conda",
        "size": 18455,
    }
    actions = {"FETCH": [entry], "LINK": [entry], "PREFIX": "/p"}
    micromamba = Conda(tool="micromamba", program=("/bin/micromamba",), prefix="/p")
    said = json.dumps({"actions": actions, "dry_run": True, "prefix": "/p", "success": True})
    [six] = micromamba.read(Reply(returncode=0, output=said, errors="")).link
    assert (six.build, six.size, six.subdir) == ("pyhe01879c_1", 18455, "noarch")
    assert six.channel == "https://conda.anaconda.org/conda-forge"


def test_channel_without_its_token() -> None:
    said = json.loads(recorded("install-dry-run-new.json").output)
    said["actions"]["LINK"][0]["base_url"] = "https://me:pw@example.com/t/secret/forge"
    [new] = CONDA.read(Reply(returncode=0, output=json.dumps(said), errors="")).link
    assert "secret" not in new.channel
    assert "pw" not in new.channel


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Killed",
        "[]",
        '{"success": true, "actions": []}',
        '{"success": true, "actions": {"LINK": [1]}}',
        '{"success": true, "actions": {"LINK": [{"name": "six"}]}}',
        '{"envs": []}',
    ],
)
def test_answer_that_is_none(said: str) -> None:
    with pytest.raises(Problem) as problem:
        CONDA.read(Reply(returncode=0, output=said, errors=""))
    assert problem.value.reason == "bad-reply"
    assert problem.value.message == "conda's answer on what it would do could not be read."


KEYS = st.sampled_from(
    [
        "name",
        "version",
        "build",
        "build_string",
        "channel",
        "base_url",
        "platform",
        "subdir",
        "size",
        "FETCH",
        "LINK",
        "UNLINK",
        "message",
        "error",
        "errors",
        "exception_name",
        "solver_problems",
        "packages",
        "channel_urls",
        "status_code",
        "url",
        "caused_by",
    ]
)
NAMES = st.sampled_from(
    [
        "PackagesNotFoundError",
        "CondaHTTPError",
        "UnsatisfiableError",
        "NotWritableError",
        "LockError",
        "X",
        "CondaToSNonInteractiveError",
        "CondaMultiError",
        "ValueError",
        "SpecsConfigurationConflictError",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.just("\x1b[31mred\u202e\nb"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.booleans(), st.integers(0, 1))
def test_any_answer_is_read_or_a_problem(actions: Any, success: bool, status: int) -> None:  # noqa: FBT001
    said = json.dumps({"success": success, "actions": actions})
    with contextlib.suppress(Problem):
        CONDA.read(Reply(returncode=status, output=said, errors=""))


@given(st.dictionaries(KEYS, JSON, max_size=6), NAMES, st.sampled_from(["conda", "micromamba"]))
def test_any_failure_is_a_problem(said: dict[str, Any], name: str, tool: CondaTool) -> None:
    conda = Conda(tool=tool, program=(tool,), prefix="/p")
    for told in (said, said | {"exception_name": name}, {"errors": [said]}):
        problem = conda.explain(json.dumps(told))
        assert problem.hint
        assert not {"\x1b", "\u202e", "\n"} & {*problem.message, *problem.hint}


@given(st.text(max_size=200))
def test_any_text_is_a_problem(text: str) -> None:
    problem = CONDA.explain(text)
    assert problem.message
    assert not {"\x1b", "\u202e", "\n"} & {*problem.message, *problem.hint}


@given(st.lists(st.text(max_size=60) | st.sampled_from(['{"fetch":"a b"}', '{"fetch":1', "{"])))
def test_any_lines_are_heard(lines: list[str]) -> None:
    hear = CONDA.listener()
    for line in lines:
        heard = hear(line)
        assert heard.done is None or heard.total is None or heard.done <= heard.total


def test_downloads_are_counted() -> None:
    hear = CONDA.listener()
    six, numpy = "six-1.17.0 | 10 KB | ", "numpy-2.4.6 | 8 MB | "
    lines = [
        f'{{"fetch":"{six}","finished":false,"maxval":1,"progress":0.500000}}',
        f'\0{{"fetch":"{numpy}","finished":false,"maxval":1,"progress":0.100000}}',
        f'\0{{"fetch":"{six}","finished":true,"maxval":1,"progress":1}}',
        f'\0{{"fetch":"{numpy}","finished":true,"maxval":1,"progress":1}}',
    ]
    heard = [hear(line) for line in lines]
    assert [(it.phase, it.done, it.total) for it in heard] == [
        ("downloading", 0, 1),
        ("downloading", 0, 2),
        ("downloading", 1, 2),
        ("installing", 2, 2),
    ]
    said = [it.said for it in heard]
    assert said == ["Downloading six-1.17.0", "Downloading numpy-2.4.6", None, None]
    assert not any(it.shown for it in heard)


def test_answer_is_kept_and_not_shown() -> None:
    hear = CONDA.listener()
    assert hear("warning  libmamba x") == Heard(shown=True, kept=True)
    for line in recorded("install-not-found.json").output.splitlines():
        assert hear(line) == Heard(shown=False, kept=bool(line))
