"""The magic in a real kernel, before a front end and without one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbconvert
import nbformat
import psutil
import pytest

from front_end import FrontEnd, front_end, register
from job_world import World, ended, leave_this_machine, look_only_at, make_bare_venv
from jupyterlab_envcheck.jobs import jobs
from package_index import serve

NOT_AS_PLANNED = "This did not end as planned: the lines above say why."
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A venv with a kernel, whose packages but the index's are this machine's own."""
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("scikit-learn", "1.0")
        index.wheel("alpha", "1.0")
        python = make_bare_venv(tmp_path / "proj")
        made = World(python=python, index=index, has_pip=False, kind="uv-venv")
        here = next(path for path in sys.path if path.endswith("site-packages"))
        source = Path(__file__).parents[2] / "src"
        (made.site_packages / "kernel.pth").write_text(f"{here}\n{source}\n", encoding="utf-8")
        register(python, "proj", tmp_path / "spec")
        yield made


@pytest.fixture(scope="module")
def plain() -> Iterator[FrontEnd]:
    """A front end that cannot ask, as of a program that runs notebooks."""
    with front_end() as one:
        yield one


def test_report_is_a_bundle_of_html_and_text_and_has_no_buttons(plain: FrontEnd) -> None:
    plain.run("%envcheck")
    [data] = plain.shown
    assert set(data) == {"text/html", "text/plain"}
    assert "<script" not in data["text/html"]
    assert "<style" not in data["text/html"]
    assert "Installs go to" in data["text/plain"]
    assert "\x1b" not in data["text/plain"]
    assert plain.text == ""


def test_report_leaves_the_kernel_as_it_was(plain: FrontEnd) -> None:
    plain.run("import os\nbefore = {'before', *dir()}, dict(os.environ)")
    plain.run("%envcheck\n%envcheck threads --json;")
    plain.run("{name for name in dir() if name[0] != '_'} - before[0], os.environ == before[1]")
    assert plain.shown == [{"text/plain": "(set(), True)"}]


def test_report_as_text_is_a_stream(plain: FrontEnd) -> None:
    plain.run("%envcheck threads --text")
    assert "Installs go to" in plain.text
    assert plain.shown == []


def test_watched_cell_shows_its_result_first(plain: FrontEnd) -> None:
    plain.run("%%envcheck\nimport asyncio\nawait asyncio.sleep(0)\n6 * 7")
    result, told = plain.shown
    assert result == {"text/plain": "42"}
    assert told["text/plain"].startswith("It took ")
    assert "<strong>It took " in told["text/html"]


def test_watched_cell_that_fails_ends_as_an_error(plain: FrontEnd) -> None:
    plain.run("%%envcheck\n1 / 0")
    assert plain.status == "error"
    assert [one["type"] for one in plain.outputs] == ["error", "display_data"]


def test_watched_cell_that_is_misread_ends_as_an_error(plain: FrontEnd) -> None:
    plain.run("%%envcheck --txt\nresult = 42")
    assert plain.status == "error"
    [told] = plain.outputs
    assert told["traceback"] == [
        "Unrecognized arguments: --txt.\n`%%envcheck --help` shows what can be said."
    ]


@pytest.mark.parametrize("option", ["--help", "-h", "--he"])
def test_help_of_a_watched_cell_is_shown_once(plain: FrontEnd, option: str) -> None:
    plain.run(f"%%envcheck {option}\nresult = 42")
    assert plain.status == "ok"
    assert plain.text.count("usage: %%envcheck") == 1


def test_install_where_nobody_can_be_asked_changes_nothing(world: World) -> None:
    with front_end("proj") as program:
        program.run("%envcheck install alpha")
        assert program.status == "error"
        [told] = program.outputs[-1]["traceback"]
        assert told == (
            "Nothing was done: there is nobody here to ask.\n"
            "Give --yes to go on without being asked."
        )
    assert "alpha" not in world.installed()
    assert jobs() == ()


