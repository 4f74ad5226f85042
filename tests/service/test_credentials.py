"""Passwords and e-mail addresses: changed by who can prove to be the owner, and by nobody else."""

from __future__ import annotations

import asyncio

import pytest

from persistence.database import Database
from server.limits import Limits, Policy
from tests.edge import GENEROUS, PASSWORD, SITE_URL, Answer, Client, Edge, open_edge

NEW = "another horse, another battery"
PASSWORD_PATH = "/api/v1/users/me/password"
EMAIL_PATH = "/api/v1/users/me/email"
RESETS = "/api/v1/password-resets"
PROOFS = "/api/v1/email-verifications/redeem"


async def sign_in(edge: Edge, login: str = "ann", password: str = PASSWORD) -> Client:
    answer = await edge.nobody.ask(
        "POST", "/api/v1/sessions", {"login": login, "password": password}
    )
    assert answer.status == 201, answer
    return Client(edge.http, edge.url, answer.body["token"])


async def is_signed_in(person: Client) -> bool:
    return (await person.ask("GET", "/api/v1/users/me")).status == 200


async def change(person: Client, current: str, new: str) -> Answer:
    body = {"current_password": current, "password": new}
    return await person.ask("PUT", PASSWORD_PATH, body)


async def test_changed_password_signs_in_and_every_other_session_ends(edge: Edge) -> None:
    ann = await edge.person("ann")
    elsewhere = await sign_in(edge)
    assert await is_signed_in(elsewhere)
    ended: list[bytes] = []
    edge.sessions.on_session_ended(ended.append)
    answer = await change(ann, PASSWORD, NEW)
    assert answer.status == 200 and "session=" in answer.headers["Set-Cookie"]
    assert len(set(ended)) == 2
    assert not await is_signed_in(ann) and not await is_signed_in(elsewhere)
    assert await is_signed_in(Client(edge.http, edge.url, answer.body["token"]))
    old = await edge.nobody.ask("POST", "/api/v1/sessions", {"login": "ann", "password": PASSWORD})
    assert old.status == 401
    await sign_in(edge, password=NEW)
    await edge.letters.wait_letter("ann@mail.example", "password was changed")


async def test_password_is_changed_by_who_knows_it_only(edge: Edge) -> None:
    ann = await edge.person("ann")
    answer = await change(ann, "not the password", NEW)
    assert (answer.status, answer.body["code"]) == (403, "reauthentication-failed")
    weak = await change(ann, PASSWORD, "password1")
    assert (weak.status, weak.body["errors"][0]["pointer"]) == (422, "/password")
    assert await is_signed_in(ann)


async def test_letter_is_written_in_the_language_of_who_asks(edge: Edge) -> None:
    await edge.person("ann")
    reads_german = {"Accept-Language": "de-AT, en;q=0.5"}
    await edge.nobody.ask("POST", RESETS, {"login": "ann"}, headers=reads_german)
    letter = await edge.letters.wait_letter("ann@mail.example", "Neues Passwort")
    assert "Der Link gilt einmal" in letter.text
    assert f"{SITE_URL}/reset-password#token=" in letter.text


async def test_letter_sets_a_new_password_once(edge: Edge) -> None:
    ann = await edge.person("ann")
    assert (await edge.nobody.ask("POST", RESETS, {"login": "ANN"})).status == 202
    letter = await edge.letters.wait_letter("ann@mail.example", "new password")
    assert f"{SITE_URL}/reset-password#token=" in letter.text
    token = letter.text.partition("#token=")[2].split()[0]
    weak = await edge.nobody.ask("POST", RESETS + "/redeem", {"token": token, "password": "short"})
    assert (weak.status, weak.body["errors"][0]["pointer"]) == (422, "/password")
    redeemed = {"token": token, "password": NEW}
    assert (await edge.nobody.ask("POST", RESETS + "/redeem", redeemed)).status == 204
    assert not await is_signed_in(ann)
    await sign_in(edge, password=NEW)
    again = await edge.nobody.ask("POST", RESETS + "/redeem", redeemed)
    assert (again.status, again.body["code"]) == (400, "invalid-token")


async def test_of_two_who_come_with_one_letter_one_is_let_in(edge: Edge) -> None:
    await edge.person("ann")
    await edge.nobody.ask("POST", RESETS, {"login": "ann"})
    token = await edge.letters.wait_token("ann@mail.example", "new password")
    answers = await asyncio.gather(
        *(
            edge.nobody.ask("POST", RESETS + "/redeem", {"token": token, "password": f"{NEW} {n}"})
            for n in range(4)
        )
    )
    assert sorted(answer.status for answer in answers) == [204, 400, 400, 400]


