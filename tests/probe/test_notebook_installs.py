"""Which packages cells install."""

from __future__ import annotations

import os
from dataclasses import astuple

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import InstallLine
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import notebook
from jupyterlab_envcheck.probe.notebook.installers import wish_of
from jupyterlab_envcheck.probe.notebook.shell import commands

pytestmark = pytest.mark.skipif(os.name == "nt", reason="cmd.exe quotes in another way")


def installs(*sources: object) -> tuple[InstallLine, ...]:
    cells = [{"id": f"c{n}", "source": source} for n, source in enumerate(sources)]
    return notebook.read(cells).installs


def only(source: str) -> InstallLine:
    (line,) = installs(source)
    return line


@pytest.mark.parametrize(
    ("source", "tool", "way", "specs", "target"),
    [
        ("%pip install numpy", "pip", "magic", ["numpy"], None),
        ("  %pip install numpy", "pip", "magic", ["numpy"], None),
        ("pip install numpy", "pip", "magic", ["numpy"], None),
        ("%pip uninstall -y numpy", "pip", "magic", ["numpy"], None),
        ("%pip install 'a[x]>=1' \"b\" c==1", "pip", "magic", ["a[x]>=1", "b", "c==1"], None),
        ("%conda install -c conda-forge numpy", "conda", "magic", ["numpy"], None),
        ("%mamba install -y numpy", "mamba", "magic", ["numpy"], None),
        ("%micromamba install numpy", "micromamba", "magic", ["numpy"], None),
        ("%uv pip install numpy", "uv", "magic", ["numpy"], None),
        ("%uv add numpy", "uv", "magic", ["numpy"], None),
        ("!pip install numpy", "pip", "shell", ["numpy"], None),
        ("!!pip install numpy", "pip", "shell", ["numpy"], None),
        ("!pip3 install numpy", "pip", "shell", ["numpy"], None),
        ("%sx pip install numpy", "pip", "shell", ["numpy"], None),
        ("out = !pip install numpy", "pip", "shell", ["numpy"], None),
        ("!yes | pip uninstall numpy", "pip", "shell", ["numpy"], None),
        ("!cd /tmp && pip install numpy", "pip", "shell", ["numpy"], None),
        ("!sudo -H pip install numpy", "pip", "shell", ["numpy"], None),
        ("!pip install a>out.txt 2>&1", "pip", "shell", ["a"], None),
        ("!pip install -q a # b", "pip", "shell", ["a"], None),
        ("!pip3.11 install numpy", "pip", "shell", ["numpy"], "pip3.11"),
        ("!/opt/bin/pip install numpy", "pip", "shell", ["numpy"], "/opt/bin/pip"),
        ("!python -m pip install numpy", "pip", "shell", ["numpy"], "python"),
        ("!py -m pip install numpy", "pip", "shell", ["numpy"], "py"),
        ("!{sys.executable} -m pip install a", "pip", "shell", ["a"], "{sys.executable}"),
        ("!$PY -m pip install a", "pip", "shell", ["a"], "$PY"),
        ("!pip --python /x/python install a", "pip", "shell", ["a"], "/x/python"),
        ("!pip install --target=lib a", "pip", "shell", ["a"], "lib"),
        ("!pip install -tlib a", "pip", "shell", ["a"], "lib"),
        ("!uv pip install -p /x/python a", "uv", "shell", ["a"], "/x/python"),
        ("!uv pip install --system a", "uv", "shell", ["a"], None),
        ("!conda install -n proj a", "conda", "shell", ["a"], "proj"),
        ("!conda install -yn proj a", "conda", "shell", ["a"], "proj"),
        ("!conda install --prefix=/x a", "conda", "shell", ["a"], "/x"),
        ("!conda create -n proj a", "conda", "shell", ["a"], "proj"),
        ("!conda env update -n proj -f environment.yml", "conda", "shell", [], "proj"),
        ("!conda run -n proj pip install a", "pip", "shell", ["a"], "proj"),
        ("!conda run --no-capture-output pip install a", "pip", "shell", ["a"], None),
        ("!source x/bin/activate && pip install a", "pip", "shell", ["a"], "x/bin/activate"),
        ("!conda activate x; pip install a", "pip", "shell", ["a"], "x"),
        ("!source activate x; pip install a", "pip", "shell", ["a"], "x"),
        ("!export PATH=/x/bin:$PATH; pip install a", "pip", "shell", ["a"], "PATH"),
        ("%%bash\npip install a", "pip", "shell", ["a"], None),
        ("%%sh\npip install a", "pip", "shell", ["a"], None),
        ("%%script bash --no-raise-error\npip install a", "pip", "shell", ["a"], None),
        ("%%!\npip install a", "pip", "shell", ["a"], None),
        ("%%time\n%%bash\npip install a", "pip", "shell", ["a"], None),
        ("%%capture\n%pip install a", "pip", "magic", ["a"], None),
        ("if x:\n    !pip install a", "pip", "shell", ["a"], None),
        ("import os\nos.system('pip install a')", "pip", "shell", ["a"], None),
        (
            "from subprocess import run\nrun(['pip', 'install', 'a'])",
            "pip",
            "shell",
            ["a"],
            None,
        ),
        (
            "import subprocess as s, sys\ns.check_call([sys.executable, '-m', 'pip', 'install', a])",
            "pip",
            "shell",
            [],
            "{sys.executable}",
        ),
        ("get_ipython().run_line_magic('pip', 'install a')", "pip", "magic", ["a"], None),
        ("get_ipython().system('pip install a')", "pip", "shell", ["a"], None),
    ],
)
def test_install_line(
    source: str, tool: str, way: str, specs: list[str], target: str | None
) -> None:
    line = only(source)
    assert (line.tool, line.way, list(line.specs), line.target) == (tool, way, specs, target)
    assert line.redirects == ()


