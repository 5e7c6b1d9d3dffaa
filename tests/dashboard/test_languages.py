"""Which language a request gets, and that nothing of it is missing."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message as Text
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from algorithm.messages import Figure, Message
from dashboard.config import ROOT
from dashboard.db.extensions import db
from dashboard.db.models import Job
from dashboard.i18n.languages import COOKIE, FOLDER
from dashboard.jobs import lifecycle
from tests.dashboard.conftest import Api

EXTRACT = "-m babel.messages.frontend -q extract -F pyproject.toml --no-wrap"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts that stand in the sources now."""
    path = tmp_path_factory.mktemp("texts") / "messages.pot"
    subprocess.run([sys.executable, *EXTRACT.split(), "-o", path, "."], cwd=ROOT, check=True)
    return read(path)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return read(FOLDER / "zh_Hans" / "LC_MESSAGES" / "messages.po")


def texts_of(catalogue: Catalog) -> set[tuple[str | None, str]]:
    return {(text.context, english(text)) for text in catalogue if text.id}


def english(text: Text) -> str:
    return text.id if isinstance(text.id, str) else text.id[0]


def places(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))


def lang(anyone: FlaskClient, accepted: str = "", chosen: str = "") -> str | None:
    """The language of the page that a browser gets."""
    if chosen:
        anyone.set_cookie(COOKIE, chosen)
    page = anyone.get("/sign-in", headers={"Accept-Language": accepted}).text
    found = re.search(r'<html lang="([^"]*)"', page)
    return found and found[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("de,en;q=0.7,zh;q=0.3", "en"),
        ("zh-TW", "zh-Hans"),
        ("fr", "en"),
        ("", "en"),
        ("*;q=nonsense", "en"),
    ],
)
def test_without_a_choice_the_browser_s_wish_decides(
    anyone: FlaskClient, accepted: str, language: str
) -> None:
    assert lang(anyone, accepted) == language


def test_a_choice_comes_before_the_browser_s_wish(anyone: FlaskClient) -> None:
    assert lang(anyone, "zh-CN", chosen="en") == "en"
    assert lang(anyone, "en", chosen="zh-Hans") == "zh-Hans"


def test_a_choice_that_there_isn_t_is_none(anyone: FlaskClient) -> None:
    assert lang(anyone, "zh-CN", chosen="../../etc") == "zh-Hans"


def test_a_page_and_what_it_refuses_are_in_the_chosen_language(anyone: FlaskClient) -> None:
    anyone.set_cookie(COOKIE, "zh-Hans")
    assert "<title>登录 · 能源岛</title>" in anyone.get("/sign-in").text
    assert "此地址没有内容。" in anyone.get("/nowhere", headers={"Accept": "text/html"}).text
    refused = anyone.get("/api/v1/me")
    assert refused.json["message"].startswith("请先登录")


def test_a_script_is_answered_in_english(api: Api) -> None:
    assert api.get("/api/v1/jobs/none").json["message"] == "There is no job 'none'."


def test_scripts_get_all_texts_once_and_keep_them(anyone: FlaskClient) -> None:
    anyone.set_cookie(COOKIE, "zh-Hans")
    link = re.search(r'href="(/texts/[^"]*)"', anyone.get("/sign-in").text)
    assert link
    answer = anyone.get(link[1])
    assert answer.json["texts"]["Gap"] == "最优性间隙"
    assert answer.json["said"]["Gas boiler"] == "燃气锅炉"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Cache-Control" not in anyone.get("/texts/zh-Hans.json?version=older").headers
    assert anyone.get("/texts/en.json").status_code == 404
    assert anyone.get("/texts/xx.json").status_code == 404


