"""Graphics processors: NVIDIA's by a library of our own in the place of its own, others by trees."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import Gpu, Gpus, NvidiaDriver
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import darwin, gpus
from jupyterlab_envcheck.probe.child import Ended
from jupyterlab_envcheck.probe.gpus import kfd, nvidia, nvidia_files, nvidia_smi, pci

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="trees of Linux's files")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux loads libnvidia-ml.so.1")

L4 = Gpu(
    vendor="nvidia",
    name="NVIDIA L4",
    memory=24_152_899_584,
    memory_used=3_221_225_472,
    capability="8.9",
    uuid="GPU-00000001-0000-0000-0000-000000000000",
    mig=False,
    instances=(),
)
H200 = Gpu(
    vendor="nvidia",
    name="NVIDIA H200",
    memory=150_754_820_096,
    memory_used=0,
    capability="9.0",
    uuid="GPU-00000002-0000-0000-0000-000000000000",
    mig=True,
    instances=(
        "MIG-00000011-0000-0000-0000-000000000000",
        "MIG-00000012-0000-0000-0000-000000000000",
    ),
)

CLOSED = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023"
OPEN = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build  "
    "(builder@host-12.5.1)  Fri Aug 16 21:22:33 UTC 2024"
)
COMPILER = "\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"

Look = Callable[..., tuple[Gpus, dict[str, str], str]]


@pytest.fixture(autouse=True)
def no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Find no `nvidia-smi` of this machine's, and keep nothing from one test to the next."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(nvidia_smi, "_WSL", str(tmp_path / "wsl"))
    gpus.forget()


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a libnvidia-ml.so.1 that is made of our own source."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("stub")
    library = folder / "libnvidia-ml.so.1"
    source = Path(__file__).with_name("nvml_stub.c")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1", source, "-o", library],
        check=True,
    )
    return folder


@pytest.fixture
def look(stub: Path, tmp_path: Path) -> Look:
    """Return what looks at a machine with the stub, and no other sign of a driver."""
    (tmp_path / "sys/bus/pci/devices").mkdir(parents=True)

    def at(mode: str | None = None, timeout: float = 5.0) -> tuple[Gpus, dict[str, str], str]:
        env = {"LD_LIBRARY_PATH": str(stub)} | ({"NVML_STUB": mode} if mode else {})
        value, unknown, source = gpus.look(env, timeout, root=tmp_path)
        assert value is not None
        return value, unknown, source

    return at


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def on_bus(*devices: tuple[str, str]) -> dict[str, str]:
    """Write the files of PCI devices, each (vendor, class)."""
    return {
        f"sys/bus/pci/devices/0000:{number:02}:00.0/{name}": f"{value}\n"
        for number, device in enumerate(devices)
        for name, value in zip(("vendor", "class"), device, strict=True)
    }


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


# --- NVIDIA's library -----------------------------------------------------------------------------


@LINUX
def test_look_two_devices_one_of_them_split(look: Look) -> None:
    value, unknown, source = look()
    assert value.devices == (L4, H200)
    assert value.nvidia == NvidiaDriver(
        version="610.43.02", module=None, cuda="13.2", trouble=None, why=None
    )
    assert unknown == {"nvidia.module": "the system's files do not tell"}
    assert source == "the system's files, NVIDIA's library, asked in a child process"


@LINUX
def test_look_a_library_that_the_loader_does_not_find(stub: Path, tmp_path: Path) -> None:
    folder = tmp_path / "usr" / "lib" / "wsl" / "lib"
    folder.mkdir(parents=True)
    shutil.copy(stub / "libnvidia-ml.so.1", folder)
    value, _, _ = gpus.look({}, root=tmp_path)
    assert value is not None
    assert value.devices == (L4, H200)


@LINUX
@pytest.mark.parametrize(
    ("mode", "trouble", "words"),
    [
        ("4", "no-permission", "may not use the driver's devices: Insufficient Permissions"),
        ("9", "not-loaded", "module is not loaded into the system's kernel: Driver Not Loaded"),
        ("12", "library-not-found", "cannot be loaded: NVML Shared Library Not Found"),
        ("18", "version-mismatch", "are of different versions: RM has detected"),
        ("15", "nvml-15", "reports 15: GPU is lost"),
        ("555", "nvml-555", "reports 555: an error of the stub's"),
        ("777", "nvml-777", "reports 777: error 777"),
        ("aborts", "crashed", "was ended by SIGABRT"),
        ("killed", "crashed", "was ended by SIGKILL"),
        ("exits", "crashed", "ended with status 3"),
    ],
)
def test_look_trouble(mode: str, trouble: str, words: str, look: Look) -> None:
    value, unknown, _ = look(mode)
    assert value.devices == ()
    assert value.nvidia is not None
    assert value.nvidia.trouble == trouble
    assert words in str(value.nvidia.why)
    assert unknown["nvidia.cuda"] == unknown["nvidia.version"] == value.nvidia.why


@LINUX
def test_look_hangs(look: Look, tmp_path: Path) -> None:
    tree(tmp_path, on_bus(("0x10de", "0x030200")))
    program(tmp_path, f"echo > {tmp_path}/asked")
    before = children()
    began = time.monotonic()
    value, unknown, _ = look("hangs", timeout=0.5)
    assert time.monotonic() - began < 4
    assert children() <= before
    assert not (tmp_path / "asked").exists()
    assert value.nvidia is not None
    assert (value.nvidia.trouble, len(value.devices)) == ("timed-out", 1)
    assert "did not answer within 0.5 seconds" in unknown["devices.0.name"]


@LINUX
@pytest.mark.parametrize(
    ("mode", "trouble"), [("hangs-later", "timed-out"), ("aborts-later", "crashed")]
)
def test_look_what_was_told_before_the_end_is_kept(mode: str, trouble: str, look: Look) -> None:
    value, unknown, _ = look(mode, timeout=1.0)
    assert value.devices == (L4,)
    assert value.nvidia is not None
    assert (value.nvidia.cuda, value.nvidia.trouble) == ("13.2", trouble)
    assert unknown["devices"].startswith("1 of 2 are told: ")


@LINUX
def test_look_a_device_that_is_lost(look: Look) -> None:
    value, unknown, _ = look("lost")
    assert value.devices[0] == L4
    assert (value.devices[1].name, value.devices[1].mig) == (None, None)
    assert value.nvidia is not None
    assert value.nvidia.trouble == "nvml-15"
    assert "GPU is lost" in unknown["devices.1.name"]
    assert "devices.0.name" not in unknown


@LINUX
def test_look_what_one_device_cannot_tell(look: Look) -> None:
    value, unknown, _ = look("unsupported")
    assert (value.devices[0].memory, value.devices[0].capability) == (None, None)
    assert value.devices[0].name == "NVIDIA L4"
    assert value.devices[1] == H200
    assert unknown["devices.0.memory"] == "the driver's library says: Not Supported"
    assert value.nvidia is not None
    assert value.nvidia.trouble is None


@LINUX
def test_look_a_driver_without_cuda(look: Look) -> None:
    value, unknown, _ = look("no-cuda")
    assert value.nvidia is not None
    assert (value.nvidia.cuda, value.nvidia.version) == (None, "610.43.02")
    assert "Not Supported" in unknown["nvidia.cuda"]


@LINUX
@pytest.mark.parametrize(("mode", "count"), [("none", 0), ("lies", 256), ("noise", 2)])
def test_look_any_number_of_devices(mode: str, count: int, look: Look) -> None:
    value, _, _ = look(mode)
    assert len(value.devices) == count
    assert value.nvidia is not None
    assert value.nvidia.trouble is None
    assert "noise" not in {device.name for device in value.devices}


@LINUX
def test_look_a_name_of_strange_bytes(look: Look) -> None:
    value, _, _ = look("bytes")
    assert [device.name for device in value.devices] == ["\ufffd\ufffdred 8 GB"] * 2


@LINUX
def test_look_no_library_but_a_module(tmp_path: Path) -> None:
    tree(tmp_path, {"proc/driver/nvidia/version": OPEN + COMPILER})
    value, unknown, _ = gpus.look({}, root=tmp_path)
    assert value is not None
    assert value.nvidia is not None
    if value.nvidia.trouble != "library-not-found":
        pytest.skip("this machine has NVIDIA's own library")
    assert (value.nvidia.version, value.nvidia.module) == ("560.35.03", "560.35.03")
    assert "libnvidia-ml.so.1" in str(value.nvidia.why)
    assert unknown["nvidia.cuda"] == value.nvidia.why


@LINUX
def test_look_versions_that_differ(stub: Path, tmp_path: Path) -> None:
    shutil.copy(stub / "libnvidia-ml.so.1", tmp_path / "libnvidia-ml.so.580.65.06")
    (tmp_path / "libnvidia-ml.so.1").symlink_to("libnvidia-ml.so.580.65.06")
    tree(tmp_path, {"sys/module/nvidia/version": "575.51.03\n"})
    env = {"LD_LIBRARY_PATH": str(tmp_path), "NVML_STUB": "18"}
    value, _, _ = gpus.look(env, root=tmp_path)
    assert value is not None
    assert value.nvidia is not None
    assert (value.nvidia.version, value.nvidia.module) == ("580.65.06", "575.51.03")


# --- without it -----------------------------------------------------------------------------------


def test_look_no_sign_starts_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "Popen", started)
    tree(tmp_path, on_bus(("0x8086", "0x060000"), ("0x10de", "0x020000"), ("0x1a03", "0x030000")))
    if platform.system() == "Linux":
        assert gpus.look({}, root=tmp_path) == (
            Gpus(devices=(), nvidia=None),
            {},
            "the system's files",
        )


@LINUX
@pytest.mark.parametrize(
    "files",
    [
        {"sys/module/nvidia/version": "575.51.03\n"},
        {"proc/driver/nvidia/version": CLOSED},
        {"dev/nvidiactl": ""},
        {"dev/nvidia0": ""},
        {"usr/lib/wsl/lib/libnvidia-ml.so.1": ""},
        {"usr/lib64/libnvidia-ml.so.1": ""},
        on_bus(("0x10de", "0x030000")),
    ],
)
def test_look_each_sign(files: dict[str, str], tmp_path: Path) -> None:
    value, _, _ = gpus.look({}, root=tree(tmp_path, files))
    assert value is not None
    assert value.nvidia is not None


def test_look_no_pci_devices(tmp_path: Path) -> None:
    value, unknown, _ = gpus.look({}, root=tmp_path)
    if platform.system() == "Linux":
        assert value == Gpus(devices=(), nvidia=None)
        assert unknown == {"devices": "the system has no list of PCI devices here"}


@LINUX
def test_look_inside_wsl(look: Look, tmp_path: Path) -> None:
    tree(tmp_path, {"dev/dxg": ""})
    value, unknown, _ = look()
    assert value.devices == (L4, H200)
    assert unknown["devices"] == "inside WSL only NVIDIA's can be told"


@LINUX
def test_look_devices_of_the_bus_alone(look: Look, tmp_path: Path) -> None:
    tree(tmp_path, on_bus(("0x10de", "0x030200"), ("0x10de", "0x040300"), ("0x10de", "0x030000")))
    value, unknown, _ = look("9")
    assert [device.vendor for device in value.devices] == ["nvidia", "nvidia"]
    assert "Driver Not Loaded" in unknown["devices.1.uuid"]


@LINUX
def test_look_devices_of_the_modules_files(look: Look, tmp_path: Path) -> None:
    told = "Model: \t\t NVIDIA RTX A2000\nIRQ:\t\t 120\nGPU UUID: \t GPU-0a\nBus Type: \t PCIe\n"
    tree(tmp_path, {"proc/driver/nvidia/gpus/0000:01:00.0/information": told})
    value, unknown, source = look("4")
    assert [(device.name, device.uuid) for device in value.devices] == [
        ("NVIDIA RTX A2000", "GPU-0a")
    ]
    assert "Insufficient Permissions" in unknown["devices.0.memory"]
    assert source.endswith("the driver's files in /proc")


def program(tmp_path: Path, script: str) -> None:
    """Put a program in the place of `nvidia-smi`; it can use nothing but the shell's own words."""
    file = tmp_path / "bin" / "nvidia-smi"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@LINUX
