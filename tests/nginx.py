"""nginx in front of web processes, with the configuration that deploy/ has for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import trustme

from dashboard.config import ROOT
from dashboard.development.valkey import free_port
from tests.backends.servers import HOST, Server

NGINX = """
daemon off;
pid nginx.pid;
worker_processes 1;
{user}
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include island.conf;
}}
"""
"""A main configuration like Debian's nginx.conf, in a folder of its own."""


class Nginx(Server):
    """nginx with deploy/nginx.conf, except for its name, certificate and ports.

    webs: the ports of the web processes, or their addresses, however many.
    """

    def __init__(
        self, folder: Path, webs: Sequence[int | str], host: str = HOST, enter: Sequence[str] = ()
    ) -> None:
        command = ["/usr/sbin/nginx", "-p", f"{folder}/", "-c", "nginx.conf", "-e", "error.log"]
        super().__init__(folder, command, host=host, enter=enter)
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost", host)
        self.authority = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.authority)
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
        # Its default user may not read this folder.
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(NGINX.format(user=user))
        configuration = (ROOT / "deploy" / "nginx.conf").read_text()
        for theirs, ours in {
            "/etc/letsencrypt/live/island.example.org/fullchain.pem": str(folder / "server.pem"),
            "/etc/letsencrypt/live/island.example.org/privkey.pem": str(folder / "server.pem"),
            "island.example.org": "localhost",
            "listen 80;": f"listen {host}:{free_port()};",
            "listen 443 ": f"listen {host}:{self.port} ",
            f"    server {HOST}:5001;\n    server {HOST}:5002;\n": "".join(
                f"    server {f'{HOST}:{web}' if isinstance(web, int) else web};\n" for web in webs
            ),
        }.items():
            assert theirs in configuration, f"deploy/nginx.conf has no {theirs}"
            configuration = configuration.replace(theirs, ours)
        self._configuration = configuration
        self.allow()

    @property
    def url(self) -> str:
        return f"https://{'localhost' if self.host == HOST else self.host}:{self.port}"

    def allow(self, *, websockets: bool = True, sticky: bool = False) -> None:
        """Reload with or without WebSockets, and with or without sticky sessions."""
        configuration = self._configuration
        if not websockets:
            # A proxy forwards neither header by itself.
            configuration = configuration.replace("proxy_set_header Upgrade $http_upgrade;", "")
            configuration = configuration.replace(
                "proxy_set_header Connection $connection_upgrade;", ""
            )
        if sticky:
            configuration = configuration.replace("least_conn;", "ip_hash;")
        (self.folder / "island.conf").write_text(configuration)
        if self._child is not None:
            self._signal(signal.SIGHUP)
