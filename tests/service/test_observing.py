"""What operators see: metrics for those they are for, and logs without secrets."""

from __future__ import annotations

import json
import logging
import ssl
from pathlib import Path

import aiohttp
import pytest
import structlog
from structlog.testing import capture_logs

from persistence.database import Database
from server.app import build_app
from server.connections import open_http, tls_context
from server.forwarded import Forwarded
from server.gate import Gate
from server.logs import set_up_logs
from server.metrics import Metrics
from server.pages import Pages
from server.settings import SettingsError
from tests.certificates import make_certificate
from tests.edge import PASSWORD, STATIC, Edge, open_edge


async def test_metrics_name_routes_and_never_addresses(edge: Edge) -> None:
    await edge.nobody.ask("GET", "/api/v1/streams/123456789")
    await edge.nobody.ask("GET", "/whip/sessions/secret-of-a-session")
    answer = await edge.nobody.ask("GET", "/metrics")
    assert answer.status == 200
    name = 'vibecast_http_requests_total{method="GET",route="/api/v1/streams/{stream_id}"'
    assert name + ',status="404"} 1.0' in answer.body
    assert "123456789" not in answer.body and "secret-of-a-session" not in answer.body
    assert "vibecast_http_request_seconds_bucket" in answer.body


async def test_metrics_are_for_the_machine_and_administrators(database: Database) -> None:
    async with open_edge(database, trusted_proxies=("127.0.0.1",)) as edge:
        far = {"X-Forwarded-For": "198.51.100.9"}
        ann = await edge.person("ann")
        for person in (edge.nobody, ann):
            assert (await person.ask("GET", "/metrics", headers=far)).status == 404
        await database.execute("UPDATE users SET role = 'admin'")
        admin = await edge.nobody.ask(
            "POST", "/api/v1/sessions", {"login": "ann", "password": PASSWORD}
        )
        bearer = {"Authorization": f"Bearer {admin.body['token']}"}
        assert (await edge.nobody.ask("GET", "/metrics", headers={**far, **bearer})).status == 200


async def test_proxy_nobody_trusts_makes_nobody_local(edge: Edge) -> None:
    far = {"X-Forwarded-For": "198.51.100.9"}
    assert (await edge.nobody.ask("GET", "/metrics", headers=far)).status == 404


async def test_logs_tell_who_did_what_without_secrets(edge: Edge) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as events:
        ann = await edge.person("ann")
        made = await ann.ask("POST", "/api/v1/streams", {"title": "a"})
        await edge.nobody.ask("POST", "/api/v1/sessions", {"login": "ann", "password": "guess it"})
        await ann.ask("DELETE", "/api/v1/sessions/current")
    names = [event["event"] for event in events]
    assert {"signed up", "sign-in failed", "signed out", "request"} <= set(names)
    failed = next(event for event in events if event["event"] == "sign-in failed")
    assert failed["user_id"] == int(ann.user_id) and failed["request_id"]
    created = next(event for event in events if event.get("route") == "/api/v1/streams")
    assert created["user_id"] == int(ann.user_id) and created["status"] == 201
    text = json.dumps(events)
    for secret in (PASSWORD, "guess it", ann.token, made.body["stream_key"], "mail.example"):
        assert secret is not None and secret not in text


def test_log_lines_cannot_be_forged(capsys: pytest.CaptureFixture[str]) -> None:
    before, level = structlog.get_config(), logging.getLogger().level
    try:
        set_up_logs("info")
        structlog.get_logger("test").info("refused", name='a\n{"event": "signed in"}')
        structlog.get_logger("test").debug("quiet")
    finally:
        structlog.configure(**before)
        logging.getLogger().setLevel(level)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["event"] == "refused"


async def test_node_with_a_certificate_speaks_https(edge: Edge, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    forwarded = Forwarded(trusted_proxies=(), public_url=None)
    gate = Gate(edge.sessions, limiter=edge.limiter, limits=edge.limits, forwarded=forwarded)
    pages = Pages(STATIC, database=edge.database, gate=gate)
    app = build_app(edge.routes, gate=gate, pages=pages, metrics=Metrics())
    async with (
        open_http(app, host="127.0.0.1", port=0, tls=tls_context(certificate, key)) as port,
        aiohttp.ClientSession() as http,
        http.get(
            f"https://localhost:{port}/healthz",
            ssl=ssl.create_default_context(cafile=str(certificate)),
        ) as response,
    ):
        assert response.status == 200
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_wrong_certificate_is_an_error_of_the_start(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nonsense", encoding="utf-8")
    with pytest.raises(SettingsError, match="not a certificate"):
        tls_context(tmp_path / "x.pem", tmp_path / "x.pem")