@pytest.mark.parametrize(
    "options",
    [
        "-q",
        "-U",
        "-qU",
        "--upgrade",
        "-r req.txt",
        "-rreq.txt",
        "-qr req.txt",
        "--requirement=req.txt",
        "-e .",
        "-c constraints.txt",
        "--index-url https://example.org/simple",
        "--extra-index-url=https://example.org/simple",
        "--no-binary :all:",
        "--group dev",
    ],
)
def test_install_line_options_are_no_specs(options: str) -> None:
    assert only(f"!pip install {options} six").specs == ("six",)
    assert only(f"!pip install six {options}").specs == ("six",)


@pytest.mark.parametrize(
    "source",
    [
        "# !pip install a",
        "x = 1  # %pip install a",
        "x = 'pip install a'",
        "x = '''\n!pip install a\n%pip install b\n'''\n%time 1",
        "'''\n!pip install a\n'''",
        "!pip list",
        "!pip download a",
        "%pip",
        "%pip?",
        "!echo pip install a",
        "!git commit -m pip install a",
        "!apt install python3-pip",
        "!pip install 'a",
        "%conda install 'a",
        "!conda list",
        "%%bash\n# pip install a\necho 'pip install b'\ncat > x <<EOF\npip install c\nEOF",
        "%%html\npip install a",
        "%%script perl\npip install a",
        "%%writefile x.sh\npip install a",
        "import os\nos.system(f'pip install {a}')",
        "import subprocess\nsubprocess.run([pip, 'install', 'a'])",
        "import subprocess\nsubprocess.run(words)",
        "run(['pip', 'install', 'a'])",
    ],
)
def test_install_line_where_there_is_none(source: str) -> None:
    assert installs(source) == ()


