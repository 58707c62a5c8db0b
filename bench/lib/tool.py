"""The contract between the benchmark and a tool that is measured.

A tool is one class deriving from Tool, in a file of bench/tools/; discover() finds it there.
Everything it does is for ONE database; the benchmark runs it for a fleet with `xargs -P`.
"""

import importlib
import pkgutil
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Migration:
    version: str  # 14 digits
    name: str
    up: str
    down: str


@dataclass
class Command:
    """A program to run. The word {} in argv becomes the database's URL
    (postgres://user@127.0.0.1:PORT/db?sslmode=disable); env is added to the environment."""

    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)


class Tool:
    name: str
    has_status = True
    has_noop = True  # a second up finds nothing to do

    def install(self, home: Path) -> str | None:
        """Installs into `home` (a cache folder) or via apt-get; None when usable, else the reason
        it is missing."""
        raise NotImplementedError

    def version(self) -> str:
        raise NotImplementedError

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        """Writes the migrations in the tool's own layout; once per size."""
        raise NotImplementedError

    def up(self, folder: Path) -> Command:
        raise NotImplementedError

    def status(self, folder: Path) -> Command:
        raise NotImplementedError


def discover() -> list[Tool]:
    """One instance of every tool of bench/tools/, by name."""
    import tools

    for module in pkgutil.iter_modules(tools.__path__):
        importlib.import_module(f"tools.{module.name}")
    kinds = [kind for kind in below(Tool) if hasattr(kind, "name")]
    return sorted((kind() for kind in kinds), key=lambda tool: tool.name)


def below(kind: type) -> list[type]:
    return [found for sub in kind.__subclasses__() for found in [sub, *below(sub)]]
