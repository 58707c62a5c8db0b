"""Liquibase, with formatted SQL, its classes started by java itself."""

import shutil
import subprocess
from pathlib import Path

from lib import packages
from lib.tool import Command, Migration, Tool

VERSION = "4.28.1"  # of the npm package; it carries Liquibase 4.28.0
MAIN = "liquibase.integration.commandline.LiquibaseCommandLine"
JARS = ["liquibase-core", "picocli", "snakeyaml", "commons-io", "commons-lang3", "commons-text",
        "commons-collections4", "opencsv", "jaxb-api", "jaxb-core", "jaxb-runtime", "postgresql"]
# A short-lived program: the quick compiler only, and a collector without threads.
JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
# postgres://user[:password]@host/db?... as JDBC wants it.
TO_JDBC = """\
url=${1#*://}; login=${url%%@*}; rest=${url#*@}; shift
case $login in *:*) set -- "$@" "--password=${login#*:}" ;; esac
"""


class Liquibase(Tool):
    name = "liquibase"

    def install(self, home: Path) -> str | None:
        self.home = home
        if shutil.which("java") is None:
            reason = packages.debian("default-jre-headless")
            if reason is not None:
                return reason
        reason = packages.npm(self.home, f"liquibase@{VERSION}")
        if reason is not None:
            return reason
        jars = self.home / "node_modules" / "liquibase" / "dist" / "liquibase" / "internal" / "lib"
        self.class_path = ":".join(str(jars / f"{jar}.jar") for jar in JARS)
        return self._share_classes()

    def version(self) -> str:
        said = subprocess.run(["java", *self._jvm(), "--version"], capture_output=True, text=True)
        for line in said.stdout.splitlines():
            if line.startswith("Liquibase Version:"):
                return line.split()[-1]
        return "?"

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        (folder / "steps").mkdir(parents=True, exist_ok=True)
        for step in migrations:
            back = "\n".join(f"--rollback {line}" for line in step.down.splitlines())
            (folder / "steps" / f"{step.version}_{step.name}.sql").write_text(
                "--liquibase formatted sql\n"
                f"--changeset bench:{step.version} splitStatements:false stripComments:false\n"
                f"{step.up}\n{back}\n")
        (folder / "changelog.yaml").write_text(
            "databaseChangeLog:\n"
            "  - includeAll:\n      path: steps\n      relativeToChangelogFile: true\n")

    def up(self, folder: Path) -> Command:
        return self._command(folder, "update")

    def status(self, folder: Path) -> Command:
        return self._command(folder, "status")

    def _share_classes(self) -> str | None:
        """Keeps what the JVM read and checked of the classes, for the next start (AppCDS). They are
        the classes of an update without a database."""
        archive = self.home / "classes.jsa"
        if archive.exists():
            return None
        sample = self.home / "sample"
        shutil.rmtree(sample, ignore_errors=True)
        sample.mkdir()
        self.prepare(sample, [Migration("20240101000000", "one", "SELECT 1;", "SELECT 1;")])
        done = subprocess.run(
            ["java", *JVM, f"-XX:ArchiveClassesAtExit={archive}", "-cp", self.class_path, MAIN,
             "--show-banner=false", "--log-level=off", f"--search-path={sample}",
             "--changelog-file=changelog.yaml",
             f"--url=offline:postgresql?changeLogFile={sample}/done.csv", "update-sql"],
            capture_output=True, text=True)
        return None if done.returncode == 0 else f"java: {done.stderr.strip()[-200:]}"

    def _command(self, folder: Path, verb: str) -> Command:
        script = TO_JDBC + (
            'exec java "$@" "--url=jdbc:postgresql://$rest" "--username=${login%%:*}" ' + verb)
        return Command(["sh", "-c", script, "sh", "{}", *self._jvm(), "--show-banner=false",
                        "--log-level=off", f"--search-path={folder}",
                        "--changelog-file=changelog.yaml"])

    def _jvm(self) -> list[str]:
        return [*JVM, f"-XX:SharedArchiveFile={self.home / 'classes.jsa'}",
                "-cp", self.class_path, MAIN]
