"""Our small conda on py-rattler: conda's arguments, conda's answers, conda's history."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from rattler import ChannelPriority

from conda_channel import NEEDS_CHANNEL, channels, versions
from conda_consistency import asked, disagreements
from conda_world import make_conda_env, record_file, records, rewrite_record
from conda_zoo import cut_record, freeze, mixed_channels, pin, with_blas
from jupyterlab_envcheck.installers import Conda
from jupyterlab_envcheck.installers.base import Reply
from jupyterlab_envcheck.jobs.conda import rattler_rules, rattler_solving
from jupyterlab_envcheck.jobs.conda.rattler_replies import Failed

pytestmark = list(NEEDS_CHANNEL)

PROGRAM = (sys.executable, "-P", "-m", "jupyterlab_envcheck.jobs.conda.rattler")


@pytest.fixture
def cache() -> Path:
    return channels().cache


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    make_conda_env(tmp_path / "proj", "python", "pip", "six ==1.16.0")
    return tmp_path / "proj"


def run(cache: Path, *arguments: str) -> Reply:
    """Run it, and check that its answer is in JSON to the end."""
    ended = subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "RATTLER_CACHE_DIR": str(cache)},
    )
    assert ended.stderr == ""
    return Reply(returncode=ended.returncode, output=ended.stdout, errors="")


def told(cache: Path, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(cache, *arguments).output.rpartition("\0")[2])
    return answer


def failed(cache: Path, *arguments: str) -> str:
    reply = run(cache, *arguments)
    assert reply.returncode == 1
    return str(json.loads(reply.output)["exception_name"])


def dists(entries: list[dict[str, Any]]) -> list[str]:
    return sorted(entry["dist_name"] for entry in entries)


def conda(prefix: Path) -> Conda:
    return Conda(tool="rattler", program=PROGRAM, prefix=str(prefix), channels=(channels().forge,))


def change(prefix: Path, verb: Any, *specs: str, alone: bool = False) -> None:
    argv = conda(prefix).change(verb, specs, alone=alone)
    reply = run(channels().cache, *argv[len(PROGRAM) :])
    assert reply.returncode == 0, reply.output


def last_entry(prefix: Path) -> list[str]:
    history = (prefix / "conda-meta" / "history").read_text()
    return [
        re.sub(r"file://\S*/", "", line) for line in history.rpartition("==> ")[2].splitlines()[1:]
    ]


def test_dry_run_as_conda_answers(prefix: Path, cache: Path) -> None:
    before = sorted(prefix.rglob("*"))
    answer = told(
        cache,
        *conda(prefix).dry_run("install", ["six=1.17", "threadpoolctl"])[len(PROGRAM) :],
    )
    assert answer["success"] is True
    assert answer["dry_run"] is True
    assert dists(answer["actions"]["UNLINK"]) == ["six-1.16.0-pyhd8ed1ab_0"]
    assert dists(answer["actions"]["LINK"]) == [
        "six-1.17.0-pyhd8ed1ab_0",
        f"threadpoolctl-{versions()['threadpoolctl']}-pyhd8ed1ab_0",
    ]
    six = next(entry for entry in answer["actions"]["LINK"] if entry["name"] == "six")
    assert six == {
        "base_url": channels().forge,
        "build_number": 0,
        "build_string": "pyhd8ed1ab_0",
        "channel": "conda-forge",
        "dist_name": "six-1.17.0-pyhd8ed1ab_0",
        "name": "six",
        "platform": "noarch",
        "version": "1.17.0",
    }
    assert sorted(prefix.rglob("*")) == before


def test_what_is_there_already(prefix: Path, cache: Path) -> None:
    arguments = conda(prefix).dry_run("install", ["six=1.16"])[len(PROGRAM) :]
    assert told(cache, *arguments) == {
        "success": True,
        "message": "All requested packages already installed.",
    }


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[str]:
    """The channel behind a URL of the web, of which alone downloads are told."""
    folder = unquote(urlsplit(channels().forge).path)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_download_is_told_as_conda_does(prefix: Path, tmp_path: Path, served: str) -> None:
    web = replace(conda(prefix), channels=(served,))
    argv = web.dry_run("install", ["six=1.17"])[len(PROGRAM) :]
    (fetched,) = told(tmp_path / "cache", *argv)["actions"]["FETCH"]
    assert fetched["size"] > 10_000
    argv = web.change("install", ["six=1.17"])[len(PROGRAM) :]
    reply = run(tmp_path / "cache", *argv)
    objects = [json.loads(text) for text in reply.output.split("\0")]
    assert objects[0] == {
        "fetch": "six-1.17.0-pyhd8ed1ab_0",
        "finished": False,
        "maxval": 1,
        "progress": 0.0,
    }
    assert objects[-2] == {
        "fetch": "six-1.17.0-pyhd8ed1ab_0",
        "finished": True,
        "maxval": 1,
        "progress": 1.0,
    }
    assert objects[-1]["success"] is True
    hear = web.listener()
    heard = [hear(line) for line in reply.output.splitlines()]
    assert (heard[0].phase, heard[0].done, heard[0].total) == ("downloading", 0, 1)
    assert heard[0].said == "Downloading six-1.17.0-pyhd8ed1ab_0"


def test_change_is_entered_as_conda_does(prefix: Path) -> None:
    change(prefix, "install", "six>=1.17", "threadpoolctl")
    version = versions()["threadpoolctl"]
    assert last_entry(prefix)[1:] == [
        "# conda version: 26.7.0",
        "-noarch::six-1.16.0-pyhd8ed1ab_0",
        "+noarch::six-1.17.0-pyhd8ed1ab_0",
        f"+noarch::threadpoolctl-{version}-pyhd8ed1ab_0",
        "# update specs: [\"six[version='>=1.17']\", 'threadpoolctl']",
    ]
    assert disagreements(prefix) == []


def test_what_conda_asked_for_stays_when_something_else_goes(prefix: Path) -> None:
    """Tried with conda: it removed all that no line of the history asks for."""
    change(prefix, "install", "threadpoolctl")
    change(prefix, "install", "numpy")
    change(prefix, "remove", "threadpoolctl")
    assert {"numpy", "pip", "python", "six", "libblas"} <= records(prefix).keys()
    assert last_entry(prefix)[-1] == "# remove specs: ['threadpoolctl']"
    assert asked(prefix) == {"numpy", "pip", "python", "six"}
    assert disagreements(prefix) == []


def test_what_was_there_for_a_package_goes_with_it(prefix: Path) -> None:
    before = set(records(prefix))
    change(prefix, "install", "numpy")
    assert "libblas" in records(prefix)
    change(prefix, "remove", "numpy")
    assert set(records(prefix)) == before


def test_what_needs_a_package_goes_with_it(prefix: Path) -> None:
    change(prefix, "install", "numpy")
    change(prefix, "remove", "libblas")
    assert "numpy" not in records(prefix)
    assert last_entry(prefix)[-1] == "# remove specs: ['libblas', 'numpy']"
    assert disagreements(prefix) == []


def test_package_that_is_taken_away_alone(prefix: Path, cache: Path) -> None:
    change(prefix, "install", "numpy")
    argv = conda(prefix).dry_run("remove", ["libblas"], alone=True)[len(PROGRAM) :]
    assert [entry["name"] for entry in told(cache, *argv)["actions"]["UNLINK"]] == ["libblas"]
    before = set(records(prefix))
    change(prefix, "remove", "libblas", alone=True)
    assert before - set(records(prefix)) == {"libblas"}
    assert last_entry(prefix)[-1] == "# remove specs: ['libblas']"
    (lacking,) = disagreements(prefix)
    assert lacking.endswith("needs libblas")


def test_what_nobody_asked_for_and_nothing_needs_stays(prefix: Path) -> None:
    """As after `conda env` of old, whose history asks for nothing."""
    history = prefix / "conda-meta" / "history"
    history.write_text(re.sub("# update specs.*\n", "", history.read_text()))
    change(prefix, "install", "threadpoolctl")
    change(prefix, "remove", "threadpoolctl")
    assert set(records(prefix)) == {"pip", "python", "six"}


def test_older_wish_holds_while_others_are_carried_out(prefix: Path) -> None:
    change(prefix, "install", "threadpoolctl")
    assert records(prefix)["six"]["version"] == "1.16.0"
    change(prefix, "update", "six")
    assert records(prefix)["six"]["version"] == "1.17.0"


def test_older_wish_gives_way_to_one_that_it_cannot_be_had_with(prefix: Path, cache: Path) -> None:
    """As with conda, and the plan shows it: libcblas of MKL needs libblas of MKL. A pin stays."""
    change(prefix, "install", "libblas=*=*openblas", "threadpoolctl")
    argv = conda(prefix).dry_run("install", ["libcblas=*=*mkl"])[len(PROGRAM) :]
    pin(prefix, "libblas * *_openblas")
    assert failed(cache, *argv) == "UnsatisfiableError"
    pin(prefix, "")
    change(prefix, "install", "libcblas=*=*mkl")
    assert records(prefix)["libblas"]["build"].endswith("_mkl")
    assert last_entry(prefix)[-1] == "# update specs: ['libcblas[build=*mkl]', 'libblas']"
    change(prefix, "remove", "libcblas")
    assert records(prefix)["libblas"]["build"].endswith("_mkl")  # it is asked for, in any build
    assert disagreements(prefix) == []


def test_pin_holds(prefix: Path, cache: Path) -> None:
    pin(prefix, "six 1.16.*")
    assert failed(cache, *conda(prefix).dry_run("install", ["six=1.17"])[len(PROGRAM) :]) == (
        "UnsatisfiableError"
    )
    answer = told(cache, *conda(prefix).dry_run("update", ["six"])[len(PROGRAM) :])
    assert answer["message"] == "All requested packages already installed."


def test_switch_of_blas(tmp_path: Path) -> None:
    prefix = tmp_path / "proj"
    with_blas(prefix, "openblas")
    change(prefix, "install", "libblas=*=*mkl")
    found = records(prefix)
    assert {found[n]["build"] for n in ("libblas", "libcblas", "liblapack")} == {"5_hd7b6a1c_mkl"}
    assert "libopenblas" not in found
    assert last_entry(prefix)[-1] == "# update specs: ['libblas[build=*mkl]']"
    change(prefix, "install", "threadpoolctl")  # what the history asks for is read as well
    assert records(prefix)["libblas"]["build"] == "5_hd7b6a1c_mkl"
    assert disagreements(prefix) == []


def test_package_put_there_anew(prefix: Path, cache: Path) -> None:
    site_packages = next(prefix.glob("lib/python3*/site-packages"))
    before = set(records(prefix))
    (site_packages / "six.py").unlink()
    assert disagreements(prefix) != []
    argv = conda(prefix).dry_run("install", ["six=1.16.0=pyhd8ed1ab_0"], alone=True)[len(PROGRAM) :]
    actions = told(cache, *argv)["actions"]
    assert dists(actions["UNLINK"]) == dists(actions["LINK"]) == ["six-1.16.0-pyhd8ed1ab_0"]
    change(prefix, "install", "six=1.16.0=pyhd8ed1ab_0", alone=True)
    assert set(records(prefix)) == before
    assert disagreements(prefix) == []


def test_another_python_has_modules_linked_anew(prefix: Path, cache: Path) -> None:
    """They lie in a folder of the old one's; conda tells of them as of what goes and comes."""
    rewrite_record(prefix, "python", version="3.9.1", build="0")
    record_file(prefix, "python").rename(prefix / "conda-meta" / "python-3.9.1-0.json")
    minor = "{}.{}".format(*sys.version_info)
    argv = conda(prefix).dry_run("install", [f"python={minor}"])[len(PROGRAM) :]
    actions = told(cache, *argv)["actions"]
    assert {entry["name"] for entry in actions["LINK"]} == {"python", "pip", "six"}
    assert {entry["name"] for entry in actions["UNLINK"]} == {"python", "pip", "six"}
    argv = conda(prefix).dry_run("install", ["threadpoolctl"])[len(PROGRAM) :]
    assert failed(cache, *argv) == "UnsatisfiableError"  # which needs a newer one