def test_texts_come_packed_where_the_browser_unpacks_them(anyone: FlaskClient) -> None:
    url = "/texts/zh-Hans.json"
    packed = anyone.get(url, headers={"Accept-Encoding": "br, gzip"})
    plain = anyone.get(url, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert packed.vary.find("Accept-Encoding") == plain.vary.find("Accept-Encoding") != -1


def test_a_page_in_english_fetches_no_texts(anyone: FlaskClient) -> None:
    assert "data-texts" not in anyone.get("/sign-in").text


def test_a_sample_is_found_by_its_title_in_the_reader_s_language(api: Api) -> None:
    job = api.submit()
    for words, headers in (("winter", {}), ("冬季", {"Accept-Language": "zh-CN"})):
        jobs = api.get("/api/v1/jobs", query_string={"search": words}, headers=headers).json["jobs"]
        assert [found["job"] for found in jobs] == [job]
    assert api.get("/api/v1/jobs?search=冬季").json["jobs"] == []


def test_how_a_search_ended_is_told_in_the_reader_s_language(app: Flask, api: Api) -> None:
    job, needed = api.submit(), "The search needed more than %(most)s GiB of memory."
    with app.app_context():
        failed = Message(needed, most=Figure(1234.5, "g"))
        lifecycle.end(job, "FAILURE", "failed", failed)
    chinese = {"Accept-Language": "zh-CN"}
    assert "优化所需内存超过 1,234.5 GiB。" in api.get(f"/jobs/{job}", headers=chinese).text
    assert failed in api.get(f"/jobs/{job}").text
    summary = api.get(f"/api/v1/jobs/{job}").json
    assert summary["status"] == "The search needed more than 1234.5 GiB of memory."
    assert summary["status_i18n"] == {"id": needed, "values": {"most": 1234.5}}
    assert api.get(f"/status/{job}").json["status"] == failed
    refused = api.get(f"/api/v1/jobs/{job}/result", headers=chinese).json["message"]
    assert refused.endswith("优化所需内存超过 1,234.5 GiB。")


def test_a_status_that_an_older_version_stored_is_shown_as_it_is(app: Flask, api: Api) -> None:
    job = api.submit()
    with app.app_context():
        lifecycle.end(job, "FAILURE", "failed", "It ended after 12 parts.")
        db.session.execute(update(Job).values(status_i18n=None))
        db.session.commit()
    page = api.get(f"/jobs/{job}", headers={"Accept-Language": "zh-CN"}).text
    assert "It ended after 12 parts." in page


def test_a_wrong_field_is_told_with_its_message(api: Api) -> None:
    answer = api.post("/api/v1/jobs", json={"requirement": {}})
    assert {error["message_i18n"]["id"] for error in answer.json["errors"]} == {"is required"}
    # Said by the web process, and in the reader's language already.
    answer = api.post("/api/v1/jobs", json={"sample": "tiny", "name": ""})
    assert "message_i18n" not in answer.json["errors"][0]


def test_a_name_that_people_gave_is_not_translated(api: Api) -> None:
    """Though it may read like a label of ours."""
    for name, title in [("Gas boiler", "Gas boiler"), (None, "冬季的一天")]:
        page = api.get(f"/jobs/{api.submit(name=name)}", headers={"Accept-Language": "zh-CN"}).text
        assert f"<h1>{title}</h1>" in page


def test_every_text_is_in_the_catalogue_and_no_other(found: Catalog, chinese: Catalog) -> None:
    assert texts_of(chinese) == texts_of(found), "run `make texts` and translate what is new"
    assert not chinese.obsolete


def test_every_text_is_translated_with_all_its_places(chinese: Catalog) -> None:
    for text in chinese:
        if not text.id:
            continue
        forms = [text.string] if isinstance(text.string, str) else list(text.string)
        assert all(forms), f"no translation: {text.id!r}"
        assert not text.fuzzy, f"nobody has looked at it: {text.id!r}"
        assert list(text.check(chinese)) == []
        for form in forms:
            assert places(form) == places(english(text)), text.id


def test_extraction_sees_every_call_that_marks_a_text(found: Catalog) -> None:
    """One inside another, say, would be passed over."""
    known = {text for _, text in texts_of(found)}
    for folder, mark, quote in (
        ("frontend/src", r"\btn?", "'"),
        ("algorithm", r"\bMessage", '"'),
        ("dashboard", r"\b(?:_|Message|lazy_gettext)", '"'),
        ("workers", r"\bMessage", '"'),
    ):
        call = re.compile(rf"(?<!def ){mark}\(\s*{quote}([^{quote}\\]+){quote}\s*[,)]")
        for path in (ROOT / folder).rglob("*.[pt][ys]"):
            for marked in call.findall(path.read_text()):
                assert marked in known, f"{path}: {marked!r}"
