"""The contract between the benchmark and a tool that is measured.

A tool is one class deriving from Tool, in a file of bench/tools/; discover() finds it there. Most
know ONE database per call; the benchmark runs those for a fleet with `xargs -P`. One that serves
all databases in one process says so (one_process).
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
    (postgres://user@127.0.0.1:PORT/db?sslmode=disable). Of a tool with one_process, {} becomes the
    number of databases at once, and their URLs come in by standard input, a line each. env is added
    to the environment."""

    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)


class Tool:
    name: str
    has_status = True
    has_noop = True  # a second up finds nothing to do
    one_process = False

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

    def for_fleet(self, command: Command, urls: list[str], parallel: int) -> tuple[list[str], str]:
        """The words that run command for all these databases, and what they read."""
        text = "\n".join(urls) + "\n"
        if self.one_process:
            return [word.replace("{}", str(parallel)) for word in command.argv], text
        return ["xargs", "-P", str(parallel), "-I{}", *command.argv], text


def discover() -> list[Tool]:
    """One instance of every tool of bench/tools/, by name."""
    import tools

    for module in pkgutil.iter_modules(tools.__path__):
        importlib.import_module(f"tools.{module.name}")
    kinds = [kind for kind in below(Tool) if hasattr(kind, "name")]
    return sorted((kind() for kind in kinds), key=lambda tool: tool.name)


def below(kind: type) -> list[type]:
    return [found for sub in kind.__subclasses__() for found in [sub, *below(sub)]]
