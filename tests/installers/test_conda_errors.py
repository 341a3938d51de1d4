"""Why conda and its like failed: a sentence and a hint for all that they can answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conda_shelf import DATA
from conda_standin import FAILURES
from jupyterlab_envcheck.installers import (
    Conda,
    CondaTool,
    PackagesNotFound,
    Reply,
    TermsNotAccepted,
)
from jupyterlab_envcheck.problems import Problem

CONDA = Conda(tool="conda", program=("/opt/conda/bin/conda",), prefix="/opt/conda/envs/proj")
MICROMAMBA = Conda(tool="micromamba", program=("micromamba",), prefix="/p")


def explained(file: str) -> Problem:
    output = (DATA / file).read_text()
    with pytest.raises(Problem) as problem:
        CONDA.read(Reply(returncode=1, output=output, errors=""))
    return problem.value


def raised(name: str, **said: Any) -> Problem:
    told = {"caused_by": "None", "exception_name": name, "error": f"{name}: x", **said}
    return CONDA.explain(json.dumps(told, indent=2, sort_keys=True) + "\n")


def test_recorded_package_that_is_not_there() -> None:
    problem = explained("install-not-found.json")
    assert isinstance(problem, PackagesNotFound)
    assert problem.packages == ("nosuchpackage",)
    assert problem.reason == "not-found"
    assert problem.message == (
        "conda's channels have no package called nosuchpackage (looked in file:///srv/channel)."
    )
    assert "comes with pip" in problem.hint


def test_recorded_contradiction() -> None:
    problem = explained("install-unsatisfiable.json")
    assert problem.reason == "conflict"
    assert problem.message == (
        "What is asked for contradicts itself: “*mkl” and “*openblas” cannot be had at once."
    )
    assert problem.hint == "Ask for one of them."


def test_recorded_channel_out_of_reach() -> None:
    problem = explained("install-channel-unreachable.json")
    assert problem.reason == "unreachable"
    assert problem.message == "The channel http://127.0.0.1:9/nochannel could not be reached."


def test_recorded_environment_that_is_missing() -> None:
    problem = explained("install-env-missing.json")
    assert problem.reason == "no-environment"
    assert problem.message == "/opt/conda/envs/missing is no conda environment."


def test_recorded_package_that_is_not_installed() -> None:
    problem = explained("rollback-dry-run.json")
    assert problem.reason == "not-installed"
    assert problem.message == "six is not among conda's packages of this environment."


def test_terms_are_shown_and_never_accepted() -> None:
    name, said = FAILURES["terms"]
    problem = raised(name, **said)
    assert isinstance(problem, TermsNotAccepted)
    main, r = "https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"
    assert problem.channels == (main, r)
    assert problem.commands[0] == (
        *("conda", "tos", "accept", "--override-channels", "--channel"),
        main,
    )
    assert problem.message == (
        f"The terms of {main}, {r} are not accepted, so conda takes nothing from there."
    )
    assert "conda tos view" in problem.hint


def test_terms_in_words() -> None:
    words = f"CondaToSNonInteractiveError: {FAILURES['terms'][1]['message']}"
    problem = CONDA.explain(words)
    assert isinstance(problem, TermsNotAccepted)
    assert len(problem.channels) == 2


@pytest.mark.parametrize(
    ("name", "said", "reason", "words"),
    [
        (
            "PackagesNotFoundError",
            {"packages": ["six=99"], "channel_urls": ["conda-forge/noarch"]},
            "not-found",
            "nothing that fits six=99 (looked in conda-forge)",
        ),
        ("PackagesNotFoundInPrefixError", {"packages": ["six"]}, "not-installed", "six is not"),
        ("ResolvePackageNotFound", {"message": "\n  - nothing=3"}, "not-found", "nothing=3"),
        (
            "CondaHTTPError",
            {
                "message": "HTTP 000 CONNECTION FAILED for url <http://127.0.0.1:9/x/noarch>\nrefused"
            },
            "unreachable",
            "The channel http://127.0.0.1:9/x could not be reached.",
        ),
        ("NoChannelsConfiguredError", {}, "no-channel", "No channel is configured"),
        (
            "CondaError",
            {"message": "Invalid spec for 'conda update': six=1\nUse 'conda install' instead."},
            "bad-spec",
            "six=1",
        ),
        ("PackageNotInstalledError", {"package_name": "six"}, "not-installed", "six is not"),
        (
            "UnsatisfiableError",
            {
                "message": "…:\n\nOutput in format: Requested package -> Available "
                "versions\n\nPackage python conflicts for:\nsix=1 -> python[version='<3']"
            },
            "conflict",
            "six=1 -> python[version='<3']",
        ),
        (
            "LibMambaUnsatisfiableError",
            {
                "message": "Encountered problems while solving:\n  - package "
                "pyarrow-15.0.0-py38_0 requires python >=3.8,<3.9.0a0, but none of the providers can be "
                "installed\n"
            },
            "conflict",
            "pyarrow-15.0.0-py38_0 requires python >=3.8,<3.9.0a0",
        ),
        (
            "SpecsConfigurationConflictError",
            {"pinned_specs": ["python=3.11"]},
            "conflict",
            "conda's pins do not allow this: python=3.11.",
        ),
        (
            "CondaHTTPError",
            {"status_code": 403, "url": "https://example.com/forge/noarch/repodata.json"},
            "denied",
            "https://example.com/forge refused",
        ),
        (
            "CondaHTTPError",
            {"status_code": 404, "url": "https://example.com/nope/noarch/repodata.json.zst"},
            "no-channel",
            "https://example.com/nope is no channel",
        ),
        (
            "CondaHTTPError",
            {
                "status_code": "503",
                "url": "https://me:pw@example.com/t/abc/x/linux-64/repodata.json",
            },
            "unreachable",
            "x could not be reached",
        ),
        (
            "UnavailableInvalidChannel",
            {"status_code": "404", "channel_url": "https://a.b/nope"},
            "no-channel",
            "https://a.b/nope is no channel",
        ),
        (
            "ConfigurationLoadError",
            {"path": "/home/me/.condarc", "reason": "it is no YAML"},
            "bad-configuration",
            "conda's configuration /home/me/.condarc could not be read: it is no YAML.",
        ),
        ("CondaSSLError", {}, "unreachable", "A channel could not be reached"),
        ("ProxyError", {}, "unreachable", "A channel could not be reached"),
        (
            "EnvironmentNotWritableError",
            {"environment_location": "/opt/conda"},
            "not-writable",
            "conda may not write to /opt/conda.",
        ),
        ("NotWritableError", {"path": "/opt/conda/pkgs/urls.txt"}, "not-writable", "urls.txt"),
        (
            "NoWritablePkgsDirError",
            {"pkgs_dirs": ["/opt/conda/pkgs"]},
            "not-writable",
            "any folder for its packages: /opt/conda/pkgs",
        ),
        ("EnvironmentIsFrozenError", {}, "frozen", "marked as frozen"),
        ("DirectoryNotACondaEnvironmentError", {"target_directory": "/x"}, "no-environment", "/x"),
        ("CondaValueError", {"message": "prefix already exists: /x/y"}, "name-taken", "/x/y"),
        ("NoSpaceLeftError", {}, "disk-full", "The disk is full."),
        (
            "ChecksumMismatchError",
            {"url": "https://a.b/forge/noarch/six-1-py_0.conda"},
            "bad-file",
            "six-1-py_0.conda",
        ),
        (
            "CondaVerificationError",
            {"message": "The package for six located at /p appears to be corrupted."},
            "bad-file",
            "six",
        ),
        (
            "ChannelDenied",
            {"message": "Channel in denylist:\n  channel name: x\n"},
            "not-allowed",
            "Channel in denylist: channel name: x.",
        ),
        (
            "UnknownPackageClobberError",
            {
                "message": "The package 'six' cannot be installed due to a\n"
                "path collision for 'lib/six.py'.\n"
            },
            "clobbered",
            "path collision for 'lib/six.py'.",
        ),
        (
            "CorruptedEnvironmentError",
            {"message": "The target environment has been corrupted."},
            "damaged",
            "has been corrupted.",
        ),
        (
            "RemoveError",
            {"message": "'requests' is a dependency of conda and cannot be removed"},
            "protected",
            "'requests' is a dependency of conda",
        ),
        ("LockError", {}, "locked", "Another conda"),
        ("CondaMemoryError", {}, "out-of-memory", "conda ran out of memory."),
        ("InvalidVersionSpec", {"message": "Invalid version '1..2': empty"}, "bad-spec", "1..2"),
        ("InvalidMatchSpec", {"message": "Invalid spec 'x==': y"}, "bad-spec", "x=="),
        ("CondaSignalInterrupt", {}, "ended", "ended from outside"),
        ("MissingDependencyError", {}, "no-installer", "py-rattler"),
        ("ArgumentError", {"message": "unrecognized arguments: --x"}, "too-old", "--x"),
        (
            "OSError",
            {"error": "OSError(28, '[Errno 28] No space left on device')"},
            "disk-full",
            "full",
        ),
        (
            "PermissionError",
            {"error": "PermissionError(13, '[Errno 13] Permission denied')"},
            "not-writable",
            "may not write",
        ),
        ("ConnectionError", {}, "unreachable", "could not be reached"),
        (
            "TypeError",
            {"error": "TypeError(\"'NoneType' object is not iterable\")"},
            "installer-failed",
            "conda failed within itself",
        ),
    ],
)
def test_failure_is_a_sentence(name: str, said: dict[str, Any], reason: str, words: str) -> None:
    problem = raised(name, **said)
    assert problem.reason == reason
    assert words in problem.message
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")


def test_tree_of_rattler() -> None:
    problem = raised(
        "UnsatisfiableError",
        message="The following specifications were found to be incompatible:\nCannot solve the request "
        "because of: The following packages are incompatible\n"
        "├─ libblas * *openblas can be installed with any of the following options:\n"
        "│  └─ libblas 3.11.0\n"
        "└─ libblas * *mkl cannot be installed because there are no viable options:\n"
        "   ├─ libblas 3.11.0, which conflicts with the versions reported above.\n"
        "   └─ libblas 3.11.0, which conflicts with the versions reported above.\n",
    )
    assert problem.message == (
        "This does not fit together with what is there. libblas * *openblas can be installed with any "
        "of the following options; libblas * *mkl cannot be installed because there are no viable "
        "options; libblas 3.11.0, which conflicts with the versions reported above."
    )


def test_secrets_of_a_channel_are_not_told() -> None:
    url = "https://me:pw@example.com/t/abc/x/linux-64/repodata.json"
    problem = raised("CondaHTTPError", status_code="503", url=url)
    assert problem.message == (
        "The channel https://****@example.com/t/****/x could not be reached."
    )


def test_escapes_of_a_terminal_are_not_told() -> None:
    problem = raised("PackagesNotFoundError", packages=["\x1b[31mred\u202e"], channel_urls=["a\nb"])
    assert problem.message == "conda's channels have no package called red (looked in a b)."


def test_several_failures_are_told_by_the_first() -> None:
    first = {"exception_name": "NoSpaceLeftError", "message": "No space left on devices."}
    second = {"exception_name": "TypeError", "message": "x"}
    assert raised("CondaMultiError", errors=[first, second]).reason == "disk-full"


def of_mamba(problems: list[str], tool: CondaTool = "micromamba") -> Problem:
    conda = Conda(tool=tool, program=(tool,), prefix="/p")
    output = json.dumps({"solver_problems": problems, "success": False}, indent=4)
    errors = "critical libmamba Could not solve for environment specs\n"
    with pytest.raises(Problem) as problem:
        conda.read(Reply(returncode=1, output=output, errors=errors))
    return problem.value


def test_mamba_finds_nothing() -> None:
    problem = of_mamba(
        ["nothing provides requested nosuchpackage", "nothing provides requested b 3"]
    )
    assert isinstance(problem, PackagesNotFound)
    assert problem.packages == ("nosuchpackage", "b")


def test_mamba_finds_no_solution() -> None:
    told = "package six-1.0-py27_0 requires python 2.7*, but none of the providers can be installed"
    problem = of_mamba([told, "nothing provides requested b"])
    assert problem.reason == "conflict"
    assert told in problem.message


@pytest.mark.parametrize(
    ("words", "reason", "told"),
    [
        (
            (
                "error    libmamba Could not solve for environment specs\n    └─ gffread =* * does not exist "
                "(perhaps a typo or a missing channel).\ncritical libmamba Could not solve for environment "
                "specs\n"
            ),
            "not-found",
            "no package called gffread",
        ),
        (
            (
                "error    libmamba Could not solve for environment specs\n    The following packages are "
                "incompatible\n    ├─ cutadapt =* * is installable with the potential options\n    │  └─ "
                "cutadapt [4.8|4.9] would require\n    │     └─ python >=3.12,<3.13.0a0 *, which can be "
                "installed;\n    └─ pin on python =3.13 * is not installable because it requires\n"
            ),
            "conflict",
            "pin on python =3.13 * is not installable",
        ),
        (
            (
                "critical libmamba Download error (7) Could not connect to server "
                "[https://a.b/forge/noarch/repodata.json.zst]\n"
            ),
            "unreachable",
            "https://a.b/forge could",
        ),
        (
            "Failed to load subdir: x\ncritical libmamba Could not solve for environment specs\n",
            "unreachable",
            "A channel",
        ),
        (
            "error    libmamba No prefix found at: /x/y\ncritical libmamba Aborting.\n",
            "no-environment",
            "/x/y is no",
        ),
        (
            (
                "critical libmamba Multiple errors occured:\n    Multi-download failed. Reason: Transfer "
                "finalized, status: 404 [https://a.b/forge/noarch/repodata.json] 3101 bytes\n    Subdir "
                "forge/noarch not loaded!\n"
            ),
            "no-channel",
            "https://a.b/forge",
        ),
        (
            (
                "critical libmamba Multi-download failed. Reason: Transfer finalized, status: 403 "
                "[https://a.b/forge/noarch/repodata.json] 9 bytes\n"
            ),
            "denied",
            "https://a.b/forge",
        ),
        (
            (
                "critical libmamba Package is not installed in prefix.\n    prefix: /x\n"
                "    package name: six\n"
            ),
            "not-installed",
            "six is not among",
        ),
        ("usage: conda [-h]\nconda: error: unrecognized arguments: --x\n", "too-old", "--x"),
        ("The following arguments were not expected: --x\n", "too-old", "--x"),
        ("Error: could not write: Permission denied\n", "not-writable", "may not write"),
        ("Segmentation fault\n", "installer-failed", "Segmentation fault"),
    ],
)
def test_words_without_an_answer(words: str, reason: str, told: str) -> None:
    problem = CONDA.explain(words)
    assert problem.reason == reason
    assert told in problem.message


@pytest.mark.parametrize("key", ["log_history", "log_records"])
@pytest.mark.parametrize("as_text", [True, False])
def test_mamba_that_logs_in_its_answer(key: str, *, as_text: bool) -> None:
    """From 2.8.1 on it says nothing beside it."""
    line = "Download error (6) Could not resolve host [https://a.b/forge/noarch/repodata.json]"
    record = line if as_text else {"level": "error", "message": line}
    problem = MICROMAMBA.explain(json.dumps({"success": False, key: [record]}))
    assert problem.reason == "unreachable"
    assert "https://a.b/forge could" in problem.message


def test_mamba_has_a_name_for_what_nobody_has() -> None:
    """Which package it is stands in its words alone."""
    answer = json.dumps({"solver_problems": ["unsupported request"], "success": False})
    words = (
        "error    libmamba    └─ gffread =* * does not exist (perhaps a typo or a missing channel)."
    )
    problem = MICROMAMBA.explain(f"{words}\n{answer}")
    assert problem.reason == "not-found"
    assert "no package called gffread" in problem.message


def test_channels_that_conda_tells_part_by_part_keep_their_credentials() -> None:
    """Its solver libmamba has them so, where the old one has addresses."""
    channel = {
        "auth": "ada:hunter2",
        "location": "conda.example",
        "name": "forge",
        "package_filename": None,
        "platform": None,
        "scheme": "https",
        "token": "tk-hunter2",
    }
    told = {
        "exception_name": "PackagesNotFoundError",
        "message": "x",
        "packages": ["foo"],
        "channel_urls": [channel],
    }
    problem = CONDA.explain(json.dumps(told))
    assert problem.reason == "not-found"
    assert "conda's channels have no package called foo" in problem.message
    assert "https://conda.example/forge" in problem.message
    assert "hunter2" not in f"{problem.message} {problem.hint}"


def test_terms_with_other_bullets() -> None:
    told = {
        "exception_name": "CondaToSNonInteractiveError",
        "message": "Terms of Service have not been accepted for the following channels:\n"
        "    • https://conda.example/main\n    • https://conda.example/r\n\n"
        "To accept:\n    ‣ conda tos accept --override-channels --channel CHANNEL\n",
    }
    problem = CONDA.explain(json.dumps(told))
    assert isinstance(problem, TermsNotAccepted)
    assert problem.channels == ("https://conda.example/main", "https://conda.example/r")
