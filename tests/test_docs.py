"""The documents: what they link to is there, what they tell people to type is understood."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.cli.parser import Parser
from jupyterlab_envcheck.magic.words import (
    COMMANDS,
    cell_parser,
    parse_command,
    parse_report,
    split,
)
from jupyterlab_envcheck.render.guide import guide
from jupyterlab_envcheck.server.requests import (
    parse_crash,
    parse_job,
    parse_plan,
    parse_report as parse_report_request,
    parse_whom,
)
from jupyterlab_envcheck.server.settings import Settings
from reference_pages import BODIES, ROOT, all_routes

PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")],
    key=lambda page: page.relative_to(ROOT).as_posix(),
)
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\ssrc=\"([^\"]+)\"")

#: What stands for what a person fills in, and what a page says in general.
_UNFINISHED = re.compile(r"…|\[|\|")


def fences(text: str, *languages: str) -> Iterator[str]:
    for _, language, body in _FENCE.findall(text):
        if language in languages:
            yield body


def prose(text: str) -> str:
    return _FENCE.sub("", text)


def inline(text: str) -> Iterator[str]:
    for code in _INLINE.findall(prose(text)):
        yield " ".join(code.split())


def typed(text: str, *starts: str) -> list[str]:
    """Return the lines that a person is told to type and that begin so."""
    lines = [
        line.strip().removeprefix("$ ")
        for body in fences(text, "sh", "bash", "console", "python", "ipython")
        for line in body.splitlines()
    ]
    lines += [code for code in inline(text) if not _UNFINISHED.search(code)]
    return [line for line in lines if line.split(" ")[0] in starts or line.startswith(starts)]


def words_of(line: str) -> list[str]:
    """Return the words of a command in a shell's line, up to where it is redirected or piped."""
    words = []
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|>&;")
    lexer.whitespace_split = True
    for word in lexer:
        if word[0] in "|>&;":
            break
        words.append(word)
    return words


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page are called in links, as GitHub calls them."""
    heads = re.findall(r"^#+ (.+)$", prose(page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def described(words: list[str]) -> None:
    """Fail where a command of the command line does not understand these words."""
    parser = Parser()
    if not words or not parser.knows(words[0]):
        words = ["report", *words]
    if words[1:] and words[1:] != ["--help"]:  # else it is only named
        options = parser.parse(words[0], words[1:])
        known(options.command, getattr(options, "id", None), getattr(options, "entry", None))


def known(command: str, check: str | None, entry: str | None) -> None:
    if command == "explain" and check != "ID":
        assert check in {one.id() for one in CHECKS}
    if command == "guide" and entry is not None:
        assert entry in {one.id for one in guide()}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_linked_to_is_there(name: str) -> None:
    page = ROOT / name
    for link in (one or other for one, other in _LINK.findall(prose(page.read_text("utf-8")))):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("name", NAMES)
def test_commands_are_understood(name: str) -> None:
    for line in typed((ROOT / name).read_text("utf-8"), "jupyter envcheck"):
        try:
            described(words_of(line)[2:])
        except SystemExit as stopped:
            pytest.fail(f"`{line}` is not understood ({stopped.code})")


@pytest.mark.parametrize("name", NAMES)
def test_magics_are_understood(name: str) -> None:
    for line in typed((ROOT / name).read_text("utf-8"), "%envcheck", "%%envcheck"):
        magic, *words = split(line)
        if magic.startswith("%%"):
            cell_parser().parse_args(words)
        elif magic == "%envcheck?" or words[-1:] == ["--help"] or words in ([w] for w in COMMANDS):
            pass  # it is only named
        elif words and words[0] in COMMANDS:
            options = parse_command(words)
            known(options.command, getattr(options, "id", None), getattr(options, "entry", None))
        else:
            of_checks = {one.id() for one in CHECKS} | {one.family for one in CHECKS}
            assert {word.partition(":")[0] for word in parse_report(words).only or ()} <= of_checks


def test_there_is_something_to_understand() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert len(typed(text, "jupyter envcheck")) > 40
    assert len(typed(text, "%envcheck", "%%envcheck")) > 12


@pytest.mark.parametrize("name", NAMES)
def test_traits_routes_and_findings_have_their_names_in_the_code(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    traits = set(re.findall(r"\bEnvcheck\.([a-z]\w*)", text))
    assert traits <= set(Settings.class_own_traits(config=True))
    served = {f"{route.verb} {route.path}" for route in all_routes()}
    told = (code.partition("?")[0] for code in inline(text))
    assert {one for one in told if re.match(r"(GET|POST|PUT|PATCH|DELETE) ", one)} <= served
    checks = {one.id() for one in CHECKS}
    ids = {
        found[1]
        for code in inline(text)
        if (found := re.fullmatch(r"([a-z0-9-]+-[a-z0-9-]+):\S+", code))
    }
    assert ids <= checks


@pytest.mark.parametrize("name", NAMES)
def test_targets_of_make_are_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = {line.split()[1] for line in typed(text, "make ") if len(line.split()) > 1}
    assert told <= targets


def test_what_is_on_the_buttons_is_what_the_panel_has() -> None:
    """In bold stands what is to be clicked, or read, in the panel."""
    sources = "\n".join(
        file.read_text("utf-8")
        for file in (ROOT / "labextension/src").rglob("*.ts*")
        if "__tests__" not in file.parts
    )
    schema = (ROOT / "labextension/schema/plugin.json").read_text("utf-8")
    labels = re.findall(r"trans\.__\(\s*'([^']+)'", sources)
    labels += re.findall(r"\"title\": \"([^\"]+)\"", schema)
    patterns = [re.sub(r"%\d", ".+", re.escape(label)) for label in labels]
    for page in (ROOT / "docs").rglob("*.md"):
        if page.name == "how-we-know.md":  # of no panel, but of whom we trust
            continue
        for told in re.findall(r"\*\*([^*]+)\*\*", prose(page.read_text("utf-8"))):
            shown = " ".join(told.split())
            assert any(re.fullmatch(pattern, shown) for pattern in patterns), (page.name, shown)


def test_what_is_said_to_be_sent_is_understood() -> None:
    parsers = {
        "report": parse_report_request,
        "crash": parse_crash,
        "plans": parse_plan,
        "outdated": parse_whom,
        "jobs": parse_job,
    }
    posted = {r.path for r in all_routes() if r.verb == "POST" and not r.path.endswith("undo")}
    assert posted == BODIES.keys() == parsers.keys()
    for path, bodies in BODIES.items():
        for body in bodies:
            parsers[path](json.loads(json.dumps(body)))  # raises Problem
