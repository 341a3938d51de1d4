"""Asks NVIDIA's management library (NVML) and tells, part by part: runs as a child of its own.

A broken driver makes it hang, or ends the process that asks. Started as a file, with the marks that
frame each part, nvidia-ml-py's file, and library files to try where the loader finds none. Each
part is written when it is known, so that what was told before the end is kept.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

_MOST_DEVICES = 256
_MOST_INSTANCES = 64

_LIBRARY_NOT_FOUND = 12
_NOT_FOUND = 6
_NOT_SUPPORTED = 3
_FUNCTION_NOT_FOUND = 13  # the driver is older than the question


class Teller:
    """Reads facts from the library and writes them to standard output."""

    def __init__(self, nvml: Any, start: str, end: str) -> None:
        self.nvml = nvml
        self.start = start
        self.end = end

    def all(self, libraries: Sequence[str]) -> None:
        """Tell of the driver, then of each device."""
        try:
            self._begin(libraries)
            count = int(self.nvml.nvmlDeviceGetCount())
        except self.nvml.NVMLError as error:
            self._write(self._failure(error))
            return
        part: dict[str, Any] = {"count": min(count, _MOST_DEVICES), "unknown": {}}
        self._read(part, "driver", self.nvml.nvmlSystemGetDriverVersion)
        self._read(part, "cuda", self.nvml.nvmlSystemGetCudaDriverVersion_v2)
        self._write(part)
        for index in range(part["count"]):
            self._write(self._device(index))

    def _begin(self, libraries: Sequence[str]) -> None:
        try:
            self.nvml.nvmlInit()
        except self.nvml.NVMLError as error:
            if error.value != _LIBRARY_NOT_FOUND or not any(map(_loaded, libraries)):
                raise
            self.nvml.nvmlInit()  # finds the one that is loaded now

    def _device(self, index: int) -> dict[str, Any]:
        nvml = self.nvml
        part: dict[str, Any] = {"index": index, "unknown": {}}
        try:
            device = nvml.nvmlDeviceGetHandleByIndex(index)
        except nvml.NVMLError as error:
            return {**part, **self._failure(error)}
        self._read(part, "name", nvml.nvmlDeviceGetName, device)
        self._read(part, "uuid", nvml.nvmlDeviceGetUUID, device)
        self._read(part, "memory", lambda: nvml.nvmlDeviceGetMemoryInfo(device).total)
        self._read(part, "memory_used", lambda: nvml.nvmlDeviceGetMemoryInfo(device).used)
        self._read(part, "capability", nvml.nvmlDeviceGetCudaComputeCapability, device)
        self._read(part, "mig", lambda: self._split(device))
        if part.get("mig"):
            self._read(part, "instances", lambda: self._instances(device))
        return part

    def _split(self, device: Any) -> bool:
        try:
            return bool(self.nvml.nvmlDeviceGetMigMode(device)[0])
        except self.nvml.NVMLError as error:
            if error.value in {_NOT_SUPPORTED, _FUNCTION_NOT_FOUND}:
                return False
            raise

    def _instances(self, device: Any) -> list[str]:
        nvml, found = self.nvml, []
        for index in range(min(nvml.nvmlDeviceGetMaxMigDeviceCount(device), _MOST_INSTANCES)):
            try:
                instance = nvml.nvmlDeviceGetMigDeviceHandleByIndex(device, index)
                found.append(_text(nvml.nvmlDeviceGetUUID, instance))
            except nvml.NVMLError as error:
                if error.value != _NOT_FOUND:  # this place is empty
                    raise
        return found

    def _read(self, part: dict[str, Any], name: str, read: Callable[..., Any], *args: Any) -> None:
        try:
            part[name] = _text(read, *args)
        except self.nvml.NVMLError as error:
            part["unknown"][name] = self._words(error)

    def _failure(self, error: Any) -> dict[str, Any]:
        words = self._words(error)
        if error.value == _LIBRARY_NOT_FOUND and sys.platform != "win32":
            try:
                ctypes.CDLL("libnvidia-ml.so.1")
            except OSError as why:
                words = str(why)
        return {"error": error.value, "words": words}

    def _words(self, error: Any) -> str:
        try:
            return str(error)
        except UnicodeDecodeError:  # the library's own words for a number it alone knows
            return f"error {error.value}"

    def _write(self, part: dict[str, Any]) -> None:
        out = sys.stdout.buffer
        out.write(f"\n{self.start}{json.dumps(part)}{self.end}\n".encode())
        out.flush()


def _text(read: Callable[..., Any], *args: Any) -> Any:
    """Return what `read` does, but bytes as text: nvidia-ml-py itself fails on what is no UTF-8."""
    value = getattr(read, "__wrapped__", read)(*args)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _loaded(library: str) -> bool:
    try:
        ctypes.CDLL(library, ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def main(start: str, end: str, reader: str, *libraries: str) -> None:
    """Load nvidia-ml-py from its file, and tell all."""
    spec = importlib.util.spec_from_file_location("pynvml", reader)
    if spec is None or spec.loader is None:
        raise ImportError(reader)
    nvml = importlib.util.module_from_spec(spec)
    sys.modules["pynvml"] = nvml  # it looks itself up by this name
    spec.loader.exec_module(nvml)
    Teller(nvml, start, end).all(libraries)


if __name__ == "__main__":
    main(*sys.argv[1:])
