"""How conda and its like are spelled: exactly as conda was asked when its replies were recorded."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.installers import Conda, CondaTool
from jupyterlab_envcheck.installers.conda import CondaVerb
from jupyterlab_envcheck.problems import Problem

PREFIX = "/opt/conda/envs/proj"


def of(tool: CondaTool = "conda", *channels: str) -> Conda:
    return Conda(tool=tool, program=(f"/opt/{tool}",), prefix=PREFIX, channels=channels)


def test_dry_run_as_recorded() -> None:
    argv = of("conda", "file:///srv/channel").dry_run(
        "install", ["libblas=*=*mkl", "libblas=*=*openblas"]
    )
    assert " ".join(argv) == (
        "/opt/conda install --dry-run --json -p /opt/conda/envs/proj --override-channels "
        "-c file:///srv/channel libblas=*=*mkl libblas=*=*openblas"
    )


def test_change_as_recorded() -> None:
    argv = of("conda", "file:///srv/channel").change("install", ["six=1.17", "threadpoolctl"])
    assert " ".join(argv) == (
        "/opt/conda install --json -y -p /opt/conda/envs/proj --override-channels "
        "-c file:///srv/channel six=1.17 threadpoolctl"
    )


def test_channels_as_configured() -> None:
    argv = of().change("remove", ["threadpoolctl"])
    assert " ".join(argv) == "/opt/conda remove --json -y -p /opt/conda/envs/proj threadpoolctl"


@pytest.mark.parametrize("tool", ["conda", "mamba", "rattler"])
def test_anacondas_channels_are_named_for_others_may_be_configured(tool: CondaTool) -> None:
    argv = of(tool, "defaults").dry_run("install", ["six"])
    assert argv[argv.index("--override-channels") :][:3] == (
        "--override-channels",
        "-c",
        "defaults",
    )
    assert "-c" not in of(tool).dry_run("install", ["six"])


def test_micromamba_takes_no_channel_unasked() -> None:
    assert of("micromamba", "defaults").dry_run("install", ["six"])[-4:] == (
        *("--override-channels", "-c", "defaults"),
        "six",
    )


def test_channels_keep_their_order() -> None:
    argv = of("conda", "pytorch", "conda-forge").dry_run("create", ["python=3.13"])
    assert argv[1:] == (
        *("create", "--dry-run", "--json", "-p", PREFIX),
        *("--override-channels", "-c", "pytorch", "-c", "conda-forge"),
        "python=3.13",
    )


@pytest.mark.parametrize("tool", ["conda", "rattler"])
def test_removal_looks_at_the_terms_of_its_channels_only(tool: CondaTool) -> None:
    argv = of(tool, "conda-forge").dry_run("remove", ["six"])
    assert argv[-4:] == ("--override-channels", "-c", "conda-forge", "six")


@pytest.mark.parametrize("tool", ["mamba", "micromamba"])
def test_removal_by_a_tool_that_knows_no_channels_there(tool: CondaTool) -> None:
    argv = of(tool, "conda-forge").change("remove", ["six"])
    assert argv[1:] == ("remove", "--json", "-y", "-p", PREFIX, "six")


def test_update_of_names() -> None:
    assert of().dry_run("update", ["six", "numpy"])[1] == "update"


def test_update_to_a_version_is_an_install() -> None:
    assert of().change("update", ["six=1.17", "numpy"])[1] == "install"


def test_anew_touches_nothing_else() -> None:
    argv = of().change("install", ["six=1.16.0=py_0"], alone=True)
    assert argv[1:] == (
        *("install", "--json", "-y", "-p", PREFIX, "--force-reinstall", "--no-deps"),
        "six=1.16.0=py_0",
    )


@pytest.mark.parametrize("tool", ["conda", "mamba", "micromamba"])
def test_removal_alone_leaves_what_needs_it(tool: CondaTool) -> None:
    argv = of(tool).change("remove", ["mkl"], alone=True)
    assert argv[1:] == ("remove", "--json", "-y", "-p", PREFIX, "--force", "mkl")


@pytest.mark.parametrize("verb", ["install", "remove", "update", "create"])
@pytest.mark.parametrize("hostile", ["--channel=x", "-n base", "x::six", "./six.conda", "a b"])
def test_nothing_but_a_spec_gets_through(verb: CondaVerb, hostile: str) -> None:
    for spell in (of().dry_run, of().change):
        with pytest.raises(Problem):
            spell(verb, ["six", hostile])


@pytest.mark.parametrize("hostile", ["--solver=x", "https://me:pw@example.com/x", "a b"])
def test_nothing_but_a_channel_gets_through(hostile: str) -> None:
    with pytest.raises(Problem):
        of("conda", hostile).dry_run("install", ["six"])


@pytest.mark.parametrize("tool", ["conda", "mamba", "micromamba", "rattler"])
def test_environment_is_named_by_its_place_and_yes_said_for_changes_only(tool: CondaTool) -> None:
    conda = of(tool, "conda-forge")
    assert conda.name == tool
    for verb in ("install", "remove", "update", "create"):
        dry, change = conda.dry_run(verb, ["six"]), conda.change(verb, ["six"])
        assert dry[dry.index("-p") + 1] == change[change.index("-p") + 1] == PREFIX
        assert not {"-n", "--name", "--"} & {*dry, *change}
        assert ("-y" in dry, "-y" in change) == (False, True)
        assert ("--dry-run" in dry, "--dry-run" in change) == (True, False)
        assert "--json" in dry
        assert "--json" in change
