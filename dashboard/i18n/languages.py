"""The languages of the pages: which one a request gets, and its texts.

Templates, Python and TypeScript have the English texts; `translations/` has the other languages
(gettext). `make texts` finds new texts.

Messages of a search (`algorithm.messages`) go to people with several languages, so they are
translated where they are read: in the browser, or by `translate`. Their gettext context is `SAID`,
which also has our labels; the samples' titles are in `TITLE`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.pofile import read_po
from flask import Blueprint, Flask, Response, abort, has_request_context, request, url_for
from flask_babel import Babel, format_decimal, gettext, pgettext

from algorithm.messages import MessageJson
from dashboard.cache_control import IMMUTABLE

LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
"""Each by its tag, as browsers write it, and its own name."""

_BY_PRIMARY = {tag.partition("-")[0]: tag for tag in LANGUAGES}
COOKIE = "language"
SAID, TITLE = "said", "title"
FIGURE = "#,##0.###############"
FOLDER = Path(__file__).parent.parent / "translations"

blueprint = Blueprint("languages", __name__)


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=lambda: _locale(language()))
    app.context_processor(
        lambda: {"language": language(), "languages": LANGUAGES, "texts_url": texts_url}
    )
    app.jinja_env.filters |= {
        "translate": translate,
        "translate_title": translate_title,
    }
    app.register_blueprint(blueprint)


def language() -> str:
    """The language chosen on the page, or else the browser's preferred one."""
    if not has_request_context():  # a command: its reader may be anyone
        return "en"
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((_BY_PRIMARY[tag] for tag in wanted if tag in _BY_PRIMARY), "en")


def translate(english: str, message: MessageJson | None = None) -> str:
    """A message in the request's language; without `message`, `english` is one of our labels.
    Names that people have given stay as they are."""
    return english if language() == "en" else _rendered(message or english)


def _rendered(value: Any) -> str:
    """A message, or a value of one, in the request's language."""
    if isinstance(value, dict):
        values = {name: _rendered(part) for name, part in value["values"].items()}
        text = _translated(value["id"])
        return text % values if values else text
    if isinstance(value, list):
        return str(gettext(", ")).join(map(_rendered, value))
    if isinstance(value, str):
        return _translated(value)
    return str(format_decimal(value, format=FIGURE))


def _translated(text: str) -> str:
    return str(pgettext(SAID, text)) if text else ""


def translate_title(title: str) -> str:
    """A search's title in the request's language, if it is a sample's; people's own, as it is."""
    return str(pgettext(TITLE, title)) if title else ""


def titles_with(words: str) -> list[str]:
    """The samples' English titles whose translation for the request has these words."""
    tag = language()
    known = {} if tag == "en" else _in_context(tag, TITLE)
    return [english for english, text in known.items() if words.lower() in text.lower()]


def texts_url() -> str | None:
    """Address of this request's texts for scripts; None for English, which the scripts contain."""
    tag = language()
    if tag == "en":
        return None
    return url_for("languages.texts", tag=tag, version=_texts(tag).version)


@blueprint.get("/texts/<tag>.json")
def texts(tag: str) -> Response:
    """Every text in a language, by the English one: of pages, what is said, and titles."""
    if tag not in LANGUAGES or tag == "en":
        abort(404)
    known = _texts(tag)
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(known.packed if packed else known.body, mimetype="application/json")
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    if request.args.get("version") == known.version:
        answer.headers["Cache-Control"] = IMMUTABLE
    return answer


class _Texts(NamedTuple):
    body: bytes
    """JSON."""
    packed: bytes
    """The same by gzip, a third of it."""
    version: str
    """A digest that tells it from others."""


@cache
def _texts(tag: str) -> _Texts:
    contexts = {"texts": None, "said": SAID, "titles": TITLE}
    texts = {name: _in_context(tag, context) for name, context in contexts.items()}
    body = json.dumps(texts, ensure_ascii=False).encode()
    return _Texts(body, gzip.compress(body), hashlib.sha256(body).hexdigest()[:16])


@cache
def _in_context(tag: str, context: str | None) -> dict[str, str]:
    # From the .po file, because Babel's compiled catalogue has no access by context.
    with (FOLDER / _locale(tag) / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    # Chinese has one plural form, so the first one is enough.
    return {
        _first(message.id): _first(message.string)
        for message in catalogue
        if message.id and message.string and message.context == context
    }


def _first(forms: Any) -> str:
    return forms if isinstance(forms, str) else str(forms[0])


def _locale(tag: str) -> str:
    return tag.replace("-", "_")
