"""Builds pgmarch as it is packaged, and the benchmark's own programs; installs what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

from lib.measure import Failed

PACKAGES = {"cmake": "cmake", "ninja": "ninja-build", "cc": "build-essential",
            "valgrind": "valgrind", "openssl": "openssl"}


def run(root: Path, *argv) -> None:
    done = subprocess.run(argv, cwd=root, text=True, capture_output=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, argv))}:\n{(done.stdout + done.stderr)[-3000:]}")


def install(root: Path) -> None:
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if missing:
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        run(root, *sudo, "apt-get", "install", "-y", *missing)
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        run(root, "scripts/deps")


def everything(root: Path) -> Path:
    """Returns the build folder."""
    install(root)
    build = root / "build/bench-release"
    print("building pgmarch (release) and the benchmark's programs ...", flush=True)
    run(root, "cmake", "--preset", "release", "-B", build, "-DPGMARCH_BENCH=ON")
    run(root, "cmake", "--build", build)
    return build
