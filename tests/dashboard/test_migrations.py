"""A database of before keeps all that is in it, and its ids are not given out again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from dashboard.accounts import api_tokens, people, shares, teams
from dashboard.accounts.links import password_link
from dashboard.app import create_app
from dashboard.config import ROOT, Settings
from dashboard.db.extensions import db
from dashboard.db.models import SCOPES, ApiToken, Job, Result, User
from dashboard.development.valkey import free_port

TOKEN = ApiToken.digest_of("a token")


@pytest.fixture
def before(settings: Settings) -> Flask:
    """An application whose database is as it was before people had a standing."""
    app = create_app(settings)
    with app.app_context():
        upgrade(revision="0004")
        for statement in (
            """INSERT INTO "user" (id, name, role) VALUES
               (1, 'olga', 'operator'), (2, 'OLGA', 'viewer'), (7, '王小明', 'admin')""",
            f"""INSERT INTO api_token (id, user_id, digest, created_at)
                VALUES (3, 7, '{TOKEN}', '2026-01-01 00:00:00')""",
            """INSERT INTO job (id, owner_id, title, disabled_devices, options, state, status,
                                attempt, created_at)
               VALUES ('j', 7, 'a search', '[]', '{}', 'SUCCESS', '', 1, '2026-01-01 00:00:00')""",
        ):
            db.session.execute(text(statement))
        db.session.commit()
    return app


def test_people_their_tokens_and_their_searches_stay(before: Flask) -> None:
    with before.app_context():
        upgrade()
        users = db.session.scalars(db.select(User).order_by(User.id)).all()
        assert [(user.id, user.name, user.standing) for user in users] == [
            (1, "olga", "active"),
            (2, "OLGA", "active"),
            (7, "王小明", "active"),
        ]
        assert db.session.get(Job, "j").owner.name == "王小明"
        for name in ("olga", "OLGA"):
            assert people.named(name).name == name
    bearer = {"Authorization": "Bearer a token"}
    assert before.test_client().get("/api/v1/me", headers=bearer).json["name"] == "王小明"


def test_the_id_of_somebody_who_is_gone_is_not_given_out_again(before: Flask) -> None:
    with before.app_context():
        upgrade()
        first = people.add("otto", "viewer").id
        db.session.execute(text(f'DELETE FROM "user" WHERE id = {first}'))
        db.session.commit()
        assert people.add("petra", "viewer").id > first > 7


def test_the_way_back_keeps_them_too(before: Flask) -> None:
    with before.app_context():
        upgrade()
        people.remove(people.named("王小明"))
        people.add("王小明", "viewer")
        db.session.remove()
        downgrade(revision="0004")
        names = list(db.session.scalars(text('SELECT name FROM "user" ORDER BY id')))
        assert names == ["olga", "OLGA", "王小明 (7)", "王小明"]
        upgrade()
        assert db.session.get(Job, "j").owner.name == "王小明 (7)"


def test_teams_come_and_go_without_a_loss(settings: Settings) -> None:
    """A filled database of the release before goes up, is used, goes down, and up again."""
    app = create_app(settings)
    with app.app_context():
        upgrade(revision="0008")
        for statement in FILLED_0008:
            db.session.execute(text(statement))
        db.session.commit()
        before = contents()
        upgrade()
        [job] = db.session.scalars(db.select(Job))
        assert (job.visibility, job.team, job.owner.name) == ("all", None, "olga")
        [token] = db.session.scalars(db.select(ApiToken))
        assert (token.scopes, token.expires_at) == (frozenset(SCOPES), None)
        olga = people.named("olga")
        assert olga
        north = teams.add("North")
        teams.join(north, olga)
        job.visibility, job.team = "team", north
        api_tokens.make(olga, scopes=["read"])
        api_tokens.make(olga, days=1)
        shares.make(job, olga, 1)
        password_link(olga, "")
        db.session.remove()
        downgrade(revision="0008")
        # A release that doesn't know scopes and expiry would take those tokens for everything.
        assert contents() == before
        upgrade()
        assert [found.id for found in db.session.scalars(db.select(ApiToken))] == [3]
        assert db.session.get_one(Result, "j").body == b"r"
        # Ids of before aren't given out again.
        assert people.add("otto", "viewer").id > 7


def contents() -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables, in order."""
    tables = ("user", "api_token", "session", "sign_in_link", "job", "part", "result", "dispatch")
    found = {
        name: [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"'))]
        for name in tables
    }
    db.session.remove()
    return found


FILLED_0008 = (
    """INSERT INTO "user" (id, name, likeness, role, standing, password_hash)
       VALUES (7, 'olga', 'olga', 'operator', 'active', 'hash'),
              (9, 'gone', NULL, 'viewer', 'removed', NULL)""",
    f"""INSERT INTO api_token (id, user_id, digest, created_at)
        VALUES (3, 7, '{TOKEN}', '2026-01-01 00:00:00')""",
    """INSERT INTO session (id, user_id, digest, created_at)
       VALUES (5, 7, 'digest', '2026-01-01 00:00:00')""",
    """INSERT INTO job (id, owner_id, title, disabled_devices, options, requirement, state, status,
                        status_i18n, attempt, begun, lost, heard, spent_s, idempotency_key,
                        created_at)
       VALUES ('j', 7, 'a search', '["wind"]', '{"gap": 0.1}', '{"name": "x"}', 'SUCCESS', 'Done.',
               NULL, 2, '[1, 2]', 1, 17, 2.5, 'key', '2026-01-01 00:00:00')""",
    "INSERT INTO result (job_id, body, digest) VALUES ('j', x'72', 'd')",
    "INSERT INTO dispatch (job_id, plan, body, digest) VALUES ('j', 0, x'72', 'd')",
    """INSERT INTO part (job_id, name, position, after, state, heard, tries, told)
       VALUES ('j', 'one', 0, '[]', 'done', 4, 1, '[]')""",
)


def test_the_migrated_tables_are_those_of_the_models(before: Flask, tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with before.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection)
            found = compare_metadata(context, db.metadata)
        # SQLite tells neither of two constraints that the models have.
        unknown = ("uq_user_likeness", "Probe")
        assert [each for each in found if not any(name in str(each) for name in unknown)] == []


def test_a_release_whose_database_is_away_ends_with_one_line_without_its_password() -> None:
    environ = {
        "FLASK_CONFIG": "testing",
        "SECRET_KEY": "a key for tests alone, which is long enough",
        "REDIS_URL": "redis://nowhere",
        "DATABASE_URL": f"postgres://me:secret@127.0.0.1:{free_port()}/x",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1].startswith("The database of DATABASE_URL is away")
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr
