"""The site that nginx serves, with a real nginx in front of an upstream of this test."""

import http.server
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import eventually

SITE = Path(__file__).resolve().parents[3] / "deployment" / "nginx" / "dollarclub.conf"
TOKEN = "tok3n-nobody-may-read"
pytestmark = pytest.mark.skipif(
    shutil.which("nginx") is None or shutil.which("openssl") is None, reason="nginx or openssl is missing"
)


class Upstream(http.server.BaseHTTPRequestHandler):
    """Tells how much it was sent; `/slow` is longer about it than an alert's sender waits."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "slow" in self.path:
            time.sleep(4)
        answer = f"{len(body)} {self.headers['X-Forwarded-For']}".encode()
        self.send_response(202)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """The test reads nginx's log, not this one."""


@dataclass
class Site:
    port: int
    folder: Path
    client: httpx.Client

    def logged(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[Site]:
    """The site on free ports, its files in `folder`."""
    plain, secure = free_port(), free_port()
    names = ("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem")
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, *names],
        check=True,
        capture_output=True,
    )
    text = SITE.read_text().replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    text = re.sub(r"listen \[::\].*\n", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace(
        "listen 443", f"listen 127.0.0.1:{secure}"
    )
    text = text.replace("/etc/dollarclub/tls", str(folder)).replace("/var/log/nginx", str(folder))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log info;\n"
        f"events {{}}\nhttp {{\n{temporary}{text}\n}}\n"
    )
    command = ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    trusted = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    try:
        with httpx.Client(base_url=f"https://localhost:{secure}", verify=trusted, timeout=20) as client:
            eventually(lambda: socket.socket().connect_ex(("127.0.0.1", secure)) == 0, what="nginx")
            yield Site(plain, folder, client)
    finally:
        running.terminate()
        running.wait()


@pytest.fixture(scope="module")
def upstream() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def site(tmp_path: Path, upstream: int) -> Iterator[Site]:
    with nginx(tmp_path, upstream) as running:
        yield running


ADDRESSES = {
    f"/api/webhook/t/{TOKEN}": "/api/webhook/t/{token}",
    f"/api/webhook/{TOKEN}": "/api/webhook/{user_id}",
    f"/api/webhook/webhook/{TOKEN}": "/api/webhook/webhook/{user_id}",
    f"/api/v1/webhooks/{TOKEN}/tradingview": "/api/v1/webhooks/{user_id}/tradingview",
}


def test_an_alert_reaches_the_application_and_its_address_no_log(site: Site) -> None:
    for path in (*ADDRESSES, f"/API//webhook/t/{TOKEN}?secret={TOKEN}", f"/api/webhook/t/{TOKEN}/slow"):
        site.client.post(path, content=b"{}")
    with httpx.Client() as plain:
        plain.post(f"http://localhost:{site.port}/api/webhook/t/{TOKEN}")
    site.client.post("/api/scripts", content=b"{}")
    logged = eventually(lambda: site.logged() if "/api/scripts" in site.logged() else "")
    assert TOKEN not in logged
    for route in ADDRESSES.values():
        assert f'"POST {route}" 202' in logged


def test_a_body_that_is_too_large_is_for_the_application_to_refuse(site: Site) -> None:
    answer = site.client.post(f"/api/webhook/t/{TOKEN}", content=b"x" * 65 * 1024)
    assert answer.text == f"{65 * 1024} 127.0.0.1"


def test_the_sender_is_told_to_send_again_before_it_gives_up(tmp_path: Path, upstream: int) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "away").mkdir()
    with nginx(tmp_path / "slow", upstream) as site:
        late = site.client.post(f"/api/webhook/t/{TOKEN}/slow", content=b"{}")
        assert late.elapsed.total_seconds() < 3.5
        assert TOKEN not in site.logged()
    with nginx(tmp_path / "away", free_port()) as site:
        away = site.client.post(f"/api/webhook/t/{TOKEN}", content=b"{}")
        assert TOKEN not in site.logged()
    for answer in (late, away):
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["Content-Type"] == "application/problem+json"
