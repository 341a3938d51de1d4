"""New kernelspecs: which variables they may get, what they are called, and what differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyterlab_envcheck.plan import OwnKernelspec, kernels
from jupyterlab_envcheck.problems import Problem

FOUR = {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4", "NUMEXPR_MAX_THREADS": "4"}


def own(**spec: Any) -> OwnKernelspec:
    told = {
        "argv": ["/p/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "env": {"HF_TOKEN": "secret", "OMP_NUM_THREADS": "64"},
        "display_name": "proj",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {"debugger": True},
    }
    return OwnKernelspec(name="proj", display_name="proj", folder="/k/proj", spec={**told, **spec})


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param(FOUR, id="threads"),
        pytest.param({"MKL_THREADING_LAYER": "GNU"}, id="mkl"),
        pytest.param({"FLEXIBLAS": "openblas-openmp"}, id="flexiblas"),
        pytest.param({"OPENBLAS_CORETYPE": "Haswell"}, id="openblas"),
        pytest.param({"PYTHONNOUSERSITE": "1"}, id="no-user-site"),
        pytest.param({"PYTHONPATH": ""}, id="no-pythonpath"),
        pytest.param({"PYTHONHOME": ""}, id="no-pythonhome"),
        pytest.param({"OMP_PLACES": "{0:4}"}, id="places"),
    ],
)
def test_variables_that_checks_recommend_get_through(variables: dict[str, str]) -> None:
    assert kernels.parse_variables(variables) == variables


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({}, id="none"),
        pytest.param({f"A{n}": "1" for n in range(51)}, id="too-many"),
        pytest.param({"": "1"}, id="no-name"),
        pytest.param({"A B": "1"}, id="blank-in-name"),
        pytest.param({"A=B": "1"}, id="equals-in-name"),
        pytest.param({"1A": "1"}, id="number-first"),
        pytest.param({"Ä": "1"}, id="not-ascii"),
        pytest.param({"A" * 101: "1"}, id="long-name"),
        pytest.param({"A": "1\nB=2"}, id="newline"),
        pytest.param({"A": "1\0"}, id="null"),
        pytest.param({"A": "\u202e1"}, id="turned-writing"),
        pytest.param({"A": "x" * 1_001}, id="long-value"),
        pytest.param({"LD_PRELOAD": "evil.so"}, id="preload"),
        pytest.param({"BROWSER": "evil"}, id="browser"),
        pytest.param({"OMP_TOOL_LIBRARIES": "evil"}, id="openmp-tool"),
        pytest.param({"CUDA_INJECTION64_PATH": "evil"}, id="cuda-injection"),
        pytest.param({"https_proxy": "evil:1"}, id="proxy"),
        pytest.param({"TMPDIR": "here"}, id="temporary-folder"),
        pytest.param({"FLEXIBLAS": "evil.so"}, id="file-as-a-blas"),
        pytest.param({"FLEXIBLAS": "./evil"}, id="path-as-a-blas"),
        pytest.param({"ld_preload": "evil.so"}, id="preload-in-lower-case"),
        pytest.param({"LD_LIBRARY_PATH": ""}, id="library-path"),
        pytest.param({"DYLD_INSERT_LIBRARIES": "x"}, id="macos-preload"),
        pytest.param({"PYTHONPATH": "evil"}, id="pythonpath"),
        pytest.param({"PYTHONSTARTUP": "x.py"}, id="startup"),
        pytest.param({"PYTHONNOUSERSITE": "2"}, id="no-user-site-otherwise"),
        pytest.param({"IPYTHONDIR": "x"}, id="ipython"),
        pytest.param({"PATH": "."}, id="path"),
        pytest.param({"OMP_TOOL_LIBRARIES": "/tmp/evil.so"}, id="library-by-path"),
        pytest.param({"FLEXIBLAS": "..\\evil.dll"}, id="windows-path"),
    ],
)
def test_variables_are_refused(variables: dict[str, str]) -> None:
    with pytest.raises(Problem) as caught:
        kernels.parse_variables(variables)
    assert caught.value.reason == "bad-variable"
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("name", "shown", "variables", "labels"),
    [
        pytest.param("proj", "proj", FOUR, ("proj-4-threads", "proj (4 threads)"), id="threads"),
        pytest.param(
            "proj", "proj", {"OMP_NUM_THREADS": "1"}, ("proj-1-thread", "proj (1 thread)"), id="one"
        ),
        pytest.param(
            "proj",
            "proj",
            {"OMP_NUM_THREADS": "4", "MKL_NUM_THREADS": "2"},
            ("proj-settings", "proj (settings)"),
            id="not-all-the-same",
        ),
        pytest.param(
            "proj",
            "proj",
            {"FLEXIBLAS": "blis"},
            ("proj-settings", "proj (settings)"),
            id="no-threads",
        ),
        pytest.param(
            "python3",
            "Python 3 (ipykernel)",
            FOUR,
            ("python3-4-threads", "Python 3 (4 threads)"),
            id="python3",
        ),
        pytest.param(
            "proj-16-threads-2",
            "proj (16 threads) 2",
            FOUR,
            ("proj-4-threads", "proj (4 threads)"),
            id="of-one-made-from-here",
        ),
    ],
)
def test_labels(name: str, shown: str, variables: dict[str, str], labels: tuple[str, str]) -> None:
    made = OwnKernelspec(name=name, display_name=shown, folder="/k", spec={})
    assert kernels.labels_for(made, variables) == labels


def test_free_label() -> None:
    assert kernels.free_label("proj", ()) == "proj"
    assert kernels.free_label("proj", ("proj", "proj 2")) == "proj 3"


def test_with_variables_keeps_all_else() -> None:
    made = kernels.with_variables(own(), FOUR, python="/p/bin/python", display_name="new")
    assert made == {
        **own().spec,
        "display_name": "new",
        "env": {"HF_TOKEN": "secret", **FOUR},
    }


@pytest.mark.parametrize("word", ["python", "python3", "python3.12"])
def test_with_variables_names_the_python_in_full(word: str) -> None:
    """Jupyter takes a bare python for the server's own."""
    spec = own(argv=[word, "-m", "ipykernel_launcher"])
    made = kernels.with_variables(spec, FOUR, python="/p/bin/python", display_name="new")
    assert made["argv"] == ["/p/bin/python", "-m", "ipykernel_launcher"]