def test_look_by_nvidia_smi(look: Look, tmp_path: Path) -> None:
    reply = "535.129.03, NVIDIA A100-SXM4-80GB, 8.0, 81920, GPU-11111111-2222"
    program(tmp_path, f'echo "$@" > {tmp_path}/asked; echo "{reply}"')
    value, unknown, source = look("12")
    assert value.devices == (
        Gpu(
            vendor="nvidia",
            name="NVIDIA A100-SXM4-80GB",
            memory=85_899_345_920,
            memory_used=None,
            capability="8.0",
            uuid="GPU-11111111-2222",
            mig=None,
            instances=(),
        ),
    )
    assert value.nvidia is not None
    assert (value.nvidia.version, value.nvidia.trouble) == ("535.129.03", "library-not-found")
    assert unknown.keys() == {
        *("nvidia.cuda", "nvidia.module"),
        *("devices.0.mig", "devices.0.memory_used"),
    }
    assert source.endswith("nvidia-smi")
    assert (tmp_path / "asked").read_text() == (
        "--query-gpu=driver_version,name,compute_cap,memory.total,uuid "
        "--format=csv,noheader,nounits\n"
    )


@LINUX
@pytest.mark.parametrize(
    "script", ["exit 9", "echo nonsense", "kill -9 $$", "while :; do :; done", "exec /nowhere"]
)
def test_look_nvidia_smi_fails(script: str, look: Look, tmp_path: Path) -> None:
    program(tmp_path, script)
    value, _, _ = look("exits", timeout=3)
    assert value.devices == ()
    assert value.nvidia is not None
    assert value.nvidia.trouble == "crashed"


