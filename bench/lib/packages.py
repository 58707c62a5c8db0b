"""Installing the tools that are measured: Debian packages, and packages of the npm registry."""

import json
import os
import shutil
import subprocess
from pathlib import Path


def debian_version(package: str) -> str | None:
    """The installed version, or None."""
    found = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", package],
        capture_output=True, text=True)
    state, _, version = found.stdout.partition(" ")
    return version if state == "installed" else None


def debian(*packages: str) -> str | None:
    """Installs what is missing. None when all is there, else the reason."""
    missing = [name for name in packages if debian_version(name) is None]
    if not missing:
        return None
    if shutil.which("apt-get") is None:
        return f"no apt-get to install {', '.join(missing)}"
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        return f"neither root nor sudo to install {', '.join(missing)}"
    command = as_root + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq",
                         "-o", "DPkg::Lock::Timeout=300", "install", "-y",
                         "--no-install-recommends", *missing]
    return _attempt(command)


def npm(folder: Path, *packages: str) -> str | None:
    """Installs exact versions ("name@1.2.3") into folder. None when all is there, else the
    reason."""
    if all(npm_version(folder, spec.rpartition("@")[0]) == spec.rpartition("@")[2]
           for spec in packages):
        return None
    if shutil.which("npm") is None:
        return "npm is missing"
    folder.mkdir(parents=True, exist_ok=True)
    return _attempt(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund",
                     "--loglevel=error", *packages])


def npm_version(folder: Path, package: str) -> str | None:
    described = folder / "node_modules" / package / "package.json"
    return json.loads(described.read_text())["version"] if described.exists() else None


def _attempt(command: list[str]) -> str | None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return None
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return f"{command[command.index('install') - 1]}: {said[-1] if said else 'failed'}"
