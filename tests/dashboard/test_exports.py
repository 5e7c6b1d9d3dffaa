"""A result as an Excel workbook, as it comes over HTTP."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from algorithm import run_search
from dashboard.jobs import lifecycle
from tests.dashboard.conftest import Api

FORMULA = '=HYPERLINK("http://example.org")'
"""What somebody has called a device of theirs, and a carrier."""


@pytest.fixture(scope="module")
def front() -> dict[str, Any]:
    """A Pareto front, in which a device and a flow are called like formulas; one plan's dispatch
    is of typical days."""
    found = run_search("tiny", options={"goal": "front", "plans": 3})
    found["plans"][0]["devices"][0]["label"] = FORMULA
    found["warnings"] = [{"id": "price-high", "values": {}, "text": FORMULA}]
    found["plans"][0]["graph"]["links"][0]["source"] = "@supply\x07"
    dispatch = found["plans"][1]["dispatch"]
    dispatch["days"] = [{"day": 40, "date": "2023-02-10", "days_per_year": 365.0}]
    return found


@pytest.fixture
def finished(app: Flask, api: Api, front: dict[str, Any]) -> str:
    """A job that ended with it."""
    identity = api.submit()
    with app.app_context():
        assert lifecycle.end(identity, "SUCCESS", "finished", "It ended.", front)
    return identity


def opened(api: Api, identity: str, plan: int = 0) -> Workbook:
    answer = api.get(f"/api/v1/jobs/{identity}/result.xlsx?plan={plan}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].endswith(f"result-{identity}-{plan}.xlsx")
    return load_workbook(io.BytesIO(answer.data))


def table(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book[sheet].values
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_workbook_has_a_sheet_for_each_table(
    api: Api, finished: str, front: dict[str, Any]
) -> None:
    book = opened(api, finished)
    assert book.sheetnames == [
        *("plans", "devices", "costs", "cash flow", "flows", "dispatch"),
        *("warnings", "assumptions"),
    ]
    plans = table(book, "plans")
    for row, plan in zip(plans, front["plans"], strict=True):
        assert row["cost_per_year, EUR"] == pytest.approx(plan["cost_per_year"])
        assert row["co2_kg_per_year"] == pytest.approx(plan["co2_kg_per_year"])
    links = [link for plan in front["plans"] for link in plan["graph"]["links"]]
    assert [row["kwh_per_year"] for row in table(book, "flows")] == [
        pytest.approx(link["kwh"]) for link in links
    ]
    devices = [device for plan in front["plans"] for device in plan["devices"]]
    assert [row["size"] for row in table(book, "devices")] == [d["size"] for d in devices]


def test_a_workbook_says_what_to_doubt_and_what_was_assumed(
    api: Api, finished: str, front: dict[str, Any]
) -> None:
    book = opened(api, finished)
    (doubt,) = table(book, "warnings")
    assert (doubt["id"], doubt["text"].lstrip("'")) == ("price-high", FORMULA)
    figures = table(book, "assumptions")
    for row, assumed in zip(figures, front["assumptions"], strict=True):
        is_number = isinstance(assumed["value"], float)
        assert row == assumed | ({"value": pytest.approx(assumed["value"])} if is_number else {})


def test_a_result_from_before_there_were_warnings_has_a_workbook_all_the_same(
    app: Flask, api: Api, front: dict[str, Any]
) -> None:
    identity = api.submit()
    older = {
        name: value for name, value in front.items() if name not in ("warnings", "assumptions")
    }
    with app.app_context():
        assert lifecycle.end(identity, "SUCCESS", "finished", "It ended.", older)
    book = opened(api, identity)
    assert table(book, "warnings") == table(book, "assumptions") == []


def test_the_costs_of_a_plan_add_up_to_what_it_costs(
    api: Api, finished: str, front: dict[str, Any]
) -> None:
    costs = table(opened(api, finished), "costs")
    for number, plan in enumerate(front["plans"], start=1):
        together = sum(row["cost_per_year, EUR"] for row in costs if row["plan"] == number)
        assert together == pytest.approx(plan["cost_per_year"])


def test_the_dispatch_is_of_the_plan_asked_for_with_times_as_times(
    api: Api, finished: str, front: dict[str, Any]
) -> None:
    best = table(opened(api, finished), "dispatch")
    assert [row["time"] for row in best[:2]] == [datetime(2023, 1, 1), datetime(2023, 1, 1, 1)]
    flow = front["plans"][0]["dispatch"]["flows"][0]
    name = f"{flow['source']} → {flow['target']} {flow['carrier']}, kW"
    assert [row[name] for row in best] == flow["kw"]
    second = table(opened(api, finished, 1), "dispatch")
    assert second[5]["date"] in (date(2023, 2, 10), datetime(2023, 2, 10))
    assert (second[5]["hour, h"], second[5]["days_per_year"]) == (5, 365)


def test_what_people_have_named_is_never_a_formula(api: Api, finished: str) -> None:
    book = opened(api, finished)
    label = book["devices"]["C2"]
    assert (label.data_type, label.value.lstrip("'")) == ("s", FORMULA)
    source = book["flows"]["B2"]
    assert (source.data_type, source.value.lstrip("'")) == ("s", "@supply ")
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize(("plan", "status"), [("3", 404), ("-1", 422), ("x", 422)])
def test_a_plan_that_is_not_there_has_no_workbook(
    api: Api, finished: str, plan: str, status: int
) -> None:
    answer = api.get(f"/api/v1/jobs/{finished}/result.xlsx?plan={plan}")
    assert answer.status_code == status
    assert "plan" in answer.text