def test_nvidia_smi_is_not_looked_for_where_we_happen_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "")
    monkeypatch.chdir(tmp_path / "bin")
    monkeypatch.setenv("PATH", ".:")
    assert nvidia_smi.program() is None
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert nvidia_smi.program() == str(tmp_path / "bin" / "nvidia-smi")


# --- kept answers ---------------------------------------------------------------------------------


@LINUX
def test_look_is_kept_until_forgotten_or_a_driver_is_loaded(look: Look, tmp_path: Path) -> None:
    first, _, _ = look()
    tree(tmp_path, on_bus(("0x8086", "0x030000")))
    assert look()[0] == first
    tree(tmp_path, {"sys/module/nvidia/version": "575.51.03\n"})
    loaded, _, _ = look()
    assert loaded.nvidia is not None
    assert loaded.nvidia.module == "575.51.03"
    shutil.rmtree(tmp_path / "sys" / "bus")
    assert look()[0] == loaded
    gpus.forget()
    assert look()[0] != loaded


@LINUX
def test_look_is_kept_for_the_variables_the_loader_obeys(look: Look, tmp_path: Path) -> None:
    assert look()[0].nvidia is not None
    assert gpus.look({"CUDA_VISIBLE_DEVICES": "1"}, root=tmp_path)[0] == Gpus(
        devices=(), nvidia=None
    )


