"""Requirements: what gets through is what is meant, and nothing hostile gets through."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, strategies as st
from packaging.requirements import Requirement

from jupyterlab_envcheck.installers import name_of, parse_names, parse_spec, parse_wish
from jupyterlab_envcheck.problems import Problem


@pytest.mark.parametrize(
    ("text", "rebuilt"),
    [
        ("numpy", "numpy"),
        ("  Scikit_Learn  ", "scikit-learn"),
        ("numpy >= 2, < 3", "numpy<3,>=2"),
        ("a(>=1)", "a>=1"),
        ("pandas[Excel, aws]~=2.2", "pandas[aws,excel]~=2.2"),
        ("torch==2.1.0+cu121", "torch==2.1.0+cu121"),
        ("x==1.*", "x==1.*"),
        ("x!=1,>0.5a1", "x!=1,>0.5a1"),
        ("x==1!2.0", "x==1!2.0"),
    ],
)
def test_parse_spec_rebuilds(text: str, rebuilt: str) -> None:
    assert parse_spec(text) == rebuilt
    assert parse_spec(rebuilt) == rebuilt


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "--index-url=x",
        "-r x",
        "-e .",
        "a; rm -rf ~",
        "a && b",
        "a b",
        "$(a)",
        "`a`",
        "git+https://example.org/x",
        "https://example.org/x.whl",
        "./x",
        "../x",
        "/etc/passwd",
        "x.whl/",
        "C:\\x",
        "x @ file:///etc",
        "numpy @ file:///tmp/numpy-9.whl",
        "x @ ./x",
        "x[y] @ https://example.org/x.whl",
        "file:x",
        "~/x",
        "x~y",
        "-",
        "--",
        "-c/etc/passwd",
        "x --pre",
        "x\r--pre",
        "x\x1b[2J",
        "x\u2028y",
        "x\u00a0y",
        "x\u202ey",
        "\u0131numpy",
        "numpy\uff1e1",
        "x>=1; sys_platform == 'linux'",
        "x>=1 # y",
        "${HOME}",
        "%pip",
        "x|y",
        "x<y",
        "x==1 --hash=sha256:00",
        "x @ git+https://example.org/x",
        "x@ https://ada:secret@example.org/x",
        'x; python_version < "3"',
        'x; extra == "y"',
        "x===1",
        "x==1; os_name",
        "num\u0440y",  # a Cyrillic letter
        "\uff4eumpy",  # a full-width one
        "numpy\u200b",
        "numpy\n--index-url=x",
        "numpy\x00",
        "numpy\t",
        "x" * 201,
        "x" * 10_000,
        "x==" + "1" * 198,
        "x>=",
        "x==1,,<2",
        "==1",
        "[y]",
        "x[y",
        "x[--y]",
        "_x",
        "x_",
        "x==1.*;",
        "# x",
    ],
)
def test_parse_spec_refuses(text: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_spec(text)
    assert caught.value.reason == "bad-spec"
    assert len(caught.value.message) < 300
    assert "secret" not in caught.value.message
    assert caught.value.message.isprintable()


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(
            alphabet=string.ascii_letters + string.digits + "._-[],<>=!~*+ @;/:'\"$`|&()#%\\\n"
        ),
        st.from_regex(r"[A-Za-z][\w.-]{0,8}(\[\w\])?([<>=~!]=?[\w.*+!]{1,8},?){0,3}"),
    )
)
def test_parse_spec_lets_nothing_else_through(text: str) -> None:
    try:
        rebuilt = parse_spec(text)
    except Problem:
        return
    assert parse_spec(rebuilt) == rebuilt
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*(\[[a-z0-9,-]+\])?[\w.,<>=!~*+-]*", rebuilt)
    requirement = Requirement(rebuilt)
    assert requirement.url is None
    assert requirement.marker is None
    assert name_of(rebuilt) == requirement.name


def test_parse_wish_each_once() -> None:
    assert parse_wish("install", ["NumPy", "numpy", "scipy>=1"]) == ("numpy", "scipy>=1")


@pytest.mark.parametrize("specs", [[], ["x"] * 201, ["x", "-r y"]])
def test_parse_wish_refuses(specs: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        parse_wish("install", specs)
    assert caught.value.reason == "bad-spec"


def test_parse_wish_removal_takes_names() -> None:
    assert parse_wish("remove", ["NumPy"]) == ("numpy",)
    with pytest.raises(Problem):
        parse_wish("remove", ["numpy>=2"])


def test_parse_names() -> None:
    assert parse_names(["Scikit_Learn", "scikit-learn", "a"]) == ("scikit-learn", "a")
    assert parse_names([]) == ()


@pytest.mark.parametrize(
    "name", ["a>=1", "a[b]", ":all:", "a,b", "a b", "-e", "a@b", "", "a\n", "x" * 10_000]
)
def test_parse_names_refuses(name: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_names([name])
    assert caught.value.reason == "bad-spec"
    assert caught.value.message.isprintable()


def test_parse_names_refuses_too_many() -> None:
    with pytest.raises(Problem):
        parse_names([f"x{n}" for n in range(201)])


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z][\w.,:-]{0,8}", fullmatch=True))
def test_parse_names_lets_names_alone_through(text: str) -> None:
    """They stand in `--no-binary=NAME`, where `:all:` and a comma would mean more."""
    try:
        [name] = parse_names([text])
    except Problem:
        return
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
