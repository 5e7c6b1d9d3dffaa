"""A button that starts the callback, and the bar that shows its progress.

`viewer` keeps people apart: Dash stores the progress of a callback under its arguments, and whoever
reads it first removes it. Two people who press the same button would take it from each other.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from celery import Celery
from dash import CeleryManager, Dash, Input, Output, State, dcc, html

from benchmarks.peers.updates import updates

URL = os.environ["REDIS_URL"]

celery = Celery("dash_site", broker=URL, backend=URL)
app = Dash(__name__, background_callback_manager=CeleryManager(celery))
server = app.server
app.layout = html.Div(
    [
        dcc.Store(id="viewer"),
        html.Button("Run", id="run"),
        html.Progress(id="bar"),
        html.P(id="status"),
        html.P(id="result"),
    ]
)


@app.callback(
    Output("result", "children"),
    Input("run", "n_clicks"),
    State("viewer", "data"),
    background=True,
    progress=[Output("bar", "value"), Output("bar", "max"), Output("status", "children")],
    prevent_initial_call=True,
)
def progress(set_progress: Callable[..., None], clicks: int, viewer: int) -> str:
    for current, total, status in updates():
        set_progress((str(current), str(total), status))
    return "Done"
