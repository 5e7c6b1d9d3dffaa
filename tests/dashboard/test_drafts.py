"""What the form of a new search asks before anything is queued."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook

from algorithm import SAMPLES
from dashboard.web import uploads
from tests.dashboard.conftest import Api

SITE: dict[str, Any] = {
    "profiles": {"load": [100.0, 300.0], "spot": [0.1, 0.3]},
    "step_hours": 12,
    "demands": {"heat": "load", "electricity": 50},
    "supplies": {"electricity": {"price": "spot"}, "gas": {"price": 0.07}},
    "devices": {"gas-boiler": {"max_size": 500}, "electric-boiler": {}},
}


OFFICE = b"openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
TEXTS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.' + OFFICE + b'" />'
)
TEXTS_START = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def bomb() -> bytes:
    """A small workbook whose texts unpack to less than a workbook may, but take minutes to read."""
    data = io.BytesIO()
    texts = b"<si><t>a</t></si>" * 10_000_000
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["heat"], [1]))) as plain,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for part in plain.namelist():
            with_texts = plain.read(part).replace(b"</Types>", TEXTS_TYPE + b"</Types>")
            packed.writestr(part, with_texts)
        packed.writestr("xl/sharedStrings.xml", TEXTS_START + texts + b"</sst>")
    return data.getvalue()


class TestSamples:
    def test_every_sample_can_be_fetched_and_checked_as_a_requirement(
        self, app: Flask, api: Api
    ) -> None:
        app.config["MAX_CONTENT_LENGTH"] = 10_000_000
        for name in SAMPLES:
            requirement = api.get(f"/api/v1/samples/{name}").json
            answer = api.post("/api/v1/check", data=json.dumps({"requirement": requirement}))
            assert answer.status_code == 200, answer.text
            assert answer.json == api.post("/api/v1/check", json={"sample": name}).json
            assert answer.json["warnings"] == []

    def test_it_is_fetched_once(self, api: Api) -> None:
        tag = api.get("/api/v1/samples/campus").headers["ETag"]
        again = api.get("/api/v1/samples/campus", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")

    def test_an_unknown_one_is_answered_with_those_that_there_are(self, api: Api) -> None:
        answer = api.get("/api/v1/samples/moon")
        assert answer.status_code == 404
        assert all(name in answer.json["message"] for name in SAMPLES)


class TestSubmissions:
    def test_what_a_job_was_submitted_with_can_be_submitted_again(self, api: Api) -> None:
        wish = {
            "requirement": SITE,
            "name": "Without gas",
            "disabled_devices": ["gas-boiler"],
            "options": {"gap": 0.1},
        }
        job = api.post("/api/v1/jobs", data=json.dumps(wish)).json["id"]
        again = api.get(f"/api/v1/jobs/{job}/submission").json
        assert again == wish
        assert list(again["requirement"]["demands"]) == ["heat", "electricity"]

    def test_that_of_a_sample_has_its_name(self, api: Api) -> None:
        again = api.get(f"/api/v1/jobs/{api.submit()}/submission").json
        assert again == {"sample": "tiny", "name": None, "disabled_devices": [], "options": {}}

    @pytest.mark.parametrize("site", [SITE, {**SITE, "name": "Mill"}])
    def test_a_search_that_is_called_as_its_site_has_no_name_of_its_own(
        self, api: Api, site: dict[str, Any]
    ) -> None:
        for more in ({}, {"name": site.get("name", "Energy island")}):
            job = api.post("/api/v1/jobs", data=json.dumps({"requirement": site, **more})).json[
                "id"
            ]
            assert api.get(f"/api/v1/jobs/{job}/submission").json["name"] is None


class TestChecking:
    def test_it_says_what_was_understood(self, api: Api) -> None:
        found = api.post("/api/v1/check", data=json.dumps({"requirement": SITE})).json
        assert (found["steps"], found["step_hours"], found["drawn_every_h"]) == (2, 12, 12)
        heat, electricity, price = found["curves"]
        assert (heat["name"], heat["mean"], heat["most"]) == ("heat", 200, 300)
        assert heat["values"] == [100, 300]
        assert "values" not in electricity
        assert (price["role"], price["unit"]) == ("price", "EUR/kWh")
        boiler = found["devices"][0]
        assert (boiler["name"], boiler["stated"]) == ("gas-boiler", ["max_size"])
        assert boiler["figures"]["max_size"] == 500
        assert boiler["year"] > 2000

    def test_it_says_what_to_doubt(self, api: Api) -> None:
        found = api.post("/api/v1/check", data=json.dumps({"requirement": SITE})).json
        (warning,) = found["warnings"]
        assert warning["id"] == "catalogue-by-name"
        assert warning["values"] == {"field": "devices.gas-boiler", "name": "gas-boiler"}
        assert warning["text"].startswith("devices.gas-boiler states some figures")

    def test_a_year_is_drawn_by_its_days(self, api: Api) -> None:
        found = api.post("/api/v1/check", json={"sample": "campus"}).json
        (sun,) = (curve for curve in found["curves"] if curve["name"] == "sun")
        assert {len(sun[part]) for part in ("values", "low", "high")} == {365}
        assert sun["devices"] == ["Rooftop photovoltaics", "Ground-mounted photovoltaics"]
        assert all(
            low <= mean <= high
            for low, mean, high in zip(sun["low"], sun["values"], sun["high"], strict=True)
        )

    @pytest.mark.parametrize(
        "wish",
        [
            {"sample": "moon"},
            {"sample": "tiny", "requirement": {}},
            {"sample": "tiny", "name": "x" * 201},
            {"sample": "tiny", "options": {"gap": 2}, "disabled_devices": ["fan"]},
            {"requirement": {"demands": {"heat": -1}, "co2_price": -5}},
        ],
    )
    def test_it_refuses_as_the_submit_would(self, api: Api, wish: dict[str, Any]) -> None:
        checked, submitted = (api.post(f"/api/v1/{way}", json=wish) for way in ("check", "jobs"))
        assert (checked.status_code, checked.json) == (422, submitted.json)

    def test_nothing_is_queued_and_who_only_watches_may_look(self, app: Flask, api: Api) -> None:
        viewer = Api(app, "vera", "viewer")
        assert viewer.post("/api/v1/check", json={"sample": "tiny"}).status_code == 200
        assert api.get("/api/v1/jobs").json["total"] == 0

    def test_a_stranger_may_not(self, anyone: FlaskClient) -> None:
        for way in ("check", "columns?file=a.csv"):
            assert anyone.post(f"/api/v1/{way}").status_code == 401
        assert anyone.get("/api/v1/samples/tiny").status_code == 401


class TestColumns:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.csv", b"time,heat,sun\n2023-02-01 00:00,1,0\n2023-02-01 00:30,2,0.5\n"),
            (
                "a.XLSX",
                workbook(
                    ["time", "heat", "sun"],
                    ["2023-02-01 00:00", 1, 0],
                    ["2023-02-01 00:30", 2, 0.5],
                ),
            ),
        ],
    )
    def test_a_table_is_read(self, api: Api, name: str, data: bytes) -> None:
        answer = api.post("/api/v1/columns", query_string={"file": name}, data=data)
        assert answer.json == {
            "columns": {"heat": [1, 2], "sun": [0, 0.5]},
            "start": "2023-02-01",
            "step_hours": 0.5,
        }
        assert list(answer.json["columns"]) == ["heat", "sun"]

    def test_a_wrong_cell_is_named(self, api: Api) -> None:
        data = b"heat,sun\n1,0\n2,none\n"
        answer = api.post("/api/v1/columns", query_string={"file": "a.csv"}, data=data)
        assert answer.status_code == 422
        (error,) = answer.json["errors"]
        assert error["field"] == "a.csv"
        assert "column 'sun', row 3" in error["message"]

    def test_a_file_without_a_name_is_refused(self, api: Api) -> None:
        assert api.post("/api/v1/columns", data=b"").json["errors"][0]["field"] == "file"

    def test_a_body_that_is_too_large_is_refused_unread(self, api: Api) -> None:
        answer = api.post("/api/v1/columns?file=a.csv", data=b"1" * 1_000_001)
        assert answer.status_code == 413
        assert answer.json == {"message": "The upload is too large: at most 0.95 MB."}

    def test_a_workbook_that_takes_forever_is_given_up(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "SECONDS", 3)
        answer = api.post("/api/v1/columns?file=bomb.xlsx", data=bomb())
        assert answer.status_code == 422
        assert "too much time or memory" in answer.json["message"]


def test_the_interface_describes_them(api: Api) -> None:
    paths = api.get("/api/v1/openapi.json").json["paths"]
    assert {"200", "422"} <= set(paths["/api/v1/check"]["post"]["responses"])
    assert "sample" in json.dumps(paths["/api/v1/check"]["post"]["requestBody"])
    columns = paths["/api/v1/columns"]["post"]
    assert "application/octet-stream" in columns["requestBody"]["content"]
    assert [where["name"] for where in columns["parameters"]] == ["file"]
    assert "/api/v1/samples/{sample}" in paths
    assert "/api/v1/jobs/{job_id}/submission" in paths