def test_new_environment(tmp_path: Path, cache: Path) -> None:
    prefix = tmp_path / "new"
    change(prefix, "create", "python", "six=1.16")
    assert records(prefix)["six"]["version"] == "1.16.0"
    assert asked(prefix) == {"python", "six"}
    assert disagreements(prefix) == []
    assert not (prefix / "CACHEDIR.TAG").exists()  # backups would pass it over
    again = conda(prefix).change("create", ["python"])[len(PROGRAM) :]
    assert failed(cache, *again) == "CondaValueError"


def test_channels_of_the_environment_where_none_is_named(tmp_path: Path, cache: Path) -> None:
    mixed_channels(tmp_path / "proj")
    argv = ("install", "--dry-run", "--json", "-p", str(tmp_path / "proj"), "threadpoolctl")
    (new,) = told(cache, *argv)["actions"]["LINK"]
    assert new["base_url"] in (channels().forge, channels().main)
    others = ("install", "--dry-run", "--json", "-p", str(tmp_path / "proj"), "numpy")
    assert "numpy" in {entry["name"] for entry in told(cache, *others)["actions"]["LINK"]}


@pytest.mark.parametrize(
    ("verb", "spec", "name"),
    [
        ("install", "nosuchpackage", "PackagesNotFoundInChannelsError"),
        ("install", "six=99", "PackagesNotFoundInChannelsError"),
        ("update", "threadpoolctl", "PackageNotInstalledError"),
        ("remove", "threadpoolctl", "PackagesNotFoundInPrefixError"),
    ],
)
def test_what_cannot_be(prefix: Path, cache: Path, verb: Any, spec: str, name: str) -> None:
    assert failed(cache, *conda(prefix).dry_run(verb, [spec])[len(PROGRAM) :]) == name


