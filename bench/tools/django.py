"""Django's migrate, with RunSQL, in a project that holds nothing else."""

from pathlib import Path

from lib import packages
from lib.tool import Command, Migration, Tool

SETTINGS = '''\
import os
from urllib.parse import unquote, urlsplit

url = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": url.port,
        "OPTIONS": {"sslmode": "disable"},
    }
}
INSTALLED_APPS = ["fleet"]
SECRET_KEY = "bench"
USE_TZ = True
'''
MANAGE = '''\
import os
import sys

from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
execute_from_command_line(sys.argv)
'''
MIGRATION = '''\
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = {dependencies!r}
    operations = [migrations.RunSQL({up!r}, {down!r})]
'''


class Django(Tool):
    name = "django"

    def install(self, home: Path) -> str | None:
        return packages.debian("python3-django", "python3-psycopg2")

    def version(self) -> str:
        return packages.debian_version("python3-django") or "?"

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        steps = folder / "fleet" / "migrations"
        steps.mkdir(parents=True, exist_ok=True)
        (folder / "settings.py").write_text(SETTINGS)
        (folder / "manage.py").write_text(MANAGE)
        (folder / "fleet" / "__init__.py").touch()
        (steps / "__init__.py").touch()
        dependencies: list[tuple[str, str]] = []
        for step in migrations:
            name = f"m{step.version}_{step.name}"
            (steps / f"{name}.py").write_text(
                MIGRATION.format(dependencies=dependencies, up=step.up, down=step.down))
            dependencies = [("fleet", name)]

    def up(self, folder: Path) -> Command:
        return self._command(folder, "migrate", "--no-input", "--skip-checks", "--verbosity=0")

    def status(self, folder: Path) -> Command:
        return self._command(folder, "migrate", "--plan", "--skip-checks")

    def _command(self, folder: Path, *words: str) -> Command:
        return Command(["env", "DATABASE_URL={}", "/usr/bin/python3", str(folder / "manage.py"),
                        *words])
