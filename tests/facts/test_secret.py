"""What is taken for a secret in settings and variables."""

from __future__ import annotations

import json
import time
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, given, strategies as st

from jupyterlab_envcheck.facts.secret import SWITCHES, secret_values, secrets_in

SETTINGS = {
    "pip.conf": "[global]\nindex-url = https://ada:{}@index.example/simple\n",
    "pip.conf, token alone": "[global]\nextra-index-url =\n    https://{}@index.example/simple\n",
    "uv.toml": '[[index]]\nurl = "https://x:{}@index.example/simple"\n',
    "uv's credentials": '[[credential]]\nusername = "x"\npassword = "{}"\n',
    "condarc": "channels:\n  - https://conda.example/t/{}/main\n",
    "condarc, last": "channel_alias: https://conda.example/t/{}\n",
    "condarc, proxy": "proxy_servers:\n  https: http://ada:{}@proxy.example:3128\n",
    "netrc": "machine index.example\n  login ada\n  password {}\n",
    "netrc, quoted": 'machine index.example login ada password "{}"\n',
    "npmrc": "//registry.example/:_authToken={}\n",
    "pypirc": "[pypi]\nusername = __token__\npassword = {}\n",
    "jpserver.json": '{{"port": 8888, "token": "{}"}}',
    "config.py": "c.IdentityProvider.token = '{}'\n",
    "query": "index-url = https://index.example/simple?token={}\n",
}
VARIABLES = (
    *("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "MYSQL_PWD", "GH_PAT", "OPENAI_API_KEY"),
    *("JUPYTERHUB_API_TOKEN", "DbPassword", "UV_INDEX_CORP_PASSWORD", "SESSION_COOKIE", "APIKEY"),
    *("DBPASSWORD", "SMTPPASSWORD", "MYSECRET", "AWS_SECRETKEY", "_AUTHTOKEN", "CONDA_TOKEN"),
)


@pytest.mark.parametrize("place", SETTINGS)
@given(secret=st.from_regex(r"[A-Za-z0-9_.!*+-]{6,40}", fullmatch=True))
def test_secret_in_settings_is_found(place: str, secret: str) -> None:
    assert secret in secrets_in(SETTINGS[place].format(secret))


@given(secret=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=6))
def test_password_of_a_url_is_found_as_it_is_and_as_it_is_written(secret: str) -> None:
    written = quote(secret, safe="")
    found = secrets_in(f"index-url = https://ada:{written}@index.example/simple")
    assert {secret, written} <= found


@pytest.mark.parametrize("name", VARIABLES)
def test_secret_in_a_variable_is_found(name: str) -> None:
    assert secret_values({name: "hunter2000"}) == {"hunter2000"}


def test_secret_in_a_url_in_a_variable_is_found() -> None:
    assert "hunter2000" in secret_values({"DATABASE_URL": "postgres://ada:hunter2000@db/x"})


def test_value_that_looks_like_chance_is_found_whatever_its_name() -> None:
    assert secret_values({"X": "0a1b2c3d4e5f60718293"}) == {"0a1b2c3d4e5f60718293"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PWD", "/home/ada/climate"),
        ("KEYBOARD", "qwertz-de"),
        ("COMPASS", "northeast"),
        ("MONKEY", "capuchin"),
        ("CONDA_DEFAULT_ENV", "climate"),
        ("OMP_NUM_THREADS", "4"),
        ("SSH_AUTH_SOCK", "/run/user/1000/ssh"),
        ("USE_AUTH", "disabled"),
        ("KEY_FILE", "/nowhere/key.pem"),
        ("AUTH_TOKEN_PATH", "~/token"),
        ("XDG_SESSION_DESKTOP", "ubuntu"),
        ("DESKTOP_SESSION", "gnome-on-xorg-session-no-1"),
        ("CONDA_DEFAULT_ENV", "climate-2026-with-gpu"),
        ("TOKENIZERS_PARALLELISM", "never-at-all"),
    ],
)
def test_value_that_reports_speak_of_is_none(name: str, value: str) -> None:
    assert secret_values({name: value}) == frozenset()


def test_value_that_begins_like_a_path_is_found_unless_it_is_one() -> None:
    key = "/Wt9uXAbC+d"
    assert key in secret_values({"AWS_SECRET_ACCESS_KEY": key})
    assert secret_values({"AWS_SECRET_ACCESS_KEY": key}, lambda path: path == key) == frozenset()


def test_user_of_a_url_is_none_where_there_is_a_password() -> None:
    found = secrets_in("index-url = https://jupyter:hunter2000@x/y https://lovelace:hunter3000@x/y")
    assert {"hunter2000", "hunter3000"} <= found
    assert not {"jupyter", "lovelace"} & found
    assert "ghp_0123456789" in secrets_in("https://ghp_0123456789:x-oauth-basic@host.example")


def test_lines_of_a_secret_are_found_one_by_one() -> None:
    key = "-----BEGIN KEY-----\nMIIabcdefgh\nijklmnop"
    assert {"MIIabcdefgh", "ijklmnop"} <= secret_values({"SSH_KEY": key})
    assert {"MIIabcdefgh", "ijklmnop"} <= secrets_in(json.dumps({"private_key": key}))


@given(secret=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=6))
def test_secret_is_found_in_every_spelling(secret: str) -> None:
    assume(secret.lower() not in SWITCHES)
    spelt = {secret, quote(secret, safe=""), unquote(secret)}
    assert {one for one in spelt if len(one) >= 6} <= secret_values({"HF_TOKEN": secret})
    assert secret in secrets_in(json.dumps({"token": secret}))


@pytest.mark.parametrize(
    "piece", ["a.", "token", '"token":"x",', "token='", "?token", "://", "/t/", "login "]
)
def test_garbage_is_looked_through_in_no_time(piece: str) -> None:
    begun = time.monotonic()
    secrets_in(piece * (100_000 // len(piece)))
    assert time.monotonic() - begun < 3


def test_addresses_and_settings_without_credentials_hold_none() -> None:
    text = "[global]\nindex-url = https://index.example/simple\ntimeout = 60\nchannels: [main]\n"
    assert secrets_in(text) == frozenset()


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all(len(secret) >= 6 for secret in secrets_in(text))