def test_two_builds_of_one_package(prefix: Path, cache: Path) -> None:
    argv = conda(prefix).dry_run("install", ["libblas=*=*mkl", "libblas=*=*openblas"])
    assert failed(cache, *argv[len(PROGRAM) :]) == "UnsatisfiableError"


def configure(prefix: Path, text: str) -> None:
    """Write what conda reads of the environment itself."""
    (prefix / ".condarc").write_text(text)


def test_pins_of_the_configuration_hold(prefix: Path, cache: Path) -> None:
    configure(prefix, "pinned_packages:\n  - six 1.16.*\n")
    argv = conda(prefix).dry_run("install", ["six=1.17"])[len(PROGRAM) :]
    assert failed(cache, *argv) == "UnsatisfiableError"
    argv = conda(prefix).dry_run("update", ["six"])[len(PROGRAM) :]
    assert "actions" not in told(cache, *argv)


def test_package_that_the_configuration_forbids(prefix: Path, cache: Path) -> None:
    configure(prefix, "disallowed_packages: [threadpoolctl]\n")
    argv = conda(prefix).dry_run("install", ["threadpoolctl"])[len(PROGRAM) :]
    reply = run(cache, *argv)
    assert json.loads(reply.output)["exception_name"] == "DisallowedPackageError"
    problem = conda(prefix).explain(reply.output)
    assert (problem.reason, "threadpoolctl" in problem.message) == ("not-allowed", True)
    argv = conda(prefix).dry_run("install", ["six=1.17"])[len(PROGRAM) :]
    assert "actions" in told(cache, *argv)