@pytest.mark.parametrize(
    ("source", "redirects"),
    [
        ("%pip install six>=1.0", ["=1.0"]),
        ("!pip install six>=1.0", ["=1.0"]),
        ("!pip install six >=1.0", ["=1.0"]),
        ("!pip install six >= 1.0", ["="]),
        ("!pip install numpy<2", ["2"]),
        ("!pip install 'six' numpy>1.26", ["1.26"]),
        ("!pip install numpy>=1.2,<2.0a1", ["=1.2,", "2.0a1"]),
        ("%uv pip install six>=1.0", ["=1.0"]),
        ("%conda install numpy>=2", ["=2"]),
        # IPython takes these quotation marks away before the shell sees them.
        ('%conda install "numpy>=2"', ["=2"]),
        ("%mamba install 'numpy>=2'", ["=2"]),
        ("""%conda install '"numpy>=2"'""", []),
        ("%%bash\npip install six>=1.0", ["=1.0"]),
        ("import os\nos.system('pip install six>=1')", ["=1"]),
        ("import os\nos.system('pip install \"six>=1\"')", []),
        ("import subprocess\nsubprocess.run(['pip', 'install', 'six>=1'])", []),
        ('%pip install "six>=1.0"', []),
        ("%pip install 'six>=1.0' 'numpy<2'", []),
        ("%pip install six\\>=1.0", []),
        ("%pip install six==1.0 a~=1.2 b!=3", []),
        ("%pip install six > log.txt", []),
        ("%pip install six > /dev/null 2>&1", []),
        ("%pip install six 2>1", []),
        ("%pip install six >> 2024.log", []),
        ("%pip install six # >=1.0", []),
        ("!pip install -r <(echo six)", []),
    ],
)
def test_install_line_redirects(source: str, redirects: list[str]) -> None:
    assert list(only(source).redirects) == redirects


def test_install_line_of_windows_where_single_quotes_are_letters() -> None:
    (spoken,) = commands("pip install 'six>=1.0' C:\\x", windows=True)
    assert spoken.redirects == ("=1.0'",)
    (spoken,) = commands('pip install "six>=1.0" C:\\x', windows=True)
    assert spoken.redirects == ()
    assert spoken.words[-1] == "C:\\x"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("x = 1\n\n!pip install a", [3]),
        ("%%time\n!pip install a\nx=1\n%pip install b", [2, 4]),
        ("!pip install \\\n  a \\\n  b\n%pip install c", [1, 4]),
        ("%%bash\n\npip install a\npip install \\\n  b\npip install c", [3, 4, 6]),
        ("\n\npip install a\n", [3]),
        ("!pip install a; pip install b", [1, 1]),
    ],
)
def test_install_line_place(source: str, lines: list[int]) -> None:
    found = installs("import x", source)
    assert [(one.cell, one.line) for one in found] == [("c1", line) for line in lines]


def test_install_line_as_written_without_secrets() -> None:
    line = only("!HUB_TOKEN=hunter2 pip install \\\n  -i https://ada:hunter2@example.org/s six")
    assert line.text == "!HUB_TOKEN=**** pip install -i https://****@example.org/s six".replace(
        "install -i", "install  -i"
    )
    secret = only(
        "import subprocess\nsubprocess.run(['pip', 'install', 'a', t], env={'T': 'hunter2'})"
    )
    assert secret.text == "subprocess.run(['pip', 'install', 'a', …])"


def test_install_line_in_a_cell_that_stays_readable() -> None:
    found = notebook.read([{"id": "c", "source": "pip install numpy>=2"}])
    assert found.unreadable == ()
    assert notebook.read([{"id": "c", "source": "pip install\nx y"}]).unreadable == ("c",)


def test_install_lines_are_bounded() -> None:
    found = installs("%%bash\n" + "pip install a\n" * 3_000)
    assert len(found) == 200
    (long,) = installs("!pip install " + "abc " * 2_000)
    assert len(long.specs) == 200
    assert len(long.text) == 500


_WORDS = [
    "pip",
    "install",
    "conda",
    "uv",
    "-m",
    "-n",
    "run",
    "python",
    ">",
    "<",
    "<<",
    "=1.0",
    "2",
    "|",
    "'",
    '"',
    "\\",
    "\n",
    ";",
    "-",
    "--",
    "a>=1",
    "{",
    "$x",
    "#",
    "env",
    "sudo",
    "X=1",
    "%",
    "!",
]


@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=10), max_size=12), st.booleans())
def test_install_line_of_any_words(words: list[str], windows: bool) -> None:  # noqa: FBT001
    wish_of(words)
    text = " ".join(words)
    list(commands(text, windows=windows))
    sources = [f"!{text}", f"%pip install {text}", f"%conda {text}", f"%%bash\n{text}", text]
    for line in installs(*sources):
        assert line.tool in {"pip", "conda", "mamba", "micromamba", "uv"}
        assert line.way in {"magic", "shell"}
        shown = [*astuple(line)[2:3], *line.specs, *line.redirects, line.target or ""]
        assert all(clean(one) == one for one in shown)
