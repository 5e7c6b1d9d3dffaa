"""The tags of a built page, from a manifest as Vite writes it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from dashboard.cache_control import IMMUTABLE
from dashboard.config import ROOT
from dashboard.web import vite

MANIFEST = {
    "src/pages/job.ts": {
        "file": "assets/job-1.js",
        "css": ["assets/job-1.css"],
        "imports": ["_shared-2.js"],
        "dynamicImports": ["src/diagram.ts"],
        "isEntry": True,
    },
    "_shared-2.js": {
        "file": "assets/shared-2.js",
        "css": ["assets/shared-2.css"],
        "imports": ["_deep-3.js"],
    },
    "_deep-3.js": {"file": "assets/deep-3.js", "imports": ["_shared-2.js"]},
    "src/diagram.ts": {"file": "assets/diagram-4.js", "isDynamicEntry": True},
}


@pytest.fixture
def built(tmp_path: Path) -> Flask:
    """An application whose front end is built into a folder of its own."""
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST))
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "job-1.js").write_text("1")
    (tmp_path / "theme.js").write_text("1")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    vite.init_app(app)
    return app


def tags(app: Flask, entry: str) -> list[str]:
    with app.test_request_context():
        return vite.vite_tags(entry).splitlines()


def test_a_page_gets_its_script_its_styles_and_what_they_import(built: Flask) -> None:
    assert tags(built, "src/pages/job.ts") == [
        '<link rel="stylesheet" href="/static/assets/shared-2.css">',
        '<link rel="stylesheet" href="/static/assets/job-1.css">',
        '<link rel="modulepreload" href="/static/assets/shared-2.js">',
        '<link rel="modulepreload" href="/static/assets/deep-3.js">',
        '<script type="module" src="/static/assets/job-1.js"></script>',
    ]


def test_what_is_imported_late_is_not_loaded_early(built: Flask) -> None:
    assert "diagram" not in "".join(tags(built, "src/pages/job.ts"))


def test_a_page_that_was_not_built_says_what_to_run(built: Flask, tmp_path: Path) -> None:
    with pytest.raises(vite.NotBuilt, match="make setup"):
        tags(built, "src/pages/other.ts")
    (tmp_path / ".vite" / "manifest.json").unlink()
    with pytest.raises(vite.NotBuilt, match="make setup"):
        tags(built, "src/pages/job.ts")


def test_hashed_files_are_kept_for_ever_and_others_are_not(built: Flask) -> None:
    client = built.test_client()
    assert client.get("/static/assets/job-1.js").headers["Cache-Control"] == IMMUTABLE
    assert "immutable" not in client.get("/static/theme.js").headers.get("Cache-Control", "")


@pytest.mark.parametrize("page", ["frame", "overview", "new", "job", "compare", "wall"])
def test_a_first_load_fetches_little_script(page: str) -> None:
    static = ROOT / "dashboard" / "static"
    real = Flask(__name__, static_folder=str(static), static_url_path="/static")
    loaded = re.findall(
        r'"/static/(assets/[^"]+\.js)"', "".join(tags(real, f"src/pages/{page}.ts"))
    )
    assert loaded
    packed = sum(len(gzip.compress((static / file).read_bytes())) for file in loaded)
    assert packed <= 25 * 1024, "bytes; what nobody waits for is to be imported late"
