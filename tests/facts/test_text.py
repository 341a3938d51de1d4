"""What is shown of foreign text: no secrets, no tricks, and words as they are spelled."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given, strategies as st

from jupyterlab_envcheck.facts.text import clean, clean_end, is_shown_as_it_is

PERSIAN = "/home/p/\u067e\u0631\u0648\u0698\u0647\u200c\u0647\u0627/.venv"
EMOJI = "/home/p/my \U0001f469\u200d\U0001f52c lab/.venv"

#: Nobody's password ends or is torn at white space; controls are taken out anyway.
characters = st.characters(min_codepoint=33, max_codepoint=126)
secrets = st.text(characters, min_size=8, max_size=30)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("https://user:p@ss@host/x", "https://****@host/x"),
        ("https://user:pa/ss@host/x", "https://****@host/x"),
        ("https://user:p?s#s@host", "https://****@host"),
        ("https://a/b,https://user:pass@host", "https://a/b,https://****@host"),
        ("git+ssh://git@github.com/a/b@v1", "git+ssh://****@github.com/a/b@v1"),
        ("git+https://github.com/a/b.git@v1", "git+https://github.com/a/b.git@v1"),
        ("https://host:8080/a?q=1", "https://host:8080/a?q=1"),
        ("https://host/x?a=1&token=abc#d&b=2", "https://host/x?a=1&token=****&b=2"),
        ("https://host/?access_token=abc", "https://host/?access_token=****"),
        ("GET /simple/?API_KEY=abc HTTP/1.1", "GET /simple/?API_KEY=**** HTTP/1.1"),
        ("https://host/?password=abc&X-Amz-Signature=d", "https://host/?password=****&X-Amz-Signature=****"),
        ("numpy>=2; token == '1'", "numpy>=2; token == '1'"),
        ("mail me@host about https://host", "mail me@host about https://host"),
        (PERSIAN, PERSIAN),
        (EMOJI, EMOJI),
        ("a\u202eb\u2066c\u200ed\u061ce\u200bf", "abcdef"),
    ],
)  # fmt: skip
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_clean_end() -> None:
    assert clean_end("an error", 100) == "an error"
    assert clean_end("Traceback:\n  an error", 12) == "an error"
    url = "https://user:s3cret@host/x is away"
    for limit in range(1, len(url) + 2):  # wherever it is cut
        assert "cret@" not in clean_end(f"see {url}", limit)


@given(
    secret=secrets,
    before=st.sampled_from(["", "x @ ", "https://a/b@c,", "say: "]),
    after=st.sampled_from(["", "/simple", "/a@v1", "?q=1", " and more", ":80/x"]),
)
def test_clean_password_never_survives(secret: str, before: str, after: str) -> None:
    assume(secret not in before + after)
    assert secret not in clean(f"{before}https://user:{secret}@host.example{after}")


@given(secret=st.text(st.characters(categories=["L", "N"]), min_size=8), limit=st.integers(20, 90))
def test_clean_token_never_survives(secret: str, limit: int) -> None:
    assert secret not in clean(f"git+https://{secret}@host.example/a/b@v1")
    url = f"see https://user:{secret}@host.example"
    for padding in range(0, 5 * limit, 7):  # wherever it is cut
        assert secret[:6] not in clean("\x07" * padding + url, limit)


@given(
    secret=st.text(characters.filter(lambda c: c != "&"), min_size=8, max_size=30),
    key=st.sampled_from(["token", "access_token", "api_key", "password", "Private-Token"]),
    before=st.sampled_from(["?", "?a=1&", "#"]),
)
def test_clean_query_never_survives(secret: str, key: str, before: str) -> None:
    assert secret not in clean(f"https://host.example/simple{before}{key}={secret}&b=2")


@pytest.mark.parametrize("piece", ["://", "a:://", "?token", "@a://", "&.-", "x", "://@:"])
def test_clean_garbage_takes_no_time(piece: str) -> None:
    begun = time.monotonic()
    clean(piece * 100_000, 20_000)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/x", True),
        (PERSIAN, True),
        (EMOJI, True),
        ("/x\n", False),
        ("/x\u202e", False),
        ("/\udcff", False),
        ("/" + "x" * 3_000, False),
    ],
)
def test_is_shown_as_it_is(path: str, shown: bool) -> None:  # noqa: FBT001
    assert is_shown_as_it_is(path) is shown


def test_clean_hides_the_token_of_a_channel() -> None:
    assert clean("https://conda.example/t/tk-1234/private is down") == (
        "https://conda.example/t/****/private is down"
    )
    assert clean("of 'https://conda.example/t/tk-1234'") == "of 'https://conda.example/t/****'"


def test_clean_says_that_it_cut_what_was_full_of_controls() -> None:
    assert clean("a secret-of-many" + "\x07" * 9_000, 2_000) == "a secret-of-many…"