def test_with_variables_leads_to_the_old_folder() -> None:
    spec = own(argv=["{resource_dir}/start.sh", "{connection_file}"])
    made = kernels.with_variables(spec, FOUR, python="/p/bin/python", display_name="new")
    assert made["argv"] == ["/k/proj/start.sh", "{connection_file}"]


def test_with_variables_means_a_dollar() -> None:
    made = kernels.with_variables(own(), {"A": "$HOME"}, python="/p", display_name="new")
    assert made["env"]["A"] == "$$HOME"


def test_diff_shows_what_changes_and_no_secret() -> None:
    spec = kernels.with_variables(own(), FOUR, python="/p", display_name="proj (4 threads)")
    made = kernels.new_kernelspec(
        "proj-4-threads", spec, folder="/k/new", resources="/k/proj", own=own()
    )
    changed = [line.strip(",") for line in made.diff if line[0] in "+-"]
    assert changed == [
        "--- /k/proj/kernel.json",
        "+++ /k/new/kernel.json",
        '-  "OMP_NUM_THREADS": "64"',
        '+  "OMP_NUM_THREADS": "4"',
        '+  "OPENBLAS_NUM_THREADS": "4"',
        '+  "NUMEXPR_MAX_THREADS": "4"',
        '- "display_name": "proj"',
        '+ "display_name": "proj (4 threads)"',
    ]
    assert "secret" not in "\n".join(made.diff)
    assert json.loads(made.text) == spec


def test_diff_of_a_first_kernelspec_is_all_new() -> None:
    spec = kernels.for_python("/p/bin/python", "proj")
    made = kernels.new_kernelspec("proj", spec, folder="/k/proj", resources=None)
    assert [line[1:] for line in made.diff] == made.text.splitlines()
    assert {line[0] for line in made.diff} == {"+"}
