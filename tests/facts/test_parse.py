"""Replies of processes that we do not trust."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import Library, parse
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import script

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
json_values = st.recursive(
    scalars, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3)
)
KEYS = [
    *("executable", "prefix", "base_prefix", "version", "implementation", "path", "stdlib"),
    *("site_packages", "user_site", "markers", "stdlib_names", "found", "numpy", "scipy"),
    *("pools", "all_pools", "mapped", "modules", "thread"),
]
POOL_KEYS = [
    *("user_api", "internal_api", "prefix", "filepath", "num_threads", "version"),
    *("threading_layer", "architecture", "current_backend", "available_backends"),
]
#: Values of about the right form, so that more than the first test of a type is reached.
near = (
    st.lists(st.dictionaries(st.sampled_from(POOL_KEYS), json_values), max_size=3)
    | st.dictionaries(st.sampled_from(["state", "error", "blas", "name", "version"]), json_values)
    | st.dictionaries(st.text(max_size=8), st.lists(json_values, max_size=3), max_size=3)
    | json_values
)
replies = st.fixed_dictionaries(
    {},
    optional={
        "facts": st.dictionaries(st.sampled_from(KEYS), near) | json_values,
        "unknown": st.dictionaries(st.text(max_size=8), json_values) | json_values,
        "trying": json_values,
        "tried": json_values,
        "state": json_values,
        "error": json_values,
    },
)


def is_clean(text: object) -> bool:
    return text is None or (isinstance(text, str) and clean(text, 20_000) == text)


def is_library(one: Library) -> bool:
    texts = (one.version, one.path, one.layer, one.architecture, one.backend, *one.backends)
    threads = one.threads is None or type(one.threads) is int
    return bool(one.library) and all(map(is_clean, (one.library, *texts))) and threads


@given(replies | json_values)
def test_parse_any_reply(reply: object) -> None:
    interpreter = parse.interpreter(reply, "by a test")
    if interpreter is not None:
        assert interpreter.executable
        shown = (interpreter.version, interpreter.user_site, *interpreter.path)
        assert all(map(is_clean, (*shown, *interpreter.markers.values())))
    for libraries in (parse.libraries, parse.blas_pools, parse.live_pools):
        found = libraries(reply)
        assert found is None or all(map(is_library, found))
    built = parse.built_with(reply)
    assert built is None or is_library(built)
    for module in parse.modules(reply) or ():
        assert all(map(is_clean, (module.name, module.version, module.file)))
        assert (module.distribution, module.installed) == (None, None)
    assert all(isinstance(found, bool) for found in parse.found_names(reply).values())
    assert all(is_clean(why) for why in parse.unknown(reply).values())
    for path in (*parse.mapped(reply), *(parse.path(reply) or ())):
        assert path
        assert "\0" not in path
    for name in ("numpy", "scipy", "path"):
        tried, why = parse.tried(reply, name)
        assert isinstance(tried, bool)
        assert is_clean(why)
    assert is_clean(parse.live_thread(reply))
    assert is_clean(parse.numpy_failure(reply))
    assert parse.has_numpy(reply) in (True, False, None)
    names = parse.stdlib_names(reply)
    assert names is None or all(isinstance(name, str) for name in names)
    places = parse.places(reply)
    assert places is None or places.executable
    assert parse.executable(reply) is None or parse.executable(reply)
    assert parse.trying(reply) is None or isinstance(parse.trying(reply), str)
    attempt = parse.attempt(reply)
    if attempt is not None:
        assert is_clean(attempt.error)
        assert isinstance(attempt.name, str)
        assert isinstance(attempt.state, str)


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
    assert parse.blas_pools(reply(pools=[POOL, OPENMP])) == (blas,)


def test_libraries_after_scipy_else_of_numpy_alone() -> None:
    after = reply(pools=[POOL], all_pools=[POOL, OPENMP])
    assert len(parse.libraries(after) or ()) == 2
    assert len(parse.blas_pools(after) or ()) == 1
    assert len(parse.libraries(reply(pools=[POOL], all_pools=None)) or ()) == 1
    assert parse.libraries(reply(pools=None, all_pools=None)) is None


def test_libraries_of_flexiblas() -> None:
    flexiblas = {
        "internal_api": "flexiblas",
        "current_backend": "NETLIB",
        "available_backends": ["NETLIB", "BLIS\x1b[31m", 3],
    }
    (blas,) = parse.libraries(reply(pools=[flexiblas])) or ()
    assert (blas.backend, blas.backends) == ("NETLIB", ("NETLIB", "BLIS"))


def test_blas_without_a_pool_is_what_numpy_was_built_with() -> None:
    built = {"state": "imported", "blas": {"name": "accelerate", "version": "unknown"}}
    told = reply(pools=[OPENMP], numpy=built)
    assert parse.blas_pools(told) == ()
    blas = parse.built_with(told)
    assert blas is not None
    assert (blas.library, blas.path, blas.threads) == ("accelerate", None, None)
    assert parse.built_with(reply(numpy={"blas": None})) is None


def test_blas_unknown_is_not_none_found() -> None:
    assert parse.blas_pools(reply(pools=None)) is None
    assert parse.blas_pools(reply(pools=[])) == ()


def test_mapped_is_raw() -> None:
    odd = "/x\u202e/libblas.so.3"
    assert parse.mapped(reply(mapped=[odd, 3, "", "a\0b"])) == (odd,)
    assert parse.mapped(reply(mapped=None)) == ()


def test_live_reply() -> None:
    pools = [{**POOL, "num_threads": None}]
    told = reply(pools=pools, thread="MainThread\x07", modules={"numpy": ["2.0", "/x/numpy.py"]})
    (blas,) = parse.live_pools(told) or ()
    assert (blas.library, blas.threads) == ("openblas", None)
    assert parse.live_thread(told) == "MainThread"
    (module,) = parse.modules(told) or ()
    assert (module.name, module.version, module.file) == ("numpy", "2.0", "/x/numpy.py")
    assert parse.live_pools(reply(pools=None)) is None


def test_tried() -> None:
    told = reply(numpy={"state": "imported"}, scipy={"state": "failed", "error": "no"})
    assert parse.tried(told, "numpy") == (True, None)
    assert parse.tried(told, "scipy") == (True, "no")
    assert parse.tried(reply(scipy={"state": "absent"}), "scipy") == (False, None)
    why = "while importing numpy, it died"
    died = {"facts": {"numpy": None}, "unknown": dict.fromkeys(("numpy", "pools", "scipy"), why)}
    assert parse.tried(died, "numpy") == (True, "while importing numpy, it died")
    assert parse.tried(died, "scipy") == (False, "while importing numpy, it died")
    late = {
        "facts": {"numpy": {"state": "imported"}},
        "unknown": {"scipy": "while importing scipy"},
    }
    assert parse.tried(late, "scipy") == (True, "while importing scipy")
    assert parse.tried(None, "numpy") == (False, None)


def test_attempt() -> None:
    assert parse.trying({"trying": "pandas"}) == "pandas"
    told = {"tried": "pandas", "state": "failed", "error": "ImportError: \x1b[31mno"}
    assert parse.attempt(told) == parse.Attempt(
        name="pandas", state="failed", error="ImportError: no"
    )
    assert parse.attempt({"tried": "pandas"}) is None


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
