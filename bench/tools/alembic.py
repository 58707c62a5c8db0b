"""Alembic, with op.execute(sql)."""

import re
from pathlib import Path

from lib import packages
from lib.tool import Command, Migration, Tool

# As `alembic init` writes it, without logging; and one transaction per migration.
ENVIRONMENT = '''\
from alembic import context
from sqlalchemy import create_engine, pool

url = context.get_x_argument(as_dictionary=True)["url"].replace("postgres://", "postgresql://", 1)
with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
'''
REVISION = '''\
from alembic import op

revision = {revision!r}
down_revision = {previous!r}
branch_labels = None
depends_on = None


def upgrade():
    op.execute({up!r})


def downgrade():
    op.execute({down!r})
'''


def text(sql: str) -> str:
    """":name" would be a parameter."""
    return re.sub(r"(?<![:\w\\]):(?=\w+(?!:))", r"\:", sql)


class Alembic(Tool):
    name = "alembic"

    def install(self, home: Path) -> str | None:
        return packages.debian("alembic", "python3-alembic", "python3-psycopg2")

    def version(self) -> str:
        return packages.debian_version("python3-alembic") or "?"

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        (folder / "versions").mkdir(parents=True, exist_ok=True)
        previous = None
        for step in migrations:
            (folder / "versions" / f"{step.version}_{step.name}.py").write_text(
                REVISION.format(revision=step.version, previous=previous, up=text(step.up),
                                down=text(step.down)))
            previous = step.version
        (folder / "env.py").write_text(ENVIRONMENT)
        (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = {folder}\n")

    def up(self, folder: Path) -> Command:
        return self._command(folder, "upgrade", "head")

    def status(self, folder: Path) -> Command:
        return self._command(folder, "current")

    def _command(self, folder: Path, *verb: str) -> Command:
        return Command(["/usr/bin/python3", "-m", "alembic.config",
                        "-c", str(folder / "alembic.ini"), "-x", "url={}", *verb])