def test_notebook_that_is_run_by_a_program(world: World) -> None:
    cells = ("%load_ext jupyterlab_envcheck", "%envcheck install alpha", "import alpha")
    make: Any = nbformat.v4
    notebook = make.new_notebook(cells=[make.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(notebook, kernel_name="proj", timeout=60)
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="there is nobody here to ask"):
        client.execute()
    assert jobs() == ()
    notebook.cells[1].source += " --yes"
    client.execute()
    told = "".join(output.text for output in notebook.cells[1].outputs)
    assert "added   alpha" in told
    assert "Done: all planned changes are there." in told
    assert "To undo this: %envcheck undo " in told
    assert world.installed()["alpha"] == "1.0"


def test_install_that_cannot_be_ends_as_an_error_and_its_dry_run_does_not(world: World) -> None:
    with front_end("proj") as program:
        program.run("%envcheck install nosuchzz --dry-run")
        assert program.status == "ok"
        assert "nosuchzz" in program.text
        program.run("%envcheck install nosuchzz --yes")
        assert program.status == "error"
        assert "nosuchzz" in program.text
        assert program.outputs[-1]["traceback"] == [NOT_AS_PLANNED]
        program.run("%envcheck undo --yes")
        assert program.status == "error"
        [told] = program.outputs[-1]["traceback"]
        assert told.startswith("No job can be undone in proj.\n`%envcheck jobs` lists")


def test_install_asks_and_undo_takes_it_back(world: World) -> None:
    with front_end("proj", answers=["n", "y", "y"]) as person:
        person.run("%envcheck install alpha")
        assert person.text.endswith("Nothing was done.\n")
        assert person.status == "ok"
        person.run("%envcheck install alpha")
        assert "Done: all planned changes are there." in person.text
        assert world.installed()["alpha"] == "1.0"
        person.run("%envcheck undo")
        assert "Done: all is as it was before." in person.text
        assert person.asked == ["Carry it out? [y/N] "] * 2 + [
            "Put the files of before back? [y/N] "
        ]
    assert "alpha" not in world.installed()


def test_interrupting_the_kernel_cancels_the_job_that_is_waited_for(world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    with front_end("proj") as person:
        message = person.client.execute("%envcheck install gamma --yes")
        assert hold.reached.wait(60)
        person.manager.interrupt_kernel()
        reply = person.client.get_shell_msg(timeout=60)
        assert reply["parent_header"]["msg_id"] == message
        assert reply["content"]["status"] == "error"
    [job] = jobs()
    assert job.state == "cancelled"
    assert "gamma" not in world.installed()


def test_job_outlives_its_kernel(world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    with front_end("proj") as person:
        person.client.execute("%envcheck install gamma --yes")
        assert hold.reached.wait(60)
        kernel = psutil.Process(person.manager.provisioner.pid)
        os.kill(kernel.pid, signal.SIGKILL)
        kernel.wait(60)
    hold.release.set()
    [job] = jobs()
    assert ended(job.id).state == "succeeded"
    assert world.installed()["gamma"] == "1.0"


def test_button_installs_after_its_plan_was_seen_and_takes_it_back(world: World) -> None:
    with front_end("proj", answers=[]) as person:
        person.run("try:\n    import sklearn\nexcept ImportError:\n    pass")
        person.run("%envcheck notebook")
        report, actions = person.shown
        assert VIEW not in report
        assert actions["text/plain"] == "%envcheck install scikit-learn"
        assert "%envcheck install scikit-learn" in actions["text/html"]
        assert actions[VIEW]["model_id"] in person.widgets

        person.press("Install scikit-learn…")
        person.wait(lambda: "Carry it out?" in person.pages)
        assert "added   scikit-learn  1.0" in person.pages
        assert jobs() == ()
        person.press("Yes")
        person.wait(lambda: "Done: all planned changes are there." in person.pages)
        assert world.installed()["scikit-learn"] == "1.0"

        person.press("Undo")
        person.wait(lambda: "Put the files of before back?" in person.pages)
        person.press("Yes")
        person.wait(lambda: "Done: all is as it was before." in person.pages)
    assert "scikit-learn" not in world.installed()


def test_button_leaves_the_kernel_free_and_can_be_taken_back(world: World) -> None:
    wheel = world.index.wheel("scikit-learn", "2.0")
    hold = world.index.hold(wheel.name)
    with front_end("proj", answers=[]) as person:
        person.run("try:\n    import sklearn\nexcept ImportError:\n    pass")
        person.run("%envcheck notebook")
        person.press("Install scikit-learn…")
        person.wait(lambda: "Carry it out?" in person.pages)
        person.press("Yes")
        assert hold.reached.wait(60)
        person.run("6 * 7")
        assert person.shown == [{"text/plain": "42"}]
        person.press("Cancel")
        person.wait(lambda: "The job was cancelled. Nothing was changed." in person.pages)
    assert [job.state for job in jobs()] == ["cancelled"]


def test_stored_report_is_readable_where_no_kernel_and_no_widget_is(world: World) -> None:
    with front_end("proj", answers=[]) as person:
        person.run("try:\n    import sklearn\nexcept ImportError:\n    pass")
        person.run("%envcheck notebook")
        shown = person.shown
    make: Any = nbformat.v4
    outputs = [make.new_output("display_data", data=data) for data in shown]
    cell = make.new_code_cell("%envcheck notebook", outputs=outputs)
    notebook = make.new_notebook(cells=[cell])
    exporter: Any = nbconvert.HTMLExporter
    page, _ = exporter(template_name="basic").from_notebook_node(notebook)
    assert VIEW not in page
    assert "The notebook imports sklearn, which is not installed here" in page
    assert "To do this in a live notebook:" in page


def test_report_with_html_alone_has_no_buttons(world: World) -> None:
    with front_end("proj", answers=[]) as person:
        person.run("try:\n    import sklearn\nexcept ImportError:\n    pass")
        person.run("%envcheck notebook --html")
        [data] = person.shown
        assert VIEW not in data
        assert "%envcheck install scikit-learn" in data["text/html"]
