"""What goes to strangers tells nothing of whose it is."""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import assume, given, strategies as st

from golden_scenes import SCENES
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.facts.redaction import Identity, Redaction
from jupyterlab_envcheck.facts.secret import SWITCHES, secret_values
from jupyterlab_envcheck.facts.text import clean, clean_end
from jupyterlab_envcheck.render.json import dumps

ADA = Redaction(
    Identity(
        homes=("/home/ada", "/mnt/data/people/ada", r"C:\Users\Ada Lovelace"),
        users=("ada",),
        hosts=("engine7.example.org",),
    )
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ada/climate/bin/python", "~/climate/bin/python"),
        ("/mnt/data/people/ada", "~"),
        ("/home/adam/climate", "/home/USER/climate"),
        ("/Users/grace/proj and /home/alan/x", "/Users/USER/proj and /home/USER/x"),
        (r"C:\Users\Ada Lovelace\proj", r"~\proj"),
        ("C:\\\\Users\\\\Ada Lovelace\\\\proj", "~\\\\proj"),
        ("C:/Users/grace/proj", "C:/Users/USER/proj"),
        ("/scratch/ada/proj", "/scratch/USER/proj"),
        ("belongs to the user Ada", "belongs to the user USER"),
        ("adagrad, canada and ada_x", "adagrad, canada and ada_x"),
        ("on engine7.example.org and engine7", "on HOST and HOST"),
        ("https://ada:hunter2@index.example/simple", "https://****@index.example/simple"),
        ("https://conda.example/t/to-ke-n/main", "https://conda.example/t/****/main"),
        ("PIP_TOKEN=abc x", "PIP_TOKEN=**** x"),
        ('{"api_key": "abc def", "n": 1}', '{"api_key": ****, "n": 1}'),
        ("--password hunter2 numpy", "--password **** numpy"),
        ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer ****"),
        ("DBPASSWORD=hunter2 x", "DBPASSWORD=**** x"),
        ("AWS_SECRETKEY: hunter2", "AWS_SECRETKEY: ****"),
        (r'password="a\"b c" x', "password=**** x"),
        ("name: token=abc", "name: token=****"),
        (
            "google-auth==2.40.3 google-auth=2.40.3=py_0",
            "google-auth==2.40.3 google-auth=2.40.3=py_0",
        ),
        ("KeyError: 'numpy'", "KeyError: 'numpy'"),
        (r"C:\Users\Jane Doe\proj", r"C:\Users\USER\proj"),
        (r"in C:\Users\jane and more", r"in C:\Users\USER and more"),
        ("/homes/carol/x of /home2/carol", "/homes/USER/x of /home2/USER"),
        (r"\\srv\home$\carol\x", r"\\srv\home$\USER\x"),
        (r"`/home/a\_b/x`", "`/home/USER/x`"),
        ("key ghp_0123456789abcdefghij0123", "key ****"),
        ("pypi-AgEIcHlwaS5vcmcCJGM", "****"),
        ("an-0a1b2c3d-0000-4000-8000-0123456789ab", "****"),
        ("write to ada@engine7.example.org", "write to ****@HOST"),
        ("git+https://host.example/repository@v1.2", "git+https://host.example/repository@v1.2"),
        ("numpy==2.4.6 of conda-forge", "numpy==2.4.6 of conda-forge"),
    ],
)
def test_redacted_text(text: str, shown: str) -> None:
    assert ADA.text(text) == shown


def test_name_of_an_account_that_is_nobodys_stays() -> None:
    users = ("root", "jovyan", "python3")
    redaction = Redaction(Identity(homes=("/root",), users=users, hosts=("localhost",)))
    text = "/root/x of jovyan on localhost in python3"
    assert redaction.text(text) == "~/x of jovyan on localhost in python3"


def test_name_that_is_long_enough_is_found_beside_digits_and_underscores() -> None:
    redaction = Redaction(Identity(users=("alice", "max")))
    assert redaction.text("alice_project, alice2") == "USER_project, USER2"
    assert redaction.text("malice, max_threads") == "malice, max_threads"


def test_value_of_an_option_that_is_a_word_of_its_own_is_hidden() -> None:
    argv = ("pip", "--password", "hunter2abc", "--no-deps", "numpy")
    assert ADA.of(argv) == ("pip", "--password", "****", "--no-deps", "numpy")


def test_value_under_the_name_of_a_secret_is_hidden() -> None:
    told = {"MY_TOKEN": "hunter2abc", "google-auth": "2.40.3", "tokenizers": "0.22.1+cpu"}
    assert ADA.of(told) == {**told, "MY_TOKEN": "****"}


