"""Why pip and uv failed, in their own words, and in ours."""
# ruff: noqa: RUF001 - pip draws its crosses as multiplication signs

from __future__ import annotations

import pytest

from jupyterlab_envcheck.installers import Installer, Pip, Uv

PIP = Pip(python="/p/bin/python", version="24.2")
UV = Uv(python="/p/bin/python", executable="/usr/bin/uv")

FAULTS = [
    pytest.param(
        PIP, "ERROR: Exception:\n  File collector.py, line 9, in parse_links\n", "bad-index"
    ),
    pytest.param(
        PIP, "WARNING: Skipping page https://x/a/ because the GET request got", "bad-index"
    ),
    pytest.param(PIP, "('Connection broken: IncompleteRead(56 bytes read)'", "bad-index"),
    pytest.param(PIP, "ERROR: Wheel 'alpha' located at /tmp/a-1.whl is invalid.", "bad-file"),
    pytest.param(PIP, "Collecting alpha\nzipfile.BadZipFile: File is not a zip file", "bad-file"),
    pytest.param(
        PIP, "ERROR: Cannot uninstall alpha 1.0, RECORD file not found. You might", "no-record"
    ),
    pytest.param(
        PIP,
        "Cannot uninstall alpha 1.0\n╰─> The package's contents are unknown: no RECORD file was found",
        "no-record",
    ),
    pytest.param(UV, "error: Received some unexpected JSON from `https://x/a/`", "bad-index"),
    pytest.param(
        UV, 'error: Unsupported `Content-Type` "text/plain" for `https://x`.', "bad-index"
    ),
    pytest.param(
        UV,
        "error: Failed to fetch: https://x\n  cause: end of file before message length reached",
        "bad-index",
    ),
    pytest.param(
        UV,
        "error: Failed to download `alpha==1.0`\n  cause: Failed to extract archive: a-1.0.whl",
        "bad-file",
    ),
    pytest.param(
        UV,
        "error: No solution found\nhint: The structure of `alpha` (v1.0) was invalid:",
        "bad-file",
    ),
    pytest.param(
        UV, "hint: Packages were unavailable because the network was disabled.", "unreachable"
    ),
]


@pytest.mark.parametrize(("installer", "text", "reason"), FAULTS)
def test_explain_faults(installer: Installer, text: str, reason: str) -> None:
    problem = installer.explain(text)
    assert problem.reason == reason
    assert reason not in ("bad-file", "no-record") or "alpha" in problem.message


FAILED_BUILDS = [
    pytest.param(
        PIP,
        """\
Collecting a
  Getting requirements to build wheel: finished with status 'error'
  error: subprocess-exited-with-error

  × Getting requirements to build wheel did not run successfully.
  │ exit code: 1
  ╰─> [2 lines of output]
      Permission denied; No matching distribution found for os
      RuntimeError: no compiler
      [end of output]
""",
        id="pip-requirements",
    ),
    pytest.param(
        PIP,
        """\
  × Building wheel for a (pyproject.toml) did not run successfully.
  ╰─> [1 lines of output]
      RuntimeError: no compiler
      [end of output]
  ERROR: Failed building wheel for a
""",
        id="pip-wheel",
    ),
    pytest.param(
        UV,
        """\
error: Failed to build `a==1.0`
  cause: The build backend returned an error
  cause: Call to `be.build_wheel` failed (exit status: 1)
         [stderr]
         timed out; No space here
         RuntimeError: no compiler
hint: Build failures usually indicate a problem with the package
""",
        id="uv",
    ),
]


@pytest.mark.parametrize(("installer", "text"), FAILED_BUILDS)
def test_explain_a_failed_build(installer: Installer, text: str) -> None:
    """What the package prints decides nothing."""
    problem = installer.explain(text)
    assert problem.reason == "build-failed"
    assert problem.message == "a could not be built from its source: RuntimeError: no compiler."
    assert installer.look_again(text) is None


@pytest.mark.parametrize(("installer", "text"), FAILED_BUILDS)
def test_explain_a_build_on_a_full_disk(installer: Installer, text: str) -> None:
    full = text.replace("RuntimeError: no compiler", "OSError: No space left on device")
    assert installer.explain(full).reason == "disk-full"
