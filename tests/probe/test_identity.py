"""What tells whose machine this is."""

from __future__ import annotations

import base64
import json
import platform
from pathlib import Path

import pytest

from jupyterlab_envcheck.probe.identity import identity
from jupyterlab_envcheck.probe.secrets import secrets


def test_identity_is_of_variables_account_and_machine() -> None:
    seen = identity({"HOME": "/home/ada", "JUPYTERHUB_USER": "lovelace", "HOSTNAME": "engine7"})
    assert "/home/ada" in seen.homes
    assert {"ada", "lovelace"} <= set(seen.users)
    assert {"engine7", platform.node()} <= set(seen.hosts)


def test_identity_without_variables() -> None:
    assert "" not in (*identity({}).users, *identity({}).hosts)


def test_identity_is_of_what_the_process_has_now_and_of_its_start() -> None:
    seen = identity({"HOME": "/home/ada", "NEW_TOKEN": "hunter2000"}, {"USER": "grace"})
    assert {"ada", "grace"} <= set(seen.users)
    assert "hunter2000" in seen.secrets


@pytest.mark.parametrize("home", ["/work", "/srv/people/work", "/root/work"])
def test_home_of_a_container_names_nobody(home: str) -> None:
    assert "work" not in identity({"HOME": home}).users


@pytest.mark.parametrize("home", ["/homes/carol", "/export/home/physics/carol", "/Users/carol/"])
def test_home_among_others_names_its_owner(home: str) -> None:
    assert "carol" in identity({"HOME": home}).users


ACCOUNT = json.dumps({"domain": "x.example", "api_key": "plant3d-zq"}).encode()
KEYRING = json.dumps({"Anaconda Cloud": {"x.example": base64.b64encode(ACCOUNT).decode()}})


@pytest.mark.parametrize(
    ("variable", "path", "text"),
    [
        ("XDG_DATA_HOME", "uv/credentials/credentials.toml", '[[x]]\npassword = "plant3d-zq"\n'),
        ("APPDATA", "uv/credentials/credentials.toml", '[[x]]\npassword = "plant3d-zq"\n'),
        ("UV_CREDENTIALS_DIR", "credentials.toml", '[[x]]\npassword = "plant3d-zq"\n'),
        ("HOME", ".anaconda/keyring", KEYRING),
        ("HOME", ".continuum/anaconda-client/tokens/x.token", "plant3d-zq\n"),
        ("HOME", ".local/share/binstar/x.token", "plant3d-zq"),
        ("HOME", ".netrc", 'machine x\n  login ada\n  password "plant3d-zq"\n'),
    ],
)
def test_secret_is_found_where_programs_keep_it(
    tmp_path: Path, variable: str, path: str, text: str
) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    assert "plant3d-zq" in secrets([{variable: str(tmp_path)}])


@pytest.mark.parametrize("name", [".condarc", "condarc.d/x.yml", "pip.conf", "pip.ini"])
def test_secret_in_the_settings_of_an_environment_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("index-url = https://x:plant3d-zq@x.example/simple\n")
    assert "plant3d-zq" in secrets([], [str(tmp_path)])


def test_variable_that_names_a_file_which_is_there_is_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch()
    assert str(file) not in secrets([{"MY_KEY": str(file)}])
    assert f"{file}-not" in secrets([{"MY_KEY": f"{file}-not"}])
