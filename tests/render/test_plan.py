"""Plans as a terminal shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console_text import shown
from golden_scenes import CHANGES, FAILED_PLAN, READY, REFUSED
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    Disk,
    NewKernelspec,
    Plan,
    Refusal,
    Removed,
    Restart,
    Undo,
    Updated,
    Wish,
)
from jupyterlab_envcheck.recommendations import (
    Action,
    Command,
    CreateEnvironment,
    Gui,
    Install,
    Read,
    Remove,
    Repair,
    RestartKernel,
    Run,
    SetEnvironment,
)
from jupyterlab_envcheck.render.plan import changes_anything, print_plan

KERNELSPEC = NewKernelspec(
    name="climate-4-threads",
    display_name="Climate (4 threads)",
    folder="/home/ada/.local/share/jupyter/kernels/climate-4-threads",
    text="{}",
    diff=("--- climate", "+++ climate-4-threads", '+ "OMP_NUM_THREADS": "4"'),
)


def text(plan: Plan, width: int = 80) -> str:
    return shown(lambda console: print_plan(plan, console), width)


def lines(plan: Plan, **words: str) -> list[str]:
    told = shown(lambda console: print_plan(plan, console, **words))
    return [line.rstrip() for line in told.splitlines()]


def test_plan_names_the_wish_and_the_environment_with_its_prefix() -> None:
    assert lines(READY)[:2] == [
        "Install scikit-learn into climate",
        "climate · /home/ada/climate",
    ]


def test_plan_with_more_known_of_the_environment() -> None:
    assert lines(READY, where="climate (venv) · Python 3.13.1")[1] == (
        "climate (venv) · Python 3.13.1"
    )


def test_plan_for_condas_environment_shows_whose_each_package_is() -> None:
    changes = Changes(
        install=(
            Added(
                name="mkl", version="2025.3", size=124_000_000, by="conda", channel="conda-forge"
            ),
            Added(name="pypi-only", version="1.0", size=None, by="pip"),
        ),
        update=(
            Updated(
                name="libblas",
                old="3.11.0",
                new="3.11.0",
                size=None,
                by="conda",
                old_build="5_openblas",
                build="5_mkl",
                channel="conda-forge",
            ),
        ),
        remove=(Removed(name="blis", version="1.0", by="conda"),),
    )
    table = [line.split() for line in lines(replace(READY, changes=changes))[3:8]]
    assert table == [
        ["Change", "Package", "Version", "Size", "By"],
        ["added", "mkl", "2025.3", "124", "MB", "conda", "·", "conda-forge"],
        ["added", "pypi-only", "1.0", "pip"],
        [
            "changed",
            "libblas",
            "3.11.0",
            "openblas",
            "→",
            "mkl",
            *["conda", "·", "conda-forge", "·", "5_mkl"],
        ],
        ["removed", "blis", "1.0", "conda"],
    ]


def test_plan_shows_what_comes_and_changes_with_sizes() -> None:
    told = text(READY)
    assert "  added    scikit-learn   1.9.1           9.6 MB" in told
    assert "  changed  threadpoolctl  3.5.0 → 3.8.0" in told


def test_plan_shows_what_goes() -> None:
    plan = replace(READY, changes=Changes(remove=(Removed(name="joblib", version="1.4"),)))
    assert "  removed  joblib   1.4" in text(plan)
    assert "Nothing is removed." not in text(plan)


def test_plan_of_a_reinstall_does_not_speak_of_a_new_version() -> None:
    again = Updated(name="joblib", old="1.4", new="1.4", size=None)
    told = text(replace(READY, changes=Changes(update=(again,))))
    assert "  anew    joblib   1.4" in told
    assert "→" not in told


def test_plan_shows_warnings_and_what_follows() -> None:
    undo = Undo(possible=False, reason="its disk knows no hard links")
    told = lines(replace(READY, undo=undo))
    assert "▲ threadpoolctl changes although you did not ask for it." in told
    assert "Nothing is removed." in told
    assert "The kernel needs a restart afterwards, because it has imported threadpoolctl." in told
    assert "This cannot be undone: its disk knows no hard links." in told


def test_plan_that_can_be_undone() -> None:
    assert "This can be undone." in lines(replace(READY, undo=Undo(possible=True)))


@pytest.mark.parametrize(
    ("restart", "sentence"),
    [
        (Restart(), "No kernel restart is needed."),
        (
            Restart(needed=True),
            "A running kernel needs a restart afterwards if it has imported what changes.",
        ),
    ],
    ids=["needless", "perhaps"],
)
def test_plan_restart(restart: Restart, sentence: str) -> None:
    assert sentence in lines(replace(READY, restart=restart))


@pytest.mark.parametrize(
    ("disk", "sentence"),
    [
        (None, "At least 45.0 MB to download."),
        (Disk(needed=None, free=None), "At least 45.0 MB to download."),
        (Disk(needed=50_000_000, free=None), "At least 50.0 MB to download."),
        (
            Disk(needed=150_000_000, free=2_000_000_000),
            "At least 150 MB to download; 2.0 GB are free.",
        ),
    ],
    ids=["unknown", "both-unknown", "needed", "free"],
)
def test_plan_room(disk: Disk | None, sentence: str) -> None:
    assert sentence in lines(replace(READY, disk=disk))


def test_plan_room_where_no_size_is_known() -> None:
    changes = Changes(update=CHANGES.update)
    assert "to download" not in text(replace(READY, changes=changes))


def test_plan_shows_the_exact_command_in_one_line() -> None:
    assert (
        "  /home/ada/climate/bin/python -m pip install --only-binary :all: --no-deps "
        "--require-hashes -r /home/ada/.local/share/jupyter/envcheck/jobs/p1/plan.txt"
    ) in lines(READY)


def test_plan_shows_a_new_kernelspec_and_how_it_differs() -> None:
    wish = Wish(kind="set-environment", variables={"OMP_NUM_THREADS": "4"})
    plan = replace(READY, wish=wish, changes=Changes(), argv=(), kernelspec=KERNELSPEC)
    told = lines(plan)
    assert told[0] == "Set OMP_NUM_THREADS=4 in climate"
    assert "A kernel called “Climate (4 threads)” is made:" in told
    assert "  /home/ada/.local/share/jupyter/kernels/climate-4-threads" in told
    assert '  + "OMP_NUM_THREADS": "4"' in told
    assert "Nothing is removed." not in told
    assert "What runs:" not in told


def test_plan_of_a_kernel_tells_what_changes_in_its_environment() -> None:
    plan = replace(READY, wish=Wish(kind="register", folder="/srv/env"), kernelspec=KERNELSPEC)
    told = lines(plan)
    assert "Nothing is removed." in told
    assert "The kernel needs a restart afterwards, because it has imported threadpoolctl." in told
    made = lines(replace(plan, wish=Wish(kind="create", name="new")))
    assert "Nothing is removed." not in made
    assert not any("restart" in line for line in made)


def test_plan_with_nothing_to_do() -> None:
    plan = replace(READY, changes=Changes(), argv=(), warnings=())
    assert lines(plan)[-1] == "There is nothing to do."
    assert not changes_anything(plan)


@pytest.mark.parametrize(
    "plan",
    [
        replace(READY, argv=()),
        replace(READY, changes=Changes()),
        replace(READY, changes=Changes(), argv=(), kernelspec=KERNELSPEC),
        replace(READY, changes=Changes(), argv=(), pinned=("libblas=*=*mkl",)),
    ],
    ids=["changes", "command", "kernelspec", "pinned"],
)
def test_plan_with_something_to_do(plan: Plan) -> None:
    assert changes_anything(plan)


def test_plan_that_failed_says_why_and_what_to_do() -> None:
    assert lines(FAILED_PLAN)[3:] == [
        "The package index has no scikit-learn that fits Python 3.13.",
        "Check the name, or ask for another version.",
    ]


def test_plan_that_is_refused_shows_what_would_work() -> None:
    assert lines(REFUSED, target="climate")[3:9] == [
        "This is not done.",
        "The operating system manages this Python, so nothing is installed into it.",
        "",
        "What would work:",
        "  Create an environment:",
        "    jupyter envcheck create proj --target climate",
    ]


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (
            Install(
                title="Build it from its source…",
                specs=("alpha>=2",),
                build=("alpha",),
                commands=(),
                recommended=None,
            ),
            ["jupyter envcheck install 'alpha>=2' --build alpha --target climate"],
        ),
        (
            Remove(title="Remove it", specs=("alpha",), commands=(), recommended=None),
            ["jupyter envcheck remove alpha --target climate"],
        ),
        (
            CreateEnvironment(title="Create", name="big", specs=("alpha",), commands=()),
            ["jupyter envcheck create big alpha --target climate"],
        ),
        (
            CreateEnvironment(
                title="Create",
                name="big",
                python="3.13",
                folder="/srv/my big",
                build=("alpha", "beta"),
                commands=(),
            ),
            [
                (
                    "jupyter envcheck create big --python 3.13 --folder '/srv/my big' --build alpha "
                    "--build beta --target climate"
                )
            ],
        ),
        (Repair(title="Repair", job="0123456789abcdef"), ["jupyter envcheck undo 01234567"]),
        (Read(title="Read", entry="threads"), ["jupyter envcheck guide threads"]),
        (
            Run(title="By hand", commands=(Command(manager="uv", argv=("uv", "add", "a b")),)),
            ["uv add 'a b'"],
        ),
        (
            Run(
                title="By hand",
                commands=(
                    Command(manager="pip", argv=("pip", "install", "a")),
                    Command(manager="uv", argv=("uv", "venv")),
                    Command(manager="uv", argv=("uv", "pip", "install", "a")),
                ),
            ),
            ["# with pip", "pip install a", "# with uv", "uv venv", "uv pip install a"],
        ),
        (
            Gui(title="In Navigator", steps=("Open it.", "Close it.")),
            ["1. Open it.", "2. Close it."],
        ),
        (SetEnvironment(title="Set", variables={"A": "1"}), ["A=1"]),
        (RestartKernel(title="Restart the kernel"), []),
    ],
    ids=[
        "install",
        "remove",
        "create",
        "create-with",
        "repair",
        "read",
        "run",
        "run-managers",
        "gui",
        "variables",
        "restart",
    ],
)
def test_refusal_alternative(action: Action, told: list[str]) -> None:
    refusal = Refusal(reason="protected", text="No.", alternatives=(action,))
    found = lines(replace(REFUSED, refusal=refusal), target="climate")
    title = f"  {action.title.rstrip('…')}:"
    assert found[found.index(title) + 1 :] == [f"    {line}" for line in told]


def test_refusal_steps_are_wrapped_beside_their_numbers() -> None:
    step = "Open the address of the package index in a browser: some networks want a sign-in."
    refusal = Refusal(reason="x", text="No.", alternatives=(Gui(title="Look", steps=(step,)),))
    assert lines(replace(REFUSED, refusal=refusal))[-2:] == [
        "    1. Open the address of the package index in a browser: some networks want a",
        "       sign-in.",
    ]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (Wish(kind="remove", specs=("a",)), "Remove a from climate"),
        (Wish(kind="update", specs=("a", "b")), "Update a, b in climate"),
        (Wish(kind="reinstall", specs=("a",)), "Reinstall a in climate"),
        (
            Wish(kind="install", specs=tuple("abcdefg")),
            "Install a, b, c, d, e and 2 more into climate",
        ),
        (Wish(kind="create", name="new", specs=("a",)), "Create new with a"),
        (Wish(kind="create", name="new"), "Create new"),
        (Wish(kind="register", folder="/srv/env", name="x"), "Make /srv/env a kernel"),
        (Wish(kind="back", job="0123456789"), "Go back to before job 01234567 in climate"),
        (Wish(kind="undo", job="0123456789"), "Undo job 01234567 in climate"),
    ],
    ids=[
        "remove",
        "update",
        "reinstall",
        "many",
        "create-with",
        "create",
        "register",
        "back",
        "undo",
    ],
)
def test_plan_heading(wish: Wish, sentence: str) -> None:
    assert lines(replace(READY, wish=wish))[0] == sentence


def test_plan_markup_in_names_is_shown_as_text() -> None:
    hostile = "[bold]x[/bold]"
    plan = replace(
        READY,
        target=replace(READY.target, name=hostile),
        warnings=(f"warned of {hostile}",),
        changes=Changes(remove=(Removed(name=hostile, version=hostile),)),
        argv=((hostile,),),
        kernelspec=replace(KERNELSPEC, display_name=hostile, folder=hostile, diff=(hostile,)),
        undo=Undo(possible=False, reason=hostile),
    )
    assert text(plan, width=200).count(hostile) == 10
