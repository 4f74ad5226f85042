"""The second factor: asked for after the password, each code once, never by accident for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pyotp
import pytest

from persistence.database import Database
from persistence.site_secrets import site_secret
from server.limits import Limits, Policy
from server.sealing import Sealing
from tests.edge import GENEROUS, PASSWORD, Answer, Client, Edge, open_edge

MINE = "/api/v1/users/me/second-factor"
SIGN_IN = {"login": "ann", "password": PASSWORD}


class App:
    """An authenticator app. Steps may be used once, so each code is of the next step that fits."""

    def __init__(self, secret: str, *, now: float) -> None:
        self._totp = pyotp.TOTP(secret)
        self._now = int(now) // 30
        self._step = self._now - 1

    def code(self) -> str:
        """Return a code that was not used yet. There are three at a time."""
        code = self._totp.generate_otp(self._step)
        self._step += 1
        return code

    def wrong(self) -> str:
        """Return six digits that are no code now."""
        near = range(self._now - 2, self._now + 3)
        right = {self._totp.generate_otp(step) for step in near}
        return next(code for n in range(100) if (code := f"{n:06}") not in right)


async def begin(edge: Edge, person: Client) -> App:
    answer = await person.ask("POST", MINE, {"password": PASSWORD})
    assert answer.status == 201, answer
    assert answer.body["uri"].startswith(f"otpauth://totp/Vibecast:{person.username}?secret=")
    return App(answer.body["secret"], now=edge.clock.now)


async def enable(edge: Edge, person: Client) -> tuple[App, list[str]]:
    app = await begin(edge, person)
    answer = await person.ask("POST", MINE + "/confirm", {"otp": app.code()})
    assert answer.status == 200, answer
    return app, answer.body["recovery_codes"]


async def sign_in(edge: Edge, **more: Any) -> Answer:
    return await edge.nobody.ask("POST", "/api/v1/sessions", {**SIGN_IN, **more})


async def second_step(edge: Edge, challenge: str, otp: str) -> Answer:
    return await edge.nobody.ask(
        "POST", "/api/v1/sessions/second-factor", {"challenge": challenge, "otp": otp}
    )


async def test_password_alone_signs_in_until_the_app_has_shown_to_have_the_secret(
    edge: Edge,
) -> None:
    ann = await edge.person("ann")
    app = await begin(edge, ann)
    assert (await sign_in(edge)).status == 201
    wrong = await ann.ask("POST", MINE + "/confirm", {"otp": app.wrong()})
    assert (wrong.status, wrong.body["code"]) == (403, "reauthentication-failed")
    assert (await ann.ask("GET", MINE)).body == {"is_enabled": False, "recovery_codes_left": 0}
    confirmed = await ann.ask("POST", MINE + "/confirm", {"otp": app.code()})
    assert len(set(confirmed.body["recovery_codes"])) == 10
    assert (await ann.ask("GET", MINE)).body == {"is_enabled": True, "recovery_codes_left": 10}
    assert (await ann.ask("GET", "/api/v1/users/me")).body["second_factor"] is True
    assert (await sign_in(edge)).status == 401


async def test_sign_in_in_two_steps(edge: Edge) -> None:
    ann = await edge.person("ann")
    app, _ = await enable(edge, ann)
    first = await sign_in(edge)
    assert (first.status, first.body["code"]) == (401, "second-factor-required")
    assert "Set-Cookie" not in first.headers
    challenge = first.body["challenge"]
    bearer = Client(edge.http, edge.url, challenge)
    assert (await bearer.ask("GET", "/api/v1/users/me")).status == 401
    wrong = await second_step(edge, challenge, app.wrong())
    assert (wrong.status, wrong.body["code"]) == (401, "second-factor-wrong")
    second = await second_step(edge, challenge, app.code())
    assert second.status == 201 and second.body["user"]["username"] == "ann"
    signed_in = Client(edge.http, edge.url, second.body["token"])
    assert (await signed_in.ask("GET", "/api/v1/users/me")).status == 200
    again = await second_step(edge, challenge, app.code())
    assert (again.status, again.body["code"]) == (400, "invalid-token")


async def test_sign_in_in_one_step_with_the_code(edge: Edge) -> None:
    ann = await edge.person("ann")
    app, _ = await enable(edge, ann)
    wrong = await sign_in(edge, otp=app.wrong())
    assert (wrong.status, wrong.body["code"]) == (401, "second-factor-wrong")
    assert (await sign_in(edge, otp=app.code())).status == 201
    # With a wrong password nobody learns that there is a second factor.
    other = await sign_in(edge, password="wrong wrong", otp=app.code())
    assert (other.status, other.body["code"]) == (401, "unauthenticated")


async def test_code_is_used_once_also_by_two_at_once(edge: Edge) -> None:
    ann = await edge.person("ann")
    app, _ = await enable(edge, ann)
    code = app.code()
    answers = await asyncio.gather(*(sign_in(edge, otp=code) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [201, 401, 401, 401]
    assert (await sign_in(edge, otp=code)).status == 401


async def test_code_of_an_earlier_step_is_no_good_after_a_later_one(edge: Edge) -> None:
    ann = await edge.person("ann")
    app, _ = await enable(edge, ann)
    earlier, later = app.code(), app.code()
    assert (await sign_in(edge, otp=later)).status == 201
    assert (await sign_in(edge, otp=earlier)).status == 401


async def test_recovery_code_signs_in_once_however_it_is_typed(edge: Edge) -> None:
    ann = await edge.person("ann")
    _, codes = await enable(edge, ann)
    typed = codes[0].upper().replace("-", " ")
    assert (await sign_in(edge, otp=typed)).status == 201
    assert (await sign_in(edge, otp=codes[0])).status == 401
    assert (await ann.ask("GET", MINE)).body["recovery_codes_left"] == 9
    renewed = await ann.ask(
        "POST", MINE + "/recovery-codes", {"password": PASSWORD, "otp": codes[1]}
    )
    assert renewed.status == 200
    assert (await sign_in(edge, otp=codes[2])).status == 401
    assert (await sign_in(edge, otp=renewed.body["recovery_codes"][0])).status == 201


async def test_secrets_are_stored_sealed_and_codes_hashed(edge: Edge) -> None:
    ann = await edge.person("ann")
    begun = (await ann.ask("POST", MINE, {"password": PASSWORD})).body
    app = App(begun["secret"], now=edge.clock.now)
    confirmed = await ann.ask("POST", MINE + "/confirm", {"otp": app.code()})
    codes = confirmed.body["recovery_codes"]
    rows = await edge.database.fetch("SELECT kind, credential FROM auth_factors")
    stored = b"".join(bytes(row["credential"]) for row in rows)
    assert begun["secret"].encode() not in stored
    assert not any(
        code.encode() in stored or code.replace("-", "").encode() in stored for code in codes
    )
    (sealed,) = [bytes(row["credential"]) for row in rows if row["kind"] == "totp"]
    sealing = Sealing(await site_secret(edge.database, "second-factors"))
    assert sealing.open(sealed, owner_id=int(ann.user_id)) == begun["secret"].encode()


async def test_what_proves_the_owner_is_changed_with_both_factors_only(edge: Edge) -> None:
    ann = await edge.person("ann")
    _, codes = await enable(edge, ann)
    new = {"current_password": PASSWORD, "password": "another horse, another battery"}
    asked = [
        ("PUT", "/api/v1/users/me/password", new),
        ("PUT", "/api/v1/users/me/email", {"password": PASSWORD, "email": "x@mail.example"}),
        ("DELETE", MINE, {"password": PASSWORD}),
        ("POST", MINE + "/recovery-codes", {"password": PASSWORD}),
        ("DELETE", "/api/v1/users/me", {"password": PASSWORD, "content": "keep"}),
    ]
    for method, path, body in asked:
        for given in (body, {**body, "otp": "000000x"}):
            answer = await ann.ask(method, path, given)
            assert (answer.status, answer.body["code"]) == (403, "reauthentication-failed"), path
    assert (await ann.ask("DELETE", MINE, {"password": PASSWORD, "otp": codes[0]})).status == 204
    assert (await sign_in(edge)).status == 201
    assert await edge.database.fetchval("SELECT count(*) FROM auth_factors") == 0


async def test_second_factor_is_begun_by_who_knows_the_password_and_only_once(
    edge: Edge,
) -> None:
    ann = await edge.person("ann")
    assert (await ann.ask("POST", MINE, {"password": "wrong"})).status == 403
    missing = await ann.ask("POST", MINE + "/confirm", {"otp": "000000"})
    assert (missing.status, missing.body["code"]) == (409, "second-factor-missing")
    _, codes = await enable(edge, ann)
    for path, body in (
        (MINE, {"password": PASSWORD, "otp": codes[0]}),
        (MINE + "/confirm", {"otp": "000000"}),
    ):
        answer = await ann.ask("POST", path, body)
        assert (answer.status, answer.body["code"]) == (409, "second-factor-enabled")


async def test_disabling_what_is_not_there_is_told(edge: Edge) -> None:
    ann = await edge.person("ann")
    for method, path in (("DELETE", MINE), ("POST", MINE + "/recovery-codes")):
        answer = await ann.ask(method, path, {"password": PASSWORD})
        assert (answer.status, answer.body["code"]) == (409, "second-factor-missing")


async def test_reset_of_the_password_leaves_the_second_factor(edge: Edge) -> None:
    ann = await edge.person("ann")
    await enable(edge, ann)
    await edge.nobody.ask("POST", "/api/v1/password-resets", {"login": "ann"})
    token = await edge.letters.wait_token("ann@mail.example", "new password")
    new = "another horse, another battery"
    redeemed = {"token": token, "password": new}
    await edge.nobody.ask("POST", "/api/v1/password-resets/redeem", redeemed)
    answer = await sign_in(edge, password=new)
    assert (answer.status, answer.body["code"]) == (401, "second-factor-required")


async def test_code_is_good_for_a_step_more_and_then_no_more(edge: Edge) -> None:
    ann = await edge.person("ann")
    app, _ = await enable(edge, ann)
    this_step, next_step = app.code(), app.code()
    edge.clock.now += 30
    assert (await sign_in(edge, otp=this_step)).status == 201
    edge.clock.now += 60
    assert (await sign_in(edge, otp=next_step)).status == 401


async def test_challenge_expires(edge: Edge) -> None:
    ann = await edge.person("ann")
    app, _ = await enable(edge, ann)
    challenge = (await sign_in(edge)).body["challenge"]
    await edge.database.execute("UPDATE auth_tokens SET expires_at = now()")
    answer = await second_step(edge, challenge, app.code())
    assert (answer.status, answer.body["code"]) == (400, "invalid-token")


@pytest.mark.parametrize("quota", [3])
async def test_guessing_codes_is_limited_by_user_over_all_challenges(
    database: Database, quota: int
) -> None:
    limits = Limits(
        requests=GENEROUS.requests,
        sign_in_per_address=GENEROUS.sign_in_per_address,
        sign_in_per_account=GENEROUS.sign_in_per_account,
        sign_up_per_address=GENEROUS.sign_up_per_address,
        second_factor_per_user=Policy("second-factor", quota + 1, 900),
    )
    async with open_edge(database, limits=limits) as edge:
        ann = await edge.person("ann")
        app, _ = await enable(edge, ann)  # counts as one try
        statuses = []
        for _ in range(quota + 1):
            challenge = (await sign_in(edge)).body["challenge"]
            statuses.append((await second_step(edge, challenge, app.wrong())).status)
        assert statuses == [401] * quota + [429]