# --- AMD, Intel, Apple ----------------------------------------------------------------------------

CPU_NODE = "cpu_cores_count 64\nsimd_count 0\ngfx_target_version 0\nvendor_id 0\n"
MI250 = (
    "cpu_cores_count 0\nsimd_count 440\ngfx_target_version 90010\nvendor_id 4098\n"
    "unique_id 11887881430613164372\n"
)


def test_look_amd(tmp_path: Path) -> None:
    nodes = "sys/class/kfd/kfd/topology/nodes"
    tree(
        tmp_path,
        {
            f"{nodes}/0/properties": CPU_NODE,
            f"{nodes}/10/properties": "simd_count 128\ngfx_target_version 110000\nunique_id 0\n",
            f"{nodes}/10/name": "\n",
            f"{nodes}/2/properties": MI250,
            f"{nodes}/2/name": "aldebaran\n",
            f"{nodes}/2/mem_banks/0/properties": "heap_type 1\nsize_in_bytes 68702699520\n",
            f"{nodes}/2/mem_banks/1/properties": "heap_type 5\nsize_in_bytes 65536\n",
        }
        | on_bus(("0x1002", "0x038000"), ("0x1002", "0x030000")),
    )
    value, unknown, _ = gpus.look({}, root=tmp_path)
    if platform.system() != "Linux":
        value = Gpus(devices=kfd.look(tmp_path), nvidia=None)
    assert value == Gpus(
        devices=(
            Gpu(
                vendor="amd",
                name="aldebaran",
                memory=68_702_699_520,
                memory_used=None,
                capability="gfx90a",
                uuid="GPU-a4fa3d2d2ba90154",
                mig=False,
                instances=(),
            ),
            Gpu(
                vendor="amd",
                name=None,
                memory=None,
                memory_used=None,
                capability="gfx1100",
                uuid=None,
                mig=False,
                instances=(),
            ),
        ),
        nvidia=None,
    )
    if platform.system() == "Linux":
        assert unknown.keys() == {
            "devices.0.memory_used",
            *(f"devices.1.{name}" for name in ("name", "memory", "memory_used", "uuid")),
        }


@LINUX
def test_look_amd_and_intel_on_the_bus(tmp_path: Path) -> None:
    devices = ("0x8086", "0x030000"), ("0x1002", "0x120000"), ("0x8086", "0x120000")
    value, unknown, _ = gpus.look({}, root=tree(tmp_path, on_bus(*devices)))
    assert value is not None
    assert [device.vendor for device in value.devices] == ["amd", "intel"]
    assert unknown["devices.1.name"] == "the system's files do not tell"


def test_pci_files_that_cannot_be_read(tmp_path: Path) -> None:
    tree(tmp_path, on_bus(("0x10de", "0x030000")))
    (tmp_path / "sys/bus/pci/devices/b/class").mkdir(parents=True)
    (tmp_path / "sys/bus/pci/devices/c").mkdir()
    os.mkfifo(tmp_path / "sys/bus/pci/devices/c/class")
    found = pci.look(tmp_path)
    assert found is not None
    assert [device.address for device in found] == ["0000:00:00.0"]