@given(
    secret=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=12),
    limit=st.integers(20, 60),
    before=st.integers(0, 80),
)
def test_half_of_a_secret_that_was_cut_is_hidden(secret: str, limit: int, before: int) -> None:
    redaction = Redaction(Identity(secrets=secret_values({"HF_TOKEN": secret})))
    text = "-" * before + f" {secret} " + "." * 80
    for shown in (redaction.text(clean(text, limit)), redaction.text(clean_end(text, limit))):
        assert secret[:6] not in shown.replace("*", "") or secret[:6] in "-" * 6 + "." * 6
        assert secret[-6:] not in shown.replace("*", "") or secret[-6:] in "-" * 6 + "." * 6


def test_half_of_a_secret_of_many_words_that_was_cut_is_hidden() -> None:
    redaction = Redaction(Identity(secrets=frozenset({"correct horse battery staple"})))
    assert redaction.text("horse battery staple is wrong") == "**** is wrong"
    assert redaction.text("a correct horse ba… is wrong") == "a ****… is wrong"


#: How what is known to be secret can be written by installers, shells and pages.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a URL": lambda secret: quote(secret, safe=""),
    "in a URL's path": quote,
    "in JSON": lambda secret: json.dumps(secret, ensure_ascii=False),
    "by a shell": shlex.quote,
    "by Python": repr,
    "in Markdown": lambda secret: re.sub(r"[\\\\`*_\[\]<>|&#~$]", r"\\\g<0>", secret),
    "in colour": lambda secret: f"\x1b[31m{secret}\x1b[0m",
}
#: How one that nobody knew of can be told all the same.
TOLD = (
    *("DBPASSWORD={}", "export HfToken='{}'", '"apiKey": "{}"', "client_secret: {}", "SSH_KEY={}"),
    *("--password {}", "--auth-token={}", "Authorization: Bearer {}", "https://x.example/?key={}"),
    *(
        "https://ada:{}@x.example/simple",
        "https://{}@x.example/simple",
        "https://x.example/t/{}/main",
    ),
    *("https://x.example/simple?a=1&_authToken={}", "https://x.example/t/{}"),
)
PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=8)


@given(
    secret=PRINTED,
    around=st.sampled_from(["{}", "x{}x", "see {}", "a\n    {}\nb", "https://x.example/{}"]),
    spelling=st.sampled_from(sorted(SPELLINGS)),
    name=st.sampled_from(["HF_TOKEN", "DBPASSWORD", "SSH_KEY", "mySecret"]),
)
def test_secret_that_is_known_never_appears(
    secret: str, around: str, spelling: str, name: str
) -> None:
    assume("*" not in secret and secret.lower() not in {*SWITCHES, around})
    redaction = Redaction(Identity(secrets=secret_values({name: secret})))
    written = SPELLINGS[spelling](secret)
    shown = redaction.text(around.format(written))
    assert secret not in shown
    assert written not in shown


@given(
    secret=st.from_regex(r"[A-Za-z0-9_+~-][A-Za-z0-9_+=~-]{11,60}", fullmatch=True),
    form=st.sampled_from(TOLD),
)
def test_secret_that_nobody_knew_of_never_appears(secret: str, form: str) -> None:
    assert secret not in Redaction(Identity()).text(f"it says {form.format(secret)} and ends")
    assert secret not in str(Redaction(Identity()).of({"log": (form.format(secret),)}))


@pytest.mark.parametrize(
    "piece",
    [
        "/",
        "\\",
        "a.",
        "token",
        "token=",
        "--key ",
        "eyJ-",
        "eyJaaaaaaaa.",
        "a@",
        "/home/",
        "-----B",
    ],
)
def test_garbage_is_redacted_in_no_time(piece: str) -> None:
    redaction = Redaction(Identity(homes=("/home/ada",), secrets=frozenset({"-----BEGIN KEY"})))
    begun = time.monotonic()
    redaction.text(piece * (100_000 // len(piece)))
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("name", SCENES)
def test_redacted_scene_tells_no_home_and_no_user(name: str) -> None:
    scene = SCENES[name]
    text = dumps(ADA.of(scene)).lower()
    assert "/home/ada" in dumps(scene)
    assert "/home/ada" not in text
    assert " ada" not in text


def test_redacted_report_keeps_its_judgement_and_its_keys() -> None:
    report = SCENES["report-problems"]
    assert isinstance(report, Report)
    shown = ADA.of(replace(report, target=replace(report.target, name="ada on engine7")))
    assert shown.target.name == "USER on HOST"
    assert shown.summary == report.summary
    assert [o.id for o in shown.outcomes if "/" not in o.id] == [
        o.id for o in report.outcomes if "/" not in o.id
    ]


def test_redacted_json_keeps_the_names_of_its_fields_and_hides_paths_that_are_keys() -> None:
    redaction = Redaction(Identity(homes=("/home/ada",), users=("name",)))
    assert redaction.of({"name": "name", "/home/ada/x": 1}) == {"name": "USER", "~/x": 1}


@given(st.text(), st.text())
def test_redacted_text_of_any_kind_never_holds_the_home(before: str, after: str) -> None:
    assert "/home/ada/" not in ADA.text(f"{before}/home/ada/{after}")