def test_channels_that_the_configuration_shuts_out(prefix: Path, cache: Path) -> None:
    argv = conda(prefix).dry_run("install", ["six=1.17"])[len(PROGRAM) :]
    configure(prefix, f"denylist_channels: [{channels().forge}]\n")
    assert failed(cache, *argv) == "ChannelDenied"
    configure(prefix, f"allowlist_channels: [{channels().main}]\n")
    assert failed(cache, *argv) == "ChannelNotAllowed"
    configure(prefix, f"allowlist_channels: [{channels().forge}, {channels().main}]\n")
    assert "actions" in told(cache, *argv)


def test_configuration_that_cannot_be_read(prefix: Path, cache: Path) -> None:
    """It could forbid what is asked for."""
    configure(prefix, "disallowed_packages: [")
    argv = conda(prefix).dry_run("install", ["six=1.17"])[len(PROGRAM) :]
    reply = run(cache, *argv)
    assert json.loads(reply.output)["exception_name"] == "ConfigurationLoadError"
    assert (
        conda(prefix)
        .explain(reply.output)
        .message.startswith(
            f"conda's configuration {prefix}/.condarc could not be read: it is no configuration"
        )
    )


def test_defaults_are_the_channels_that_they_stand_for(prefix: Path, cache: Path) -> None:
    """Of a whole list, as conda reads it; there is no channel by that name."""
    configure(prefix, f"default_channels: [{channels().main}, {channels().forge}]\n")
    defaults = replace(conda(prefix), channels=("defaults",))
    argv = defaults.dry_run("install", ["threadpoolctl"])[len(PROGRAM) :]
    (new,) = told(cache, *argv)["actions"]["LINK"]
    assert new["base_url"] == channels().main
    configure(prefix, "")
    assert rattler_rules.channels(("defaults",), rattler_rules.of(prefix)) == [
        "https://repo.anaconda.com/pkgs/main",
        "https://repo.anaconda.com/pkgs/r",
    ]