async def test_letter_expires_and_a_newer_one_replaces_it(edge: Edge) -> None:
    await edge.person("ann")
    tokens = []
    for _ in range(2):
        await edge.nobody.ask("POST", RESETS, {"login": "ann@mail.example"})
        tokens.append(await edge.letters.wait_token("ann@mail.example", "new password"))
    old = await edge.nobody.ask("POST", RESETS + "/redeem", {"token": tokens[0], "password": NEW})
    assert old.status == 400
    await edge.database.execute("UPDATE auth_tokens SET expires_at = now()")
    late = await edge.nobody.ask("POST", RESETS + "/redeem", {"token": tokens[1], "password": NEW})
    assert (late.status, late.body["code"]) == (400, "invalid-token")


async def test_reset_tells_nothing_of_who_is_there(edge: Edge) -> None:
    await edge.person("ann")
    answers = [
        await edge.nobody.ask("POST", RESETS, {"login": login})
        for login in ("nobody_here", "x@mail.example", "ann")
    ]
    await edge.letters.wait_letter("ann@mail.example", "new password")
    assert {(answer.status, answer.body) for answer in answers} == {(202, "")}
    ignored = {"X-Request-ID", "Date", "RateLimit"}
    headers = [{k: v for k, v in a.headers.items() if k not in ignored} for a in answers]
    assert headers == [headers[0]] * 3
    assert edge.letters.is_empty("x@mail.example")


async def test_changed_password_makes_letters_useless(edge: Edge) -> None:
    ann = await edge.person("ann")
    await edge.nobody.ask("POST", RESETS, {"login": "ann"})
    token = await edge.letters.wait_token("ann@mail.example", "new password")
    await change(ann, PASSWORD, NEW)
    answer = await edge.nobody.ask("POST", RESETS + "/redeem", {"token": token, "password": NEW})
    assert answer.status == 400


async def test_tokens_of_letters_are_stored_hashed(edge: Edge) -> None:
    await edge.person("ann")
    token = await edge.letters.wait_token("ann@mail.example", "Confirm")
    rows = await edge.database.fetch("SELECT * FROM auth_tokens")
    assert len(rows) == 1 and token not in str(dict(rows[0]))


@pytest.mark.parametrize("policy", ["reset_per_address", "reset_per_account"])
async def test_asking_for_resets_is_limited(database: Database, policy: str) -> None:
    limited = {
        name: getattr(GENEROUS, name)
        for name in ("requests", "sign_up_per_address", "reset_per_address", "reset_per_account")
    }
    limited[policy] = Policy(policy, 5, 1800)
    async with open_edge(database, limits=Limits(**limited)) as edge:
        statuses = [
            (await edge.nobody.ask("POST", RESETS, {"login": "Ann" if n % 2 else "ann"})).status
            for n in range(6)
        ]
    assert statuses == [202, 202, 202, 202, 202, 429]


def test_limits_of_a_new_installation_are_five_in_half_an_hour() -> None:
    limits = Limits()
    for policy in (limits.reset_per_address, limits.reset_per_account, limits.mail_per_user):
        assert (policy.quota, policy.window_s) == (5, 1800)


async def test_new_account_proves_its_address(edge: Edge) -> None:
    ann = await edge.person("ann")
    assert (await ann.ask("GET", "/api/v1/users/me")).body["email_verified"] is False
    token = await edge.letters.wait_token("ann@mail.example", "Confirm")
    assert (await edge.nobody.ask("POST", PROOFS, {"token": token})).status == 204
    assert (await ann.ask("GET", "/api/v1/users/me")).body["email_verified"] is True
    again = await edge.nobody.ask("POST", PROOFS, {"token": token})
    assert (again.status, again.body["code"]) == (400, "invalid-token")


async def test_letter_of_proof_is_sent_again_on_request(edge: Edge) -> None:
    ann = await edge.person("ann")
    first = await edge.letters.wait_token("ann@mail.example", "Confirm")
    assert (await ann.ask("POST", EMAIL_PATH + "/verification")).status == 202
    second = await edge.letters.wait_token("ann@mail.example", "Confirm")
    assert (await edge.nobody.ask("POST", PROOFS, {"token": first})).status == 400
    assert (await edge.nobody.ask("POST", PROOFS, {"token": second})).status == 204