@pytest.mark.parametrize(
    ("version", "expected"),
    [(90_010, "gfx90a"), (90_402, "gfx942"), (100_300, "gfx1030"), (120_001, "gfx1201"), (0, None)],
)
def test_target(version: int, expected: str | None) -> None:
    assert kfd.target(version) == expected


@given(st.text(max_size=200))
def test_properties_any_text(told: str) -> None:
    assert all(number >= 0 and " " not in name for name, number in kfd.properties(told).items())


def test_look_apple(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(darwin, "text", lambda name: "Apple M4 Pro")
    value, unknown, _ = gpus.look({})
    assert value is not None
    assert [(device.vendor, device.name) for device in value.devices] == [("apple", "Apple M4 Pro")]
    assert unknown["devices.0.memory"] == "it shares the machine's"


def test_look_a_mac_of_intels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    value, unknown, _ = gpus.look({"intel": ""})
    assert value == Gpus(devices=(), nvidia=None)
    assert "Intel's" in unknown["devices"]


# --- text from elsewhere --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "version"),
    [
        (CLOSED + COMPILER, "535.129.03"),
        (OPEN + COMPILER, "560.35.03"),
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  390.157  Wed Oct 12", "390.157"),
        ("NVRM version: nothing of the sort" + COMPILER, None),
        (COMPILER, None),
        ("", None),
    ],
)
def test_module_version(told: str, version: str | None) -> None:
    assert nvidia_files.module_version(told) == version


@given(st.text(max_size=200))
def test_module_version_any_text(told: str) -> None:
    found = nvidia_files.module_version(f"NVRM version: {told}")
    assert found is None or (found in told and clean(found) == found)


@given(st.text(max_size=200))
def test_information_any_text(told: str) -> None:
    gpu = nvidia_files.information(f"Model: {told}\nGPU UUID: GPU-{told}")
    assert gpu is not None
    assert gpu.name is None or gpu.name == clean(gpu.name, 200)
    assert gpu.uuid is None or gpu.uuid == clean(gpu.uuid, 200)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("580.65.06, NVIDIA GB10, 12.1, [N/A], GPU-a", ("NVIDIA GB10", None, "12.1")),
        ("470.1, Tesla K80, [Not Supported], 11441, GPU-a", ("Tesla K80", 11_996_758_016, None)),
        ("470.1, A, B and C, 8.0, 1, GPU-a", ("A, B and C", 1_048_576, "8.0")),
    ],
)
def test_nvidia_smi_parsed(line: str, expected: tuple[object, ...]) -> None:
    told = nvidia_smi.parsed(f"{line}\n")
    assert told is not None
    (gpu,) = told.devices
    assert (gpu.name, gpu.memory, gpu.capability) == expected


@given(st.text(max_size=200), st.text(max_size=40))
def test_nvidia_smi_parsed_any_text(told: str, field: str) -> None:
    assert nvidia_smi.parsed(told) is None or "GPU-" in told
    read = nvidia_smi.parsed(f"{told}\n{field}, {field}, {field}, {field}, GPU-{field}")
    for gpu in read.devices if read is not None else ():
        shown = (gpu.name, gpu.capability, gpu.uuid, read.driver if read is not None else None)
        assert all(text is None or text == clean(text, 200) for text in shown)
        assert gpu.memory is None or gpu.memory >= 0


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    [
        "count",
        "driver",
        "cuda",
        "unknown",
        "index",
        "name",
        "uuid",
        "memory",
        "memory_used",
        "capability",
        "mig",
        "instances",
        "error",
        "words",
    ]
)


@given(st.lists(st.dictionaries(keys, anything, max_size=8), max_size=4))
def test_parsed_any_reply(replies: list[dict[str, Any]]) -> None:
    ended = Ended(stdout=b"", stderr=b"", status=0, timeout=5, timed_out=False, flooded=False)
    told = nvidia.parsed(replies, ended)
    driver = told.driver
    texts = [driver.version, driver.cuda, driver.trouble, driver.why, *told.unknown.values()]
    for gpu in told.devices:
        texts += [gpu.name, gpu.capability, gpu.uuid, *gpu.instances]
        assert gpu.memory is None or isinstance(gpu.memory, int)
        assert gpu.memory_used is None or isinstance(gpu.memory_used, int)
        assert gpu.mig in {None, True, False}
    assert all(text is None or text == clean(text) for text in texts)
    assert all(name == clean(name) for name in told.unknown)
