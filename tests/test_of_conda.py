"""What is conda's and what pip's, what must stay, and what is said of it: from facts as literals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_envcheck.facts import Conda, CondaRecord, DirectUrl
from jupyterlab_envcheck.installers import Actions, CondaPackage
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    Removed,
    Updated,
    conda_guards,
    conda_remarks,
    of_conda,
)
from jupyterlab_envcheck.plan.conda_remarks import Ways
from make_requests import package, request


def record(
    name: str, version: str = "1.0", *distributions: str, depends: tuple[str, ...] = ()
) -> CondaRecord:
    return CondaRecord(
        name=name,
        version=version,
        build="0",
        channel="conda-forge",
        subdir="noarch",
        depends=depends,
        distributions=distributions,
        size=None,
        missing=(),
    )


def owners(*records: CondaRecord) -> of_conda.Owners:
    conda = Conda(
        records=records,
        requested=(),
        variants={},
        pinned=(),
        frozen=False,
        root=None,
        config=None,
        terms=None,
    )
    return of_conda.owners_of(conda, {"torch": "pytorch"})


def linked(name: str, version: str, build: str = "0") -> CondaPackage:
    return CondaPackage(
        name=name, version=version, build=build, channel="conda-forge", subdir="noarch"
    )


PYTORCH = record("pytorch", "2.5", "torch-2.5.dist-info", "functorch-1.0.dist-info")


def moved(name: str, old_channel: str, channel: str) -> Updated:
    return replace(update(name, "1.0", "1.0"), old_channel=old_channel, channel=channel)


def update(name: str, old: str, new: str, by: str = "conda") -> Updated:
    return Updated(name=name, old=old, new=new, size=None, by=by)


def test_whose_a_distribution_is() -> None:
    found = owners(PYTORCH, record("typing_extensions", "4.0", "typing_extensions-4.0.dist-info"))
    assert dict(found.owner) == {
        "torch": "pytorch",
        "functorch": "pytorch",
        "typing-extensions": "typing_extensions",
    }
    by_name = [found.record_of(n) for n in ("torch", "pytorch", "typing-extensions", "alpha")]
    assert [one.name if one else None for one in by_name] == [
        *("pytorch", "pytorch", "typing_extensions", None)
    ]


def test_what_pip_listed_among_condas_records_is_pips() -> None:
    listed = replace(record("alpha", "1.0", "alpha-1.0.dist-info"), channel="pypi")
    assert owners(listed).record_of("alpha") is None


def test_changes_of_an_answer() -> None:
    told = of_conda.changes_of(
        Actions(
            link=(linked("a", "2.0"), linked("b", "1.0"), linked("c", "1.0", "1")),
            unlink=(linked("a", "1.0"), linked("c", "1.0"), linked("d", "1.0")),
        ),
        owners(),
        lambda channel: channel.upper(),
    )
    assert [(c.name, c.channel) for c in told.install] == [("b", "CONDA-FORGE")]
    assert [(c.name, c.old, c.new, c.old_build, c.build) for c in told.update] == [
        ("a", "1.0", "2.0", "0", "0"),
        ("c", "1.0", "1.0", "0", "1"),
    ]
    assert told.remove == (
        Removed(name="d", version="1.0", by="conda", build="0", channel="CONDA-FORGE"),
    )


def test_changes_that_only_move_to_another_channel() -> None:
    """By what conda says goes, and by the record where it does not say."""
    before, after = linked("a", "1.0"), replace(linked("a", "1.0"), channel="defaults")
    there = owners(record("a"))
    for unlink in ((before,), ()):
        told = of_conda.changes_of(Actions(link=(after,), unlink=unlink), there, str)
        (change,) = told.update
        assert (change.old_channel, change.channel, change.moves) == (
            *("conda-forge", "defaults", True),
        )
        (back,) = told.reversed().update
        assert (back.old_channel, back.channel) == ("defaults", "conda-forge")


def test_changes_of_what_came_from_no_channel() -> None:
    """It is no move from one channel to another."""
    unlink = (replace(linked("a", "1.0"), channel="<unknown>"),)
    told = of_conda.changes_of(Actions(link=(linked("a", "2.0"),), unlink=unlink), owners(), str)
    assert [(change.old_channel, change.moves) for change in told.update] == [(None, False)]


def test_what_is_taken_back_knows_build_and_channel() -> None:
    gone = Removed(name="d", version="1.0", by="conda", build="0", channel="defaults")
    (back,) = Changes(remove=(gone,)).reversed().install
    assert (back.build, back.channel) == ("0", "defaults")
    assert Changes(install=(back,)).reversed().remove == (gone,)


def test_changes_by_the_names_that_python_knows() -> None:
    changes = Changes(
        install=(Added(name="alpha", version="1.0", size=None, by="pip"),),
        update=(update("pytorch", "2.4", "2.5"),),
        remove=(
            Removed(name="libblas", version="3.11", by="conda"),
            Removed(name="_openmp_mutex", version="4.5", by="conda"),
        ),
    )
    told = of_conda.in_distributions(changes, owners(PYTORCH))
    assert [c.name for c in told.install] == ["alpha"]
    assert [c.name for c in told.update] == ["torch", "functorch"]
    assert [c.name for c in told.remove] == ["libblas", "_openmp_mutex"]


def test_what_conda_would_write_over() -> None:
    changes = Changes(install=(Added(name="ruamel.yaml", version="0.18", size=None, by="conda"),))
    installed = (package("ruamel-yaml"), package("six"))
    assert of_conda.taken_over(changes, installed, owners()) == ("ruamel-yaml",)
    own = owners(record("ruamel.yaml", "0.17", "ruamel.yaml-0.17.dist-info"))
    assert of_conda.taken_over(changes, installed, own) == ()


def test_what_conda_calls_otherwise_is_written_over_too() -> None:
    changes = Changes(install=(Added(name="pytorch", version="2.5", size=None, by="conda"),))
    assert of_conda.coming(changes, owners()) == {"torch": "2.5"}
    assert of_conda.taken_over(changes, (package("torch"),), owners()) == ("torch",)


def test_what_a_library_is_needed_by() -> None:
    numpy = record("numpy", "2.5", "numpy-2.5.dist-info", depends=("libblas >=3.9", "python"))
    found = owners(numpy, record("libblas", "3.11"))
    changed = Changes(update=(update("libblas", "3.11", "3.11"),))
    assert of_conda.dependents(changed, found) == ("numpy",)
    assert of_conda.dependents(Changes(update=(update("numpy", "2.4", "2.5"),)), found) == ()


@pytest.mark.parametrize(
    ("kind", "change", "refused"),
    [
        ("conda", update("python", "3.13.1", "3.13.2"), False),
        ("conda", update("python", "3.13.1", "3.14.0"), True),
        ("conda", update("tornado", "6.4", "6.5"), True),
        ("conda", update("certifi", "2026.1", "2026.2"), False),
        ("conda", update("conda", "26.7", "26.8"), False),
        ("conda-base", update("conda", "26.7", "26.8"), True),
        ("conda-base", update("requests", "2.31", "2.32"), True),
        ("conda-base", update("six", "1.16", "1.17"), False),
    ],
)
def test_what_must_stay(kind: str, change: Updated, *, refused: bool) -> None:
    packages = (
        package("ipykernel", "6.0", "tornado", "certifi"),
        package("tornado", "6.4"),
        package("certifi", "2026.1"),
        package("conda", "26.7", "requests"),
        package("requests", "2.31", "certifi"),
        package("six", "1.16"),
    )
    asked = request(*packages, environment={"kind": kind, "owner": "conda"})
    refusal = conda_guards.protected(asked, Changes(update=(change,)), owners())
    assert (refusal is not None) is refused
    if refusal is not None:
        assert f"{change.name} (from {change.old} to {change.new})" in refusal.text


def said(changes: Changes, ways: Ways, *found: CondaRecord) -> tuple[str, ...]:
    built = replace(
        package("torch", "2.4"),
        direct_url=DirectUrl(url="file:///home/conda/feedstock_root", commit=None, local=True),
    )
    return conda_remarks.warnings(
        request(built),
        changes,
        (),
        owners=owners(*found),
        ways=ways,
        channels="conda-forge",
        disk=None,
    )


def test_remarks_on_what_was_not_asked_for() -> None:
    changes = Changes(
        update=(update("pytorch", "2.4", "2.5"), update("six", "1.17", "1.16")),
        remove=(
            Removed(name="asked", version="1.0", by="conda"),
            Removed(name="along", version="1.0", by="conda"),
        ),
    )
    assert said(changes, Ways(conda=("pytorch", "asked")), PYTORCH) == (
        "along would be removed although you did not ask for it.",
        "six goes back to an older version.",
        "six changes although you did not ask for it.",
    )


def test_remarks_on_where_things_come_from() -> None:
    ways = Ways(pip=("a", "b"), missing=("a", "b"), stays=("c",), needed=("d", "e"))
    told = said(Changes(install=(Added(name="a", version="1", size=None, by="pip"),)), ways)
    assert told == (
        (
            "a and b are not in conda's channels (conda-forge) and would come from the Python Package "
            "Index, by pip. conda does not look after what pip brings."
        ),
        "c is of pip's already, and would be changed by pip.",
        "d and e are needed by what comes by pip, and in conda's channels: conda brings them.",
    )


def test_remarks_on_what_changes_its_channel() -> None:
    whole = Ways(conda=("a", "b", "c", "d", "e", "f", "g", "x"))
    few = (moved("x", "conda-forge", "bioconda"), moved("a", "defaults", "defaults"))
    many = tuple(moved(name, "defaults", "conda-forge") for name in "abcdefg")
    assert said(Changes(update=few), whole) == (
        "x changes its channel, from conda-forge to bioconda.",
    )
    assert said(Changes(update=(*few, *many)), whole) == (
        "x changes its channel, from conda-forge to bioconda.",
        "7 packages change their channel, from defaults to conda-forge: a, b, c, d, e and 2 more.",
    )


def test_remarks_on_python_itself() -> None:
    told = said(Changes(update=(update("python", "3.13.1", "3.13.2"),)), Ways(conda=("python",)))
    assert told == ("Python itself changes, from 3.13.1 to 3.13.2.",)
