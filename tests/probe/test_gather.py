"""All facts about a subject, real and broken."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec

from found_pythons import fake_python, old_python, pythons
from jupyterlab_envcheck.facts import Facts, Section, Sections
from jupyterlab_envcheck.probe import asking, cache, gather as gathering, knowledge
from jupyterlab_envcheck.probe.interpreter import ask
from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.subject import (
    KernelLook,
    Subject,
    subject_here,
    subject_of_interpreter,
    subject_of_kernel,
    subject_of_kernelspec,
)
from jupyterlab_envcheck.probe.trial import try_imports
from jupyterlab_envcheck.probe.untracked import make_untracked
from live_kernels import Start, until
from made_environments import dist_info

TODAY = date(2026, 11, 21)
SECTIONS = [field.name for field in fields(Sections)]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.forget()


def gather(subject: Subject, **kwargs: Any) -> Facts:
    kwargs.setdefault("server", True)
    facts = gathering.gather(subject, now=TODAY, **kwargs)
    for name in SECTIONS:  # the law of the envelope
        section: Section[Any] = getattr(facts, name)
        assert section.source
        assert section.at.endswith("+00:00")
        assert all(why for why in section.unknown.values())
        assert section.value is not None or section.unknown
    return facts


def cell(source: str) -> list[dict[str, str]]:
    return [{"id": "c", "source": source}]


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    prefix = tmp_path / "proj" / ".venv"
    command = [sys.executable, "-m", "venv", "--without-pip", str(prefix)]
    subprocess.run(command, check=True, timeout=60)
    return prefix


def site_packages(prefix: Path) -> Path:
    return next(prefix.glob("lib/python*/site-packages"))


def test_gather_fresh_venv(venv: Path) -> None:
    dist_info(site_packages(venv), "six", "1.17", installer="uv")
    facts = gather(subject_of_interpreter(str(venv)), cells=cell("import os, six_not, numpy"))
    interpreter, environment = facts.interpreter.value, facts.environment.value
    assert interpreter is not None
    assert environment is not None
    assert interpreter.prefix == str(venv)
    assert interpreter.version == "{}.{}.{}".format(*sys.version_info)
    assert interpreter.found == "the path that was given"
    assert (environment.kind, environment.name, environment.owner) == ("venv", "proj", "pip")
    assert environment.python == str(venv / "bin" / "python")
    assert environment.writable is True
    assert environment.has_pip is False
    assert environment.externally_managed is False
    assert environment.leftovers == ()
    assert [package.name for package in facts.packages.value or ()] == ["six"]
    assert facts.blas.value == facts.thread_pools.value == ()
    assert facts.conda.unknown == {"value": "not a conda environment"}
    assert facts.process.unknown == {"value": "no kernel is running"}
    assert facts.jupyter.value is not None
    assert facts.jupyter.value.same_environment is False
    assert facts.jupyter.value.prefix == sys.prefix
    assert facts.notebook.value is not None
    found = {one.name: one.found for one in facts.notebook.value.imports}
    assert found == {"six_not": None, "numpy": False}, "a file of that name may lie somewhere"
    assert "the folder the kernel runs in is not known" in facts.notebook.unknown["found"]
    assert facts.now == TODAY
    assert facts.interpreter.unknown == facts.packages.unknown == {}
    assert facts.environment.unknown == {"tool": "pip is not installed in it"}


def make_venv(prefix: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True)
    dist_info(site_packages(prefix), "six", "1.17")
    return prefix


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("\u067e\u0631\u0648\u0698\u0647\u200c\u0647\u0627", id="zwnj"),
        pytest.param("my \U0001f469\u200d\U0001f52c lab", id="space-and-emoji-with-zwj"),
    ],
)
def test_gather_venv_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    venv = make_venv(tmp_path / name / ".venv")
    facts = gather(subject_of_interpreter(str(venv)))
    environment, interpreter = facts.environment.value, facts.interpreter.value
    assert environment is not None
    assert interpreter is not None
    assert environment.prefix == interpreter.prefix == str(venv)
    assert environment.name == name
    assert os.path.isfile(environment.python)
    assert interpreter.site_packages == (str(site_packages(venv)),)
    (package,) = facts.packages.value or ()
    assert os.path.isdir(os.path.join(package.location, package.metadata))


@pytest.mark.parametrize("name", ["a\u202eb", "a\x1b[31mb", "a\nb", "a\u200bb"])
def test_gather_venv_in_a_folder_that_cannot_be_shown(name: str, tmp_path: Path) -> None:
    venv = make_venv(tmp_path / name / ".venv")
    facts = gather(subject_of_interpreter(str(venv)))
    for section in (facts.environment, facts.interpreter):
        assert section.value is None, "no plan may be made"
        assert "cannot be shown as it is" in section.unknown["value"]
        assert not {"\x1b", "\u202e", "\u200b"} & set(section.unknown["value"])
    assert [package.name for package in facts.packages.value or ()] == ["six"]


def test_gather_path_entry_that_cannot_be_shown(venv: Path, tmp_path: Path) -> None:
    dist_info(tmp_path / "b\u202ec", "six")
    (site_packages(venv) / "more.pth").write_text(f"{tmp_path}/b\u202ec\n", encoding="utf-8")
    facts = gather(subject_of_interpreter(str(venv)))
    assert [package.name for package in facts.packages.value or ()] == ["six"]
    assert "cannot be shown as it is" in facts.environment.unknown["value"]


def test_gather_unreadable_metadata(venv: Path) -> None:
    (site_packages(venv) / "six-1.dist-info" / "METADATA").mkdir(parents=True)
    facts = gather(subject_of_interpreter(str(venv)))
    assert [package.version for package in facts.packages.value or ()] == ["1"]
    assert "Is a directory" in facts.packages.unknown["six-1.dist-info"]
    assert facts.environment.value is not None
    assert facts.environment.value.leftovers == ()


def test_gather_site_packages_that_cannot_be_listed(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir, closed = os.scandir, str(site_packages(venv))

    def refusing(folder: str) -> Any:
        if str(folder) == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return scandir(folder)

    monkeypatch.setattr("os.scandir", refusing)
    facts = gather(subject_of_interpreter(str(venv)))
    assert facts.packages.value is None
    assert "cannot be listed: Permission denied" in facts.packages.unknown["value"]


def test_gather_this_environment() -> None:
    facts = gather(subject_of_interpreter(sys.prefix))
    assert facts.jupyter.value is not None
    assert facts.jupyter.value.same_environment is True
    assert facts.blas.value
    assert facts.blas.value[0].owner == "numpy"
    assert facts.notebook.unknown == {"value": "no notebook is open"}


def test_gather_without_server() -> None:
    assert gather(subject_of_interpreter(sys.prefix), server=False).jupyter.value is None


def test_gather_system_python() -> None:
    managed = [
        path
        for path in pythons().values()
        if list(Path("/usr/lib").glob("python3.*/EXTERNALLY-MANAGED"))
        and path == "/usr/bin/python3"
    ]
    python = "/usr/bin/python3"
    if not managed and not Path(python).exists():
        pytest.skip("no system Python here")
    environment = gather(subject_of_interpreter(python)).environment.value
    assert environment is not None
    assert environment.kind == "system"
    assert environment.externally_managed is bool(
        list(Path("/usr/lib").glob("python3*/EXTERNALLY*"))
    )


def test_gather_two_venvs_of_one_base_are_not_one(venv: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "b")], check=True)
    dist_info(site_packages(tmp_path / "b"), "six")
    for prefix, names in ((venv, []), (tmp_path / "b", ["six"])):
        facts = gather(subject_of_interpreter(str(prefix)))
        assert facts.environment.value is not None
        assert facts.environment.value.prefix == str(prefix)
        assert [package.name for package in facts.packages.value or ()] == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("#!/bin/sh\nsleep 600\n", "0.4 seconds", id="hangs"),
        pytest.param("#!/bin/sh\nkill -9 $$\n", "SIGKILL", id="killed"),
        pytest.param("#!/bin/sh\nexit 1\n", "status 1", id="exit-1"),
    ],
)
def test_gather_interpreter_that_cannot_be_asked(text: str, words: str, tmp_path: Path) -> None:
    prefix = tmp_path / "broken"
    python = fake_python(prefix / "bin", text)
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.13\n")
    dist_info(prefix / "lib" / "python3.12" / "site-packages", "six")
    facts = gather(subject_of_interpreter(python), cells=cell("import six"), timeout=0.4)
    assert words in facts.interpreter.unknown["value"]
    assert facts.environment.value is not None
    assert facts.environment.value.kind == "uv-venv"
    assert facts.environment.value.prefix == str(prefix)
    assert [package.name for package in facts.packages.value or ()] == ["six"]
    assert words in facts.packages.unknown["path"]
    assert words in facts.blas.unknown["value"]
    assert facts.notebook.value is not None
    assert [one.found for one in facts.notebook.value.imports] == [None]
    assert facts.environment.value.has_pip is None
    assert words in facts.environment.unknown["has_pip"]
    (prefix / "lib" / "python3.12" / "site-packages" / "pip").mkdir()
    environment = gather(subject_of_interpreter(python), timeout=0.4).environment.value
    assert environment is not None
    assert environment.has_pip is True


def test_gather_too_old(tmp_path: Path) -> None:
    facts = gather(subject_of_interpreter(old_python("3.6", tmp_path)))
    assert "is Python 3.6" in facts.interpreter.unknown["value"]
    assert facts.interpreter.unknown["version"].startswith("3.6.")
    assert facts.environment.value is not None


@pytest.mark.parametrize("path", ["/nowhere/python", "/nowhere", ""])
def test_gather_no_interpreter(path: str) -> None:
    subject = subject_of_interpreter(path or "/nowhere/at all")
    assert subject.problem is not None
    facts = gather(subject, cells=cell("import six"))
    assert facts.environment.value is None
    assert facts.packages.value is None
    assert facts.machine.value is not None


def test_gather_numpy_that_fails(venv: Path) -> None:
    folder = site_packages(venv) / "numpy"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise ImportError('libopenblas.so: no such file')")
    facts = gather(subject_of_interpreter(str(venv)))
    for section in (facts.blas, facts.thread_pools):
        assert section.value is None
        assert "libopenblas.so: no such file" in section.unknown["value"]


def test_gather_second_report_needs_no_child(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append(args)
        return ask(*args, **kwargs)

    monkeypatch.setattr(asking, "ask", counted)
    subject = subject_of_interpreter(str(venv))

    def children(subject: Subject = subject, **kwargs: Any) -> int:
        before = len(asked)
        gather(subject, **kwargs)
        return len(asked) - before

    assert children(cells=cell("import a, b")) == 1
    assert children(cells=cell("import a, b")) == 0
    assert children(cells=cell("import b")) == 0
    assert children(cells=cell("import c")) == 1
    assert children(cells=cell("import c"), refresh=True) == 1
    dist_info(site_packages(venv), "six")
    assert children() == 1
    (site_packages(venv) / "by_hand.py").touch()
    assert children() == 1
    assert children() == 0
    assert children(replace(subject, env={**os.environ, "OMP_NUM_THREADS": "1"})) == 1
    assert children(replace(subject, env={**os.environ, "JPY_SESSION_NAME": "x"})) == 0


def test_gather_incomplete_answer_is_not_kept(venv: Path) -> None:
    numpy = site_packages(venv) / "numpy.py"
    flag = venv / "mended"
    numpy.write_text(
        f"import os\nif not os.path.exists({str(flag)!r}): os._exit(1)\n__version__ = '1'"
    )
    subject = subject_of_interpreter(str(venv))
    assert "while importing numpy" in gather(subject).blas.unknown["value"]
    flag.touch()
    assert "while importing numpy" not in gather(subject).blas.unknown.get("value", "")


# --- of kernels -----------------------------------------------------------------------------------


async def facts_of(person: Any, **kwargs: Any) -> Facts:
    make_untracked(person.manager)
    seen = await look(person.manager, person.kernel_id)
    subject = await asyncio.to_thread(subject_of_kernel, seen, person.kernel.kernel_spec)
    return await asyncio.to_thread(lambda: gather(subject, **kwargs))


async def test_gather_idle_kernel(start_kernel: Start, tmp_path: Path) -> None:
    (tmp_path / "beside.py").touch()
    (tmp_path / "compiled.cpython-311-x86_64-linux-gnu.so").touch()
    (tmp_path / "namespace").mkdir()
    (tmp_path / "numpy.py").write_text("raise ImportError('the wrong numpy')")
    async with start_kernel() as person:
        await person.run(f"import os; os.chdir({str(tmp_path)!r})")
        await person.run(
            "import sys, types; sys.modules['conjured'] = types.ModuleType('conjured')"
        )
        await person.idle()
        facts = await facts_of(
            person, cells=cell("import beside, compiled, namespace.x, conjured, absent_one, sys")
        )
    assert facts.interpreter.value is not None
    assert facts.interpreter.value.executable == sys.executable
    assert facts.interpreter.value.found == (
        "the command line of the running kernel, and its own word"
    )
    process = facts.process.value
    assert process is not None
    assert process.state == "idle"
    assert process.cwd == str(tmp_path)
    assert "ipykernel" in {module.name for module in process.modules or ()}
    assert facts.process.unknown == {}
    assert facts.notebook.value is not None
    found = {one.name: one.found for one in facts.notebook.value.imports}
    assert found.pop("absent_one") is False
    assert found == dict.fromkeys(["beside", "compiled", "namespace", "conjured"], True)
    assert facts.blas.value, "the numpy.py in the kernel's folder is not for us"


async def test_gather_busy_kernel(start_kernel: Start, tmp_path: Path) -> None:
    async with start_kernel() as person:
        await person.run("import numpy")
        wait = (
            f"import os, time\nwhile not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.01)"
        )
        running = person.client.execute(wait)
        await until(lambda: person.kernel.execution_state == "busy")
        facts = await facts_of(person)
        (tmp_path / "go").touch()
        await person.reply_to(running)
        await person.idle()
    process = facts.process.value
    assert process is not None
    assert process.state == "busy"
    assert process.modules is None
    assert process.user_variables is None
    assert facts.process.unknown == dict.fromkeys(
        ("modules", "pools", "user_variables"), "the kernel is busy"
    )
    if sys.platform == "linux":
        assert "numpy" in {library.owner for library in process.libraries or ()}
    assert facts.machine.value is not None
    assert facts.machine.value.cpus.usable
    assert facts.blas.value


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a kernel is not bound to CPUs")
async def test_gather_kernel_bound_to_one_cpu(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run("import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})")
        await person.idle()
        facts = await facts_of(person)
    assert facts.machine.value is not None
    assert facts.machine.value.cpus.affinity == 1
    assert facts.machine.value.cpus.usable == 1
    assert {pool.threads for pool in facts.blas.value or ()} == {1}


async def test_gather_kernel_whose_word_differs(
    start_kernel: Start, odd_kernel: Callable[..., str], venv: Path
) -> None:
    name = odd_kernel("liar", f"import sys; sys.executable = {str(venv / 'bin' / 'python')!r}")
    async with start_kernel(name) as person:
        facts = await facts_of(person)
    assert facts.interpreter.value is None
    assert "not clear which Python" in facts.interpreter.unknown["value"]
    assert str(venv) in facts.interpreter.unknown["value"]
    assert sys.executable in facts.interpreter.unknown["value"]


async def test_gather_kernel_in_a_venv_is_not_its_base(
    start_kernel: Start, kernelspec: Callable[..., str], venv: Path
) -> None:
    # /proc/PID/exe names the base interpreter, in another environment.
    code = f"import sys; sys.path.append({str(site_packages(Path(sys.prefix)))!r})\n"
    code += "from ipykernel import kernelapp; kernelapp.launch_new_instance()"
    name = kernelspec("in-venv", str(venv / "bin/python"), "-c", code, "-f", "{connection_file}")
    async with start_kernel(name) as person:
        facts = await facts_of(person)
    assert facts.environment.value is not None
    assert facts.environment.value.prefix == str(venv)
    assert facts.environment.value.name == "proj"


async def test_gather_environment_variables_of_the_start(
    start_kernel: Start, kernelspec: Callable[..., str]
) -> None:
    argv = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    env = {"OPENBLAS_NUM_THREADS": "1", "SECRET_TOKEN": "hunter2"}
    async with start_kernel(kernelspec("one-thread", *argv, env=env)) as person:
        await person.run("import os; os.environ['OPENBLAS_NUM_THREADS'] = '2'")
        await person.idle()
        facts = await facts_of(person)
    assert facts.process.value is not None
    assert facts.process.value.variables["OPENBLAS_NUM_THREADS"] == "1"
    assert {pool.threads for pool in facts.blas.value or ()} == {1}
    assert "hunter2" not in repr(facts)


def kernel_look(**told: Any) -> KernelLook:
    plain: dict[str, Any] = {
        "state": "idle",
        "pid": None,
        "hostname": None,
        "remote": False,
        "reply": None,
        "reason": None,
        "language": "python",
    }
    return KernelLook(**(plain | told))


OWN = KernelSpec(argv=[sys.executable, "-m", "x"], display_name="x", language="python")


def test_gather_remote_kernel() -> None:
    seen = kernel_look(remote=True, hostname="far", reason="the kernel runs on another host, far")
    subject = subject_of_kernel(seen, OWN)
    assert subject.python is None
    facts = gather(subject, cells=cell("import six"))
    for name in ("interpreter", "environment", "packages", "blas", "machine", "conda"):
        assert "another host, far" in getattr(facts, name).unknown["value"]
    assert facts.process.value is not None
    assert facts.process.value.pid is None
    assert facts.jupyter.value is not None
    assert facts.jupyter.value.same_environment is False


def test_gather_dead_kernel_is_its_kernelspec() -> None:
    seen = kernel_look(state="dead", reason="the kernel is dead")
    facts = gather(subject_of_kernel(seen, OWN))
    assert facts.interpreter.value is not None
    assert facts.interpreter.value.found == "the kernelspec's command"
    assert facts.process.value is not None
    assert facts.process.value.state == "dead"
    assert facts.process.unknown["modules"] == "the kernel is dead"


def test_gather_other_language() -> None:
    spec = KernelSpec(argv=["R"], display_name="R", language="R")
    seen = kernel_look(language="r", pid=os.getpid(), reason="it runs r")
    facts = gather(subject_of_kernel(seen, spec))
    assert facts.interpreter.unknown["value"].startswith("This kernel runs R, not Python. ")
    assert facts.environment.value is None


def test_subject_of_kernel_word_alone_is_never_run(tmp_path: Path) -> None:
    trap = fake_python(tmp_path, f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    spec = KernelSpec(argv=["wrapper"], display_name="x", language="python")
    seen = kernel_look(pid=2**22 + 9, reply={"facts": {"executable": trap}})
    subject = subject_of_kernel(seen, spec)
    assert subject.python is None
    assert subject.problem is not None
    gather(subject)
    assert not (tmp_path / "sprung").exists()


def test_subject_of_kernelspec() -> None:
    subject = subject_of_kernelspec(OWN)
    assert subject.python == sys.executable
    assert "PATH" not in repr(subject)


def test_subject_here() -> None:
    subject = subject_here()
    assert subject.python == sys.executable
    facts = gather(subject, server=False)
    assert facts.process.value is not None
    assert facts.process.value.pid == os.getpid()
    assert "pytest" in {module.name for module in facts.process.value.modules or ()}


def test_subject_here_in_a_deleted_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert subject_here().cwd is None


# --- what is missing, and what only may be --------------------------------------------------------

OWN_NAMES = cell("import my_module, tensorflow_quantum, sklearn, nosuch_one")


def imports_of(facts: Facts) -> dict[str, bool | None]:
    assert facts.notebook.value is not None
    return {one.name: one.found for one in facts.notebook.value.imports}


def kernel_in(cwd: Path | None, reply: dict[str, Any] | None, **told: Any) -> Subject:
    seen = kernel_look(pid=os.getpid(), reply=reply, **told)
    return Subject(
        python=sys.executable, env=None, how="test", kernel=seen, cwd=str(cwd) if cwd else None
    )


def live(*path: str) -> dict[str, Any]:
    return {"facts": {"path": [*sys.path, *path], "modules": {}}, "unknown": {}}


def test_imports_all_places_known(tmp_path: Path) -> None:
    (tmp_path / "my_module.py").touch()
    facts = gather(kernel_in(tmp_path, live()), cells=cell("import my_module, nosuch_one"))
    assert imports_of(facts) == {"my_module": True, "nosuch_one": False}
    assert facts.notebook.unknown == {}


def test_imports_relative_path_is_from_the_kernels_folder(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "my_module.py").touch()
    facts = gather(kernel_in(tmp_path, live("src")), cells=cell("import my_module"))
    assert imports_of(facts) == {"my_module": True}


@pytest.mark.parametrize(
    ("asked", "reason", "words"),
    [
        (False, "the kernel is busy", "the kernel is busy, so the folders it may have added"),
        (False, None, "was not asked"),
        (True, None, "folder the kernel runs in"),
    ],
)
def test_imports_some_place_unknown(
    asked: bool,  # noqa: FBT001
    reason: str | None,
    words: str,
    venv: Path,
    tmp_path: Path,
) -> None:
    reply = live() if asked else None
    subject = kernel_in(None if asked else tmp_path, reply, reason=reason)
    facts = gather(replace(subject, python=str(venv / "bin/python")), cells=OWN_NAMES)
    found = imports_of(facts)
    assert found.pop("sklearn") is False, "it is nobody's own module"
    assert found.pop("nosuch_one") is None
    assert words in facts.notebook.unknown["found"]


def test_imports_zip_on_the_kernels_path(tmp_path: Path) -> None:
    (tmp_path / "a.zip").touch()
    facts = gather(kernel_in(tmp_path, live("a.zip")), cells=cell("import nosuch_one"))
    assert imports_of(facts) == {"nosuch_one": None}
    assert "a.zip on the kernel's path cannot be listed" in facts.notebook.unknown["found"]


def test_imports_finder_that_fails(venv: Path, tmp_path: Path) -> None:
    text = "import sys\nclass F:\n  def find_spec(s, n, p, t=None):\n"
    text += "    if n == 'nosuch_one': raise ImportError\nsys.meta_path.insert(0, F())"
    (site_packages(venv) / "sitecustomize.py").write_text(text)
    subject = replace(kernel_in(tmp_path, live()), python=str(venv / "bin" / "python"))
    facts = gather(subject, cells=cell("import nosuch_one"))
    assert imports_of(facts) == {"nosuch_one": None}
    assert "import system" in facts.notebook.unknown["found"]


def test_imports_of_a_kernelspec() -> None:
    facts = gather(subject_of_kernelspec(OWN), cells=cell("import nosuch_one"))
    assert imports_of(facts) == {"nosuch_one": None}
    assert "the folder the kernel runs in" in facts.notebook.unknown["found"]


def test_knowledge_is_well_formed() -> None:
    known = knowledge.load()
    assert known is knowledge.load()
    assert known.imports.rows["sklearn"].pypi == "scikit-learn"
    assert known.pythons.rows["3.13"].end_of_life > known.pythons.rows["3.13"].released
    assert known.pythons.source
    assert known.imports.as_of <= TODAY.replace(year=TODAY.year + 50)


# --- trials ---------------------------------------------------------------------------------------


def compiled_package(folder: Path, name: str, text: str) -> None:
    """Write a distribution of a module and an extension module, as its RECORD says."""
    record = f"{name}.py,,\n{name}_core.so,,\n{name}-1.0.dist-info/RECORD,,\n"
    dist_info(folder, name, RECORD=record)
    (folder / f"{name}.py").write_text(text)


def trials(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        made.append(tuple(kwargs["names"]))
        return try_imports(*args, **kwargs)

    monkeypatch.setattr(asking, "try_imports", counted)
    return made


def test_trial_of_a_compiled_import_is_kept_until_something_is_installed(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled_package(site_packages(venv), "fast", "raise ImportError('libfast.so.1: not found')")
    dist_info(site_packages(venv), "pure", RECORD="pure.py,,\n")
    made = trials(monkeypatch)
    subject = subject_of_interpreter(str(venv))
    for _ in range(2):
        notebook = gather(subject, cells=cell("import fast, pure")).notebook.value
        assert notebook is not None
        fast, pure = notebook.imports
        assert (fast.tried, fast.error) == (True, "ImportError: libfast.so.1: not found")
        assert (pure.tried, pure.error) == (False, None)
    assert made == [("fast",)]
    dist_info(site_packages(venv), "another")
    gather(subject, cells=cell("import fast"))
    assert made == [("fast",), ("fast",)]


def test_trial_that_was_short_of_time_is_made_again(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = "import threading; threading.Event().wait()"
    compiled_package(site_packages(venv), "slow", wait)
    made = trials(monkeypatch)
    subject = subject_of_interpreter(str(venv))
    for _ in range(2):
        notebook = gather(subject, cells=cell("import slow"), timeout=1.0).notebook.value
        assert notebook is not None
        assert notebook.imports[0].tried is False
    assert made == [("slow",), ("slow",)]


def test_gather_conda_environment_through_a_link_to_its_python(venv: Path, tmp_path: Path) -> None:
    (venv / "conda-meta").mkdir()
    (venv / "conda-meta" / "history").touch()
    (venv / "conda-meta" / "six-1.17-py_0.json").write_text('{"name": "six"}')
    (tmp_path / "bin").mkdir()
    link = tmp_path / "bin" / "python"
    link.write_text(f'#!/bin/sh\nexec {venv}/bin/python "$@"\n')
    link.chmod(0o755)
    conda = gather(subject_of_interpreter(str(link))).conda.value
    assert conda is not None
    assert [record.name for record in conda.records] == ["six"]
