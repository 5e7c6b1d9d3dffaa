"""docs/deployment.md, done as it stands there, leads from a fresh clone to a running production."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from dashboard.config import ROOT
from dashboard.development.procfile import read_procfile
from dashboard.development.reaper import Reaper
from dashboard.development.valkey import EmbeddedValkey, free_port
from tests.backends.servers import Postgres
from tests.nginx import Nginx
from tests.stack import Viewer, wait_for

NAME, PASSWORD = "olga", "seven otters juggle brass lanterns"
MACHINE = re.compile(r"HOME|LANG|(?i:pip_|npm_|.*_proxy$|ssl_cert|node_extra)")
"""What of the environment tells how this machine reaches the package indexes."""
INSTALLED_WITHIN = 600.0
"""Seconds; it takes a minute where the machine has nothing else to do."""


def steps() -> list[str]:
    """The shell commands of the document, a block each; what root does is told otherwise."""
    text = (ROOT / "docs" / "deployment.md").read_text()
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Production:
    """A running installation: its checkout, and nginx in front of it."""

    checkout: Path
    environ: dict[str, str]
    front: Nginx

    def browser(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # Its bundle of authorities would come before this one.
        session.verify = str(self.front.authority)
        return session


def two_free_ports() -> int:
    """The first of two ports of which the second is the next."""
    while True:
        port = free_port()
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for one in (port, port + 1):
                probe = stack.enter_context(socket.socket())
                probe.bind(("127.0.0.1", one))
            return port


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """What the steps lead to, each done as soon as the one before it is."""
    folder = tmp_path_factory.mktemp("deployment")
    checkout = folder / "energy-island"
    checkout.mkdir()
    port = two_free_ports()
    with (
        EmbeddedValkey(folder / "redis") as redis,
        Postgres() as postgres,
        Reaper() as reaper,
    ):
        environ = {name: value for name, value in os.environ.items() if MACHINE.match(name)} | {
            "PATH": f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin",
            "REPOSITORY": str(ROOT),
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "NAME": NAME,
            "PASSWORD": PASSWORD,
            "PORT": str(port),
        }
        script = folder / "steps.sh"
        # Or else the shell would end without its honcho.
        script.write_text("\n".join(["trap : TERM", *steps()]))
        log = folder / "output"
        with log.open("wb") as output:
            shell = reaper.spawn(
                ["bash", "-e", str(script)], cwd=checkout, stdout=output.fileno(), env=environ
            )

        def is_ready() -> bool:
            assert not shell.gone(), log.read_text()
            with contextlib.suppress(requests.RequestException):
                addresses = [f"http://127.0.0.1:{one}/readyz" for one in (port, port + 1)]
                return all(requests.get(address, timeout=5).ok for address in addresses)
            return False

        wait_for(f"a running production; see {log}", is_ready, INSTALLED_WITHIN)
        with Nginx(folder / "nginx", [port, port + 1]) as front:
            yield Production(checkout, environ, front)
        reaper.end([shell], grace=20)


def test_a_person_signs_in_and_follows_a_search_through_nginx_to_its_graph(
    production: Production,
) -> None:
    browser, url = production.browser(), production.front.url
    page = browser.get(f"{url}/sign-in", timeout=30).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page
    form = {"csrf_token": token[1], "username": NAME, "password": PASSWORD}
    headers = {"Referer": f"{url}/sign-in"}
    page = browser.post(f"{url}/sign-in", form, headers=headers, timeout=30).text
    meta = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert meta, page
    answer = browser.post(
        f"{url}/api/v1/jobs",
        json={"sample": "tiny"},
        headers={"X-CSRFToken": meta[1], "Referer": f"{url}/"},
        timeout=30,
    )
    assert answer.status_code == 202, answer.text
    job = answer.json()["id"]
    viewer = Viewer(production.front, "", job)
    viewer.socket.eio.http = browser  # signed in by its cookie
    try:
        viewer.connect()
        wait_for("the end", lambda: viewer.ended, timeout=180)
        assert viewer.state["state"] == "SUCCESS"
    finally:
        viewer.close()
    assert browser.get(f"{url}/api/v1/jobs/{job}/graph", timeout=30).json()["nodes"]


def test_the_pages_are_whole_front_end_and_translations_included(production: Production) -> None:
    browser, url = production.browser(), production.front.url
    page = browser.get(f"{url}/sign-in", headers={"Accept-Language": "zh-CN"}, timeout=30).text
    assert "登录" in page
    built = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert any(address.endswith(".css") for address in built)
    for address in built:
        assert browser.get(url + address, timeout=30).ok, address


def test_nobody_else_can_read_the_settings(production: Production) -> None:
    assert (production.checkout / ".env").stat().st_mode & 0o077 == 0


def test_the_units_run_what_the_procfile_says() -> None:
    commands = read_procfile(ROOT / "Procfile")
    del commands["release"]
    units = {
        unit.name.split(".")[0].strip("@"): unit for unit in (ROOT / "deploy").glob("*.service")
    }
    assert units.keys() == {f"energy-island-{name}" for name in commands}
    for name, command in commands.items():
        told = units[f"energy-island-{name}"].read_text()
        assert f"\nExecStart=/srv/energy-island/.venv/bin/{command}\n" in told


def test_systemd_understands_the_units(production: Production, tmp_path: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        return  # A machine without systemd runs none of them.
    units = []
    for unit in (ROOT / "deploy").glob("*.service"):
        units.append(tmp_path / unit.name)
        told = unit.read_text().replace("/srv/energy-island", str(production.checkout))
        units[-1].write_text(told)
    checked = subprocess.run(
        [systemd, "verify", "--man=no", *map(str, units)], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_pythons_buildpack_builds_what_a_checkout_lacks_and_leaves_no_node(
    production: Production,
) -> None:
    built = [
        production.checkout / "dashboard/static/.vite/manifest.json",
        production.checkout / "dashboard/translations/zh_Hans/LC_MESSAGES/messages.mo",
    ]
    for file in built:
        file.unlink()
    path = f"{production.checkout}/.venv/bin:{production.environ['PATH']}"
    subprocess.run(
        ["bin/post_compile"],
        cwd=production.checkout,
        env=production.environ | {"PATH": path},
        check=True,
    )
    assert all(file.exists() for file in built)
    assert not (production.checkout / "frontend/node_modules").exists()
    assert not (production.checkout / ".venv/bin/node").exists()


def test_platforms_are_told_a_python_that_is_new_enough() -> None:
    wanted = tuple(map(int, (ROOT / ".python-version").read_text().split(".")))
    assert wanted >= (3, 11)


def test_what_the_document_names_of_the_checkout_is_there() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text()
    for name in re.findall(r"(?<![\w/.])(?:deploy|bin)/[\w@.*-]*\w", text):
        assert list(ROOT.glob(name)), name
    for unit in re.findall(r"energy-island-(?:web@|worker)", text):
        assert (ROOT / "deploy" / f"{unit}.service").exists(), unit
