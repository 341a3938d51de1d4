"""Replies of processes that we do not trust."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import parse
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import script

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
json_values = st.recursive(
    scalars, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3)
)
KEYS = [
    *("executable", "prefix", "base_prefix", "version", "implementation", "path", "stdlib"),
    *(
        "site_packages",
        "user_site",
        "markers",
        "stdlib_names",
        "found",
        "numpy",
        "pools",
        "modules",
    ),
]
replies = st.fixed_dictionaries(
    {},
    optional={
        "facts": st.dictionaries(st.sampled_from(KEYS), json_values) | json_values,
        "unknown": st.dictionaries(st.text(max_size=8), json_values) | json_values,
    },
)


@given(replies | json_values)
def test_parse_any_reply(reply: object) -> None:
    interpreter = parse.interpreter(reply, "by a test")
    assert interpreter is None or interpreter.executable
    for libraries in (parse.libraries(reply), parse.blas(reply)):
        assert libraries is None or all(one.library for one in libraries)
    modules = parse.modules(reply)
    assert modules is None or all(isinstance(one.name, str) for one in modules)
    assert all(isinstance(found, bool) for found in parse.found_names(reply).values())
    assert all(isinstance(why, str) for why in parse.unknown(reply).values())
    parse.numpy_failure(reply)
    parse.has_numpy(reply)
    parse.stdlib_names(reply)
    parse.path(reply)
    parse.places(reply)
    parse.executable(reply)


def reply(**facts: Any) -> dict[str, Any]:
    return {"facts": facts, "unknown": {}}


def test_interpreter_of_this_process() -> None:
    told = script.live()["facts"]
    found = parse.interpreter(reply(**told), "by a test")
    assert found is not None
    assert (found.executable, found.prefix, found.found) == (
        sys.executable,
        sys.prefix,
        "by a test",
    )
    assert found.base_prefix == found.prefix, "what is missing"


@pytest.mark.parametrize("missing", ["executable", "prefix", "version"])
def test_interpreter_that_does_not_name_itself(missing: str) -> None:
    told = {"executable": "/p", "prefix": "/", "version": "3.13.1"}
    del told[missing]
    assert parse.interpreter(reply(**told), "") is None


def test_interpreter_hostile() -> None:
    told = {
        "executable": "/p\x1b[31m",
        "prefix": "/\u202e",
        "version": "3",
        "markers": {"a": "\x07b"},
    }
    found = parse.interpreter(reply(**told), "")
    assert found is not None
    assert (found.executable, found.prefix, found.markers) == ("/p", "/", {"a": "b"})


POOL = {
    "user_api": "blas",
    "internal_api": "openblas",
    "prefix": "libopenblas",
    "filepath": "/x/libopenblas.so",
    "version": "0.3.30",
    "num_threads": 8,
    "threading_layer": "pthreads",
    "architecture": "Haswell",
}
OPENMP = {"user_api": "openmp", "internal_api": "openmp", "prefix": "libgomp", "num_threads": 4}


def test_libraries() -> None:
    blas, openmp = parse.libraries(reply(pools=[POOL, OPENMP])) or ()
    assert (blas.library, blas.version, blas.threads, blas.layer) == (
        "openblas",
        "0.3.30",
        8,
        "pthreads",
    )
    assert (openmp.library, openmp.threads, openmp.path) == ("libgomp", 4, None)
    assert parse.blas(reply(pools=[POOL, OPENMP])) == (blas,)


def test_blas_without_a_pool_is_what_numpy_was_built_with() -> None:
    built = {"state": "imported", "blas": {"name": "accelerate", "version": "unknown"}}
    (blas,) = parse.blas(reply(pools=[OPENMP], numpy=built)) or ()
    assert (blas.library, blas.path, blas.threads) == ("accelerate", None, None)


def test_blas_unknown_is_not_none_found() -> None:
    assert parse.blas(reply(pools=None)) is None
    assert parse.blas(reply(pools=[])) == ()


def test_numpy_states() -> None:
    states = ("absent", "failed", "imported", "nonsense")
    found = [parse.has_numpy(reply(numpy={"state": state})) for state in states]
    assert found == [False, True, True, None]
    long = "x" * 3_000
    assert parse.numpy_failure(reply(numpy={"state": "failed", "error": long})) == long


@given(st.text(max_size=200), st.integers(2, 50))
def test_clean_any_text(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not set(cleaned) & set(map(chr, [*range(9), *range(11, 32), 127]))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("https://me:secret@host/x", "https://****@host/x"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("tab\tline\n", "tab\tline\n"),
        ("x" * 9, "x" * 7 + "…"),
        ("\udcff", "?"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text, 8 if text.startswith("x") else 100) == cleaned


def test_places_are_raw() -> None:
    odd = "/x\u202e\u200b"
    told = {"executable": f"{odd}/python", "prefix": odd, "path": [odd, 3, "", "a\0b"]}
    found = parse.places(reply(**told))
    assert found is not None
    assert (found.executable, found.prefix, found.path) == (f"{odd}/python", odd, (odd,))
    assert found.base_prefix == odd
    assert parse.path(reply(path=[odd])) == (odd,)
    assert parse.path(reply()) is None
    assert parse.places(reply(executable="/p", prefix="/\0")) is None