def test_channels_lie_where_the_configuration_puts_them(tmp_path: Path) -> None:
    """As conda reads it: below the place that is named stands the channel's own name."""
    configure(tmp_path, "")
    assert rattler_rules.channels(("bioconda",), rattler_rules.of(tmp_path)) == [
        "https://conda.anaconda.org/bioconda"
    ]
    configure(
        tmp_path,
        "channel_alias: https://mirror.example/all\n"
        "custom_channels: {own: 'https://a.example/x/', own/label: 'file:///srv'}\n"
        "custom_multichannels: {both: [own, conda-forge]}\n"
        "denylist_channels: [own/sub]\nallowlist_channels: [conda-forge, own, own/label/dev]\n",
    )
    rules = rattler_rules.of(tmp_path)
    assert rattler_rules.channels(("both", "own/label/dev"), rules) == [
        "https://a.example/x/own",
        "https://mirror.example/all/conda-forge",
        "file:///srv/own/label/dev",
    ]
    for channel, said in (("own/sub", "ChannelDenied"), ("bioconda", "ChannelNotAllowed")):
        with pytest.raises(Failed) as failure:
            rattler_rules.channels((channel,), rules)
        assert failure.value.exception_name == said


def test_packages_come_from_where_the_configuration_puts_a_channel(
    prefix: Path, cache: Path
) -> None:
    place = channels().forge.removesuffix("/conda-forge")
    configure(prefix, f"custom_channels: {{conda-forge: '{place}'}}\n")
    named = replace(conda(prefix), channels=("conda-forge",))
    (new,) = told(cache, *named.dry_run("install", ["threadpoolctl"])[len(PROGRAM) :])["actions"][
        "LINK"
    ]
    assert new["base_url"] == channels().forge


