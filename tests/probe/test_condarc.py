"""conda's configuration, as conda reads it."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from jupyterlab_envcheck.facts import Condarc
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import homes
from jupyterlab_envcheck.probe.conda import condarc
from jupyterlab_envcheck.probe.conda.condarc import Item, Rules, Source


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    condarc.forget()
    yield
    condarc.forget()


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def read(folder: Path, **variables: str) -> tuple[Condarc, dict[str, str]]:
    """Read for `folder`/env, made by `folder`/root, of a person at home in `folder`/home."""
    env = {"HOME": str(folder / "home"), **variables}
    return condarc.read(str(folder / "env"), str(folder / "root"), env)


def test_nothing_set(tmp_path: Path) -> None:
    found, unknown = read(tmp_path)
    assert found == Condarc(
        files=(),
        channels=(),
        default_channels=None,
        channel_priority=None,
        solver=None,
        pkgs_dirs=(str(tmp_path / "root" / "pkgs"), str(tmp_path / "home" / ".conda" / "pkgs")),
    )
    assert unknown == {}


def test_search_path(tmp_path: Path) -> None:
    write(tmp_path / "root" / "condarc.d" / "b.yml", "")
    write(tmp_path / "root" / "condarc.d" / "a.yaml", "")
    write(tmp_path / "root" / "condarc.d" / "notes.txt", "")
    env = {"HOME": "/home/me", "XDG_CONFIG_HOME": "/xdg", "CONDARC": "/my/condarc"}
    assert list(condarc.search_path("/env", str(tmp_path / "root"), env)) == [
        "/etc/conda/.condarc",
        "/etc/conda/condarc",
        "/var/lib/conda/.condarc",
        "/var/lib/conda/condarc",
        f"{tmp_path}/root/.condarc",
        f"{tmp_path}/root/condarc",
        f"{tmp_path}/root/condarc.d/a.yaml",
        f"{tmp_path}/root/condarc.d/b.yml",
        "/xdg/conda/.condarc",
        "/xdg/conda/condarc",
        "/home/me/.config/conda/.condarc",
        "/home/me/.config/conda/condarc",
        "/home/me/.conda/.condarc",
        "/home/me/.conda/condarc",
        "/home/me/.condarc",
        "/env/.condarc",
        "/env/condarc",
        "/my/condarc",
    ]


def test_later_files_win_and_their_lists_come_first(tmp_path: Path) -> None:
    write(tmp_path / "root" / ".condarc", "channels: [defaults, a]\nchannel_priority: strict\n")
    write(tmp_path / "home" / ".condarc", "channels:\n  - conda-forge\n  - a\nsolver: classic\n")
    write(tmp_path / "env" / ".condarc", "channel_priority: false\npkgs_dirs: ['~/p', /q]\n")
    found, unknown = read(tmp_path)
    assert unknown == {}
    assert found == Condarc(
        files=tuple(str(tmp_path / name / ".condarc") for name in ("root", "home", "env")),
        channels=("conda-forge", "a", "defaults"),
        default_channels=None,
        channel_priority="disabled",
        solver="classic",
        pkgs_dirs=(str(tmp_path / "home" / "p"), "/q"),
    )


def test_variables_come_last(tmp_path: Path) -> None:
    write(tmp_path / "home" / ".condarc", "channels: [conda-forge]\nchannel_priority: strict\n")
    found, _ = read(
        tmp_path,
        CONDA_CHANNELS="x, conda-forge,,y",
        CONDA_CHANNEL_PRIORITY="flexible !important",
        CONDA_SOLVER="rattler",
        CONDA_PKGS_DIRS="/cache",
        CONDA_TOKEN="hunter2",  # noqa: S106 - what must not be read
    )
    assert found.channels == ("x", "conda-forge", "y")
    assert (found.channel_priority, found.solver) == ("flexible", "rattler")
    assert found.pkgs_dirs == ("/cache",)
    assert "hunter2" not in repr(found)


def test_folders_of_environments(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "home")}
    root, own = str(tmp_path / "root"), str(tmp_path / "home" / ".conda" / "envs")
    folders = condarc.environment_folders(str(tmp_path / "env"), root, env)
    assert folders == (str(tmp_path / "root" / "envs"), own)
    write(tmp_path / "home" / ".condarc", "envs_dirs: ['~/scratch', relative]\n")
    env["CONDA_ENVS_PATH"] = os.pathsep.join(("/fast/a,b", "/slow"))
    folders = condarc.environment_folders(str(tmp_path / "env"), None, env)
    assert folders == ("/fast/a,b", "/slow", str(tmp_path / "home" / "scratch"), own)


def test_administrators_last_word(tmp_path: Path) -> None:
    write(tmp_path / "root" / ".condarc", "channels:  #!final\n  - ours\nsolver: classic #!final\n")
    write(tmp_path / "home" / ".condarc", "channels: [theirs]\nsolver: libmamba\n")
    found, _ = read(tmp_path, CONDA_CHANNELS="variable")
    assert (found.channels, found.solver) == (("ours",), "classic")


def test_lines_at_the_top_and_at_the_bottom() -> None:
    first = condarc.parse("channels:\n  - t #!top\n  - a\n  - z #!bottom\n")
    second = condarc.parse("channels:\n  - b\n  - y #!bottom\n  - t2 #!top\n  - a\n")
    assert condarc.merged_list("channels", [first, second]) == ("t", "t2", "b", "a", "y", "z")


def test_default_channels_of_a_mirror(tmp_path: Path) -> None:
    mirror = "default_channels:\n  - https://me:pw@mirror.example/t/tk-1/main\n"
    write(tmp_path / "home" / ".condarc", mirror)
    found, _ = read(tmp_path)
    assert found.default_channels == ("https://mirror.example/main",)


def rules(folder: Path, **variables: str) -> tuple[Rules, dict[str, str]]:
    env = {"HOME": str(folder / "home"), **variables}
    return condarc.rules(str(folder / "env"), str(folder / "root"), env)


def test_no_rules(tmp_path: Path) -> None:
    assert rules(tmp_path) == (
        Rules(
            pinned=(),
            disallowed=(),
            allowed_channels=(),
            denied_channels=(),
            default_channels=None,
            channel_priority=None,
            channel_alias=None,
            custom_channels={},
            multichannels={},
        ),
        {},
    )


def test_rules_of_files_and_variables(tmp_path: Path) -> None:
    write(
        tmp_path / "root" / ".condarc",
        "pinned_packages:\n  - numpy >=1,<2\n  - python 3.11.*\n"
        "disallow: [mkl]\nwhitelist_channels:\n  - https://me:pw@mirror.example/t/tk-1/forge\n"
        "denylist_channels: [defaults]\nchannel_priority: off\ndefault_channels: [https://m.example/a]\n",
    )
    write(tmp_path / "home" / ".condarc", "disallowed_packages: [pytorch]\n")
    found, unknown = rules(
        tmp_path, CONDA_PINNED_PACKAGES="six>=1,<2&pip", CONDA_DENYLIST_CHANNELS="a,b"
    )
    assert unknown == {}
    assert found == Rules(
        pinned=("six>=1,<2", "pip", "numpy >=1,<2", "python 3.11.*"),
        disallowed=("pytorch", "mkl"),
        allowed_channels=("https://mirror.example/forge",),
        denied_channels=("a", "b", "defaults"),
        default_channels=("https://m.example/a",),
        channel_priority="disabled",
        channel_alias=None,
        custom_channels={},
        multichannels={},
    )


def test_places_of_channels(tmp_path: Path) -> None:
    write(
        tmp_path / "root" / ".condarc",
        "channel_alias: https://me:pw@mirror.example/t/tk-1/conda/\n"
        "custom_channels: {own: 'https://me:pw@a.example/x', forge: 'file:///srv', odd: {a: b}}\n"
        "custom_multichannels:\n  all: [conda-forge, 'https://me:pw@b.example/y']\n  one: own\n",
    )
    write(tmp_path / "home" / ".condarc", "custom_channels: {own: 'https://c.example'}\n")
    found, unknown = rules(tmp_path)
    assert unknown == {}
    assert found.channel_alias == "https://mirror.example/conda"
    assert found.custom_channels == {"own": "https://c.example", "forge": "file:///srv"}
    assert found.multichannels == {
        "all": ("conda-forge", "https://b.example/y"),
        "one": ("own",),
    }
    write(tmp_path / "root" / ".condarc", "custom_channels: #!final\n  own: https://a.example\n")
    found, _ = rules(tmp_path, CONDA_CHANNEL_ALIAS="https://d.example")
    assert found.custom_channels == {"own": "https://a.example"}
    assert found.channel_alias == "https://d.example"


def test_rules_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    write(tmp_path / "home" / ".condarc", "disallowed_packages: [")
    _, unknown = rules(tmp_path)
    assert list(unknown) == [str(tmp_path / "home" / ".condarc")]


def test_secrets_do_not_show(tmp_path: Path) -> None:
    write(
        tmp_path / "home" / ".condarc",
        "conda_token: hunter2-a\n"
        "channel_alias: https://u:hunter2-b@alias.example\n"
        "proxy_servers: {https: 'http://u:hunter2-c@proxy.example'}\n"
        "channels:\n"
        "  - https://u:hunter2-d@conda.example/x\n"
        "  - https://conda.example/t/hunter2-e/y\n"
        "  - t/hunter2-f/z\n"
        "  - https://conda.example/z?token=hunter2-g\n",
    )
    found, unknown = read(tmp_path)
    assert "hunter2" not in repr((found, unknown))
    assert found.channels == (
        "https://conda.example/x",
        "https://conda.example/y",
        "z",
        "https://conda.example/z",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("channels: [a\n", "it is no configuration: "),
        ("\tx", "it is no configuration: "),
        ("\0", "it is no configuration: it is no YAML"),
        ("- a\n- b\n", "it is no configuration: it has no settings"),
        ("channels", "it is no configuration: it has no settings"),
        ("[" * 20_000, "it is no configuration: it has too many brackets"),
        ("- " * 20_000, "it is no configuration: it is no YAML"),
        ("# " + "x" * 70_000, "it cannot be read: it is 0.07 MB long"),
        ("password: *s3cret", "it is no configuration: found undefined alias …"),
    ],
)
def test_damaged_file_hides_no_other(text: str, why: str, tmp_path: Path) -> None:
    write(tmp_path / "root" / ".condarc", text)
    write(tmp_path / "home" / ".condarc", "channels: [a]\n")
    began = time.monotonic()
    found, unknown = read(tmp_path)
    assert time.monotonic() - began < 5
    assert found.channels == ("a",)
    assert found.files == (str(tmp_path / "home" / ".condarc"),)
    (said,) = unknown.values()
    assert said.startswith(why)


def test_no_files(tmp_path: Path) -> None:
    (tmp_path / "home" / ".condarc").mkdir(parents=True)
    (tmp_path / "env").mkdir()
    os.mkfifo(tmp_path / "env" / ".condarc")
    (tmp_path / "env" / "condarc").symlink_to("condarc")
    found, unknown = read(tmp_path)
    assert found.files == ()
    assert unknown == {
        str(tmp_path / "home" / ".condarc"): "it cannot be read: it is no regular file",
        str(tmp_path / "env" / ".condarc"): "it cannot be read: it is no regular file",
        str(tmp_path / "env" / "condarc"): "it cannot be read: Too many levels of symbolic links",
    }


def test_references_that_multiply_each_other() -> None:
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 20)]
    source = condarc.parse("\n".join([*lines, "channels: [conda-forge]"]))
    assert source.lists == {"channels": (Item(text="conda-forge"),)}


def test_anchor_used_twice_is_not_warned_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would print lines of the file
        assert condarc.parse("a: &x s3cret\nb: &x 1\n").lists == {}


def test_wrong_types_are_no_settings() -> None:
    text = "channels: {a: b}\nsolver: [x]\nchannel_priority:\npkgs_dirs: [[a], {b: c}, d]\n? [k]\n: v\n"
    assert condarc.parse(text) == Source(
        lists={"pkgs_dirs": (Item(text="d"),)}, words={}, final=frozenset()
    )


def test_tags_make_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "made"
    condarc.parse(f"channels: !!python/object/apply:os.mkdir ['{mark}']\n")
    assert not mark.exists()


def test_read_again_after_a_change(tmp_path: Path) -> None:
    file = tmp_path / "home" / ".condarc"
    write(file, "channels: [a]\n")
    assert read(tmp_path)[0].channels == ("a",)
    write(file, "channels: [b]\n")
    os.utime(file, ns=(1, 1))
    assert read(tmp_path)[0].channels == ("b",)


def test_home_that_is_gone() -> None:
    assert homes.expand("~/x", {"HOME": "relative"}) is None
    assert homes.expand("$XDG_CONFIG_HOME/x", {}) is None
    found, unknown = condarc.read("/gone/env", None, {"HOME": "/gone"})
    assert (found.files, unknown) == ((), {})


WORDS = st.sampled_from(
    ["channels", "solver", ":", " ", "\n", "-", "[", "]", "{", "}", "&a", "*a", "#!final", "'", "|"]
)


@settings(deadline=None)
@given(st.lists(WORDS | st.text(max_size=5), max_size=30).map("".join))
def test_any_text(text: str) -> None:
    try:
        source = condarc.parse(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - every other exception is a failure
    else:
        assert all(isinstance(i.text, str) for items in source.lists.values() for i in items)
        condarc.merged_list("channels", [source, source])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["CONDA_CHANNELS", "CONDA_SOLVER", "CONDARC"]), st.text()))
def test_any_variables(env: dict[str, str]) -> None:
    found, unknown = condarc.read("/gone", "a\0b", {"HOME": "/gone", **env})
    shown = (*found.channels, found.solver or "", *found.files, *unknown, *unknown.values())
    assert all(clean(text) == text for text in shown)
