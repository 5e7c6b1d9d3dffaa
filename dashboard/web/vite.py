"""The tags that load a built page script: from Vite's manifest, which names the hashed files."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for
from markupsafe import Markup

from dashboard.cache_control import IMMUTABLE


class NotBuilt(Exception):
    """The front end has not been built, or not with this entry."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["vite_tags"] = vite_tags
    app.after_request(_keep_hashed_files)


def vite_tags(entry: str) -> Markup:
    """Script, preload and stylesheet tags of `entry`, a source file such as `src/pages/job.ts`.

    Raises NotBuilt, which says what to run.
    """
    manifest = _manifest(Path(current_app.static_folder or ""))
    if entry not in manifest:
        raise NotBuilt(f"The front end has no {entry}: run `make setup`.")
    preloads, styles = needs(manifest, entry)
    tags = [
        *(Markup('<link rel="stylesheet" href="{}">').format(_url(file)) for file in styles),
        *(Markup('<link rel="modulepreload" href="{}">').format(_url(file)) for file in preloads),
        Markup('<script type="module" src="{}"></script>').format(_url(manifest[entry]["file"])),
    ]
    return Markup("\n").join(tags)


def needs(manifest: dict[str, Any], entry: str) -> tuple[list[str], list[str]]:
    """The scripts that `entry` imports, directly or not, and all their stylesheets; each once."""
    seen: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = None
            waiting.extend(manifest[name].get("imports", []))
    preloads = [manifest[name]["file"] for name in seen if name != entry]
    # Imported stylesheets come first, so that the page's own ones override them.
    styles = dict.fromkeys(css for name in [*seen][::-1] for css in manifest[name].get("css", []))
    return preloads, list(styles)


def _url(file: str) -> str:
    return url_for("static", filename=file)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / ".vite" / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise NotBuilt("The front end is not built: run `make setup`.") from None


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: int) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(path.read_text())
    return manifest


def _keep_hashed_files(response: Response) -> Response:
    # Their names change with their content, so browsers may cache them for ever.
    if request.endpoint == "static" and request.path.startswith("/static/assets/"):
        response.headers["Cache-Control"] = IMMUTABLE
    return response