@pytest.mark.parametrize(
    ("written", "priority"),
    [
        ("", ChannelPriority.Flexible),
        ("channel_priority: strict\n", ChannelPriority.Strict),
        ("channel_priority: flexible\n", ChannelPriority.Flexible),
        ("channel_priority: false\n", ChannelPriority.Disabled),
    ],
)
def test_priority_of_channels_is_the_configurations(
    tmp_path: Path, written: str, priority: ChannelPriority
) -> None:
    configure(tmp_path, written)
    assert rattler_rules.priority(rattler_rules.of(tmp_path)) == priority


def test_platform_is_the_one_that_conda_is_told(
    prefix: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = conda(prefix).dry_run("install", ["libblas=*=*mkl"])[len(PROGRAM) :]
    assert "actions" in told(cache, *argv)
    monkeypatch.setenv("CONDA_SUBDIR", "osx-64")  # of which the channel has nothing
    assert failed(cache, *argv) == "PackagesNotFoundInChannelsError"


def test_what_the_machine_has_can_be_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a login node, for machines with GPUs; nothing means that there is none."""

    def cuda() -> list[str]:
        found = (package.into_generic() for package in rattler_solving.of_the_machine())
        return [str(it.version) for it in found if it.name.normalized == "__cuda"]

    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12.8")
    assert cuda() == ["12.8"]
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "")
    assert cuda() == []


def test_channel_that_does_not_answer(prefix: Path, cache: Path) -> None:
    options = ("--dry-run", "--json", "-p", str(prefix), "--override-channels")
    reply = run(cache, "install", *options, "-c", "http://me:hunter2@127.0.0.1:9/x", "six")
    answer = json.loads(reply.output)
    assert answer["exception_name"] == "CondaHTTPError"
    assert "127.0.0.1:9/x" in answer["message"]
    assert "hunter2" not in reply.output


def test_password_of_a_channel_is_not_entered(prefix: Path) -> None:
    url = channels().forge.replace("file://", "file://me:hunter2@")
    options = ("-y", "--json", "-p", str(prefix), "-c", channels().forge, "-c", url)
    run(channels().cache, "install", *options, "threadpoolctl")
    assert "hunter2" not in (prefix / "conda-meta" / "history").read_text()


def test_environments_not_to_be_changed(prefix: Path, cache: Path, tmp_path: Path) -> None:
    missing = conda(tmp_path / "missing").dry_run("install", ["six"])[len(PROGRAM) :]
    assert failed(cache, *missing) == "EnvironmentLocationNotFound"
    argv = conda(prefix).dry_run("install", ["six"])[len(PROGRAM) :]
    freeze(prefix)
    assert failed(cache, *argv) == "EnvironmentIsFrozenError"
    (prefix / "conda-meta" / "frozen").unlink()
    cut_record(prefix, "six")
    assert failed(cache, *argv) == "CorruptedEnvironmentError"


def test_channel_that_a_package_came_from_is_gone(prefix: Path, cache: Path) -> None:
    """What is installed stays although no channel has it any more."""
    for name in ("six", "pip"):
        url = f"https://gone.example/private/noarch/{name}.conda"
        rewrite_record(prefix, name, channel="https://gone.example/private/", url=url)
    answer = told(cache, *conda(prefix).dry_run("install", ["threadpoolctl"])[len(PROGRAM) :])
    assert "UNLINK" not in answer["actions"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("install", "--json", "-p", "PREFIX", "six"),
        ("install", "--json", "--dry-run", "six"),
        ("install", "--json", "--dry-run", "-p", "PREFIX"),
        ("clean", "--json", "--dry-run", "-p", "PREFIX", "six"),
    ],
)
def test_arguments_that_are_none(prefix: Path, cache: Path, arguments: tuple[str, ...]) -> None:
    words = [str(prefix) if word == "PREFIX" else word for word in arguments]
    assert failed(cache, *words) in ("ArgumentError", "CondaValueError")