async def test_other_address_is_taken_when_it_is_proved(edge: Edge) -> None:
    ann = await edge.person("ann")
    body = {"email": "ann@new.example", "password": PASSWORD}
    wrong = await ann.ask("PUT", EMAIL_PATH, {**body, "password": "wrong"})
    assert (wrong.status, wrong.body["code"]) == (403, "reauthentication-failed")
    assert (await ann.ask("PUT", EMAIL_PATH, body)).status == 202
    assert (await ann.ask("GET", "/api/v1/users/me")).body["email"] == "ann@mail.example"
    token = await edge.letters.wait_token("ann@new.example", "Confirm")
    assert (await edge.nobody.ask("POST", PROOFS, {"token": token})).status == 204
    assert (await ann.ask("GET", "/api/v1/users/me")).body["email"] == "ann@new.example"
    await edge.letters.wait_letter("ann@mail.example", "address was changed")
    await sign_in(edge, "ann@new.example")


async def test_address_of_somebody_else_is_told_only_to_who_reads_it(edge: Edge) -> None:
    ann = await edge.person("ann")
    await edge.person("bob")
    await edge.letters.wait_token("bob@mail.example", "Confirm")
    body = {"email": "BOB@mail.example", "password": PASSWORD}
    assert (await ann.ask("PUT", EMAIL_PATH, body)).status == 202
    token = await edge.letters.wait_token("BOB@mail.example", "Confirm")
    answer = await edge.nobody.ask("POST", PROOFS, {"token": token})
    assert (answer.status, answer.body["code"]) == (409, "email-taken")


async def test_asking_who_it_is_again_is_limited(database: Database) -> None:
    limits = Limits(
        requests=GENEROUS.requests,
        sign_up_per_address=GENEROUS.sign_up_per_address,
        reauthentication_per_user=Policy("reauthentication", 3, 900),
    )
    async with open_edge(database, limits=limits) as edge:
        ann = await edge.person("ann")
        statuses = [(await change(ann, "wrong", NEW)).status for _ in range(3)]
        assert statuses == [403, 403, 403]
        assert (await change(ann, PASSWORD, NEW)).status == 429


async def test_sessions_are_listed_without_what_opens_them_and_ended_one_by_one(
    edge: Edge,
) -> None:
    ann = await edge.person("ann")
    bob = await edge.person("bob")
    elsewhere = await sign_in(edge)
    listed = (await ann.ask("GET", "/api/v1/users/me/sessions")).body["items"]
    assert [item["is_current"] for item in listed] == [False, True]
    assert listed[0]["address"] == "127.0.0.1" and "aiohttp" in listed[0]["user_agent"]
    hashes = await edge.database.fetch("SELECT encode(token_hash, 'hex') FROM auth_sessions")
    assert not any(row[0] in str(listed) or row[0][:16] in str(listed) for row in hashes)

    one = f"/api/v1/users/me/sessions/{listed[0]['id']}"
    assert (await bob.ask("DELETE", one)).status == 404
    assert await is_signed_in(elsewhere)
    ended: list[bytes] = []
    edge.sessions.on_session_ended(ended.append)
    assert (await ann.ask("DELETE", one)).status == 204
    assert len(ended) == 1 and not await is_signed_in(elsewhere)
    assert (await ann.ask("DELETE", one)).status == 404
    assert await is_signed_in(ann) and await is_signed_in(bob)


async def test_everywhere_else_is_signed_out_at_once(edge: Edge) -> None:
    ann = await edge.person("ann")
    others = [await sign_in(edge) for _ in range(3)]
    assert all([await is_signed_in(other) for other in others])
    assert (await ann.ask("DELETE", "/api/v1/users/me/sessions")).status == 204
    assert not any([await is_signed_in(other) for other in others])
    assert await is_signed_in(ann)


async def test_list_of_sessions_pages(edge: Edge) -> None:
    ann = await edge.person("ann")
    for _ in range(3):
        await sign_in(edge)
    whole = (await ann.ask("GET", "/api/v1/users/me/sessions")).body["items"]
    first = (await ann.ask("GET", "/api/v1/users/me/sessions?limit=3")).body
    path = f"/api/v1/users/me/sessions?limit=3&cursor={first['next']}"
    second = (await ann.ask("GET", path)).body
    assert [*first["items"], *second["items"]] == whole and second["next"] is None
