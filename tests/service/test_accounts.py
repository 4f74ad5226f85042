"""Signing up, in and out, as programs and browsers do it."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from persistence.database import Database
from server.limits import Limits, Policy
from tests.edge import GENEROUS, PASSWORD, Client, Edge, open_edge


def account(username: str = "ann", **changed: str) -> dict[str, str]:
    return {
        "username": username,
        "email": f"{username}@mail.example",
        "password": PASSWORD,
        **changed,
    }


async def test_somebody_who_signed_up_is_signed_in(edge: Edge) -> None:
    answer = await edge.nobody.ask("POST", "/api/v1/users", account())
    assert answer.status == 201
    assert answer.body["user"]["username"] == "ann"
    me = await Client(edge.http, edge.url, answer.body["token"]).ask("GET", "/api/v1/users/me")
    assert me.status == 200
    assert me.body["user"] == answer.body["user"]
    assert me.body["email"] == "ann@mail.example"
    assert me.body["csrf_token"] == answer.body["csrf_token"]


@pytest.mark.parametrize("login", ["ann", "ANN", "ann@mail.example", "Ann@Mail.Example"])
async def test_user_name_and_address_sign_in_in_any_case(edge: Edge, login: str) -> None:
    await edge.person("ann")
    answer = await edge.nobody.ask(
        "POST", "/api/v1/sessions", {"login": login, "password": PASSWORD}
    )
    assert answer.status == 201
    assert answer.body["user"]["username"] == "ann"


async def test_every_sign_in_has_a_token_of_its_own(edge: Edge) -> None:
    await edge.person("ann")
    signing_in = {"login": "ann", "password": PASSWORD}
    first = await edge.nobody.ask("POST", "/api/v1/sessions", signing_in)
    second = await edge.nobody.ask("POST", "/api/v1/sessions", signing_in)
    assert first.body["token"] != second.body["token"]
    assert first.body["csrf_token"] != second.body["csrf_token"]


async def test_unknown_user_and_wrong_password_are_told_the_same(edge: Edge) -> None:
    await edge.person("ann")
    answers = [
        await edge.nobody.ask("POST", "/api/v1/sessions", {"login": login, "password": "no no no"})
        for login in ("ann", "nobody_here", "ann@mail.example", "x@mail.example")
    ]
    assert {answer.status for answer in answers} == {401}
    for answer in answers:
        del answer.body["instance"]
    assert all(answer.body == answers[0].body for answer in answers)
    ignored = {"X-Request-ID", "Date", "RateLimit"}
    headers = [{k: v for k, v in a.headers.items() if k not in ignored} for a in answers]
    assert headers == [headers[0]] * 4


async def test_unknown_user_costs_what_a_wrong_password_costs(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is counted, which is the same on every machine, and not the time."""
    await edge.person("ann")
    verify, verified = PasswordHasher.verify, list[Parameters]()

    def counted(hasher: PasswordHasher, stored: str | bytes, password: str | bytes) -> bool:
        verified.append(extract_parameters(str(stored)))
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    work = {}
    for login in ("ann", "nobody_here", "x@mail.example"):
        verified.clear()
        form = {"login": login, "password": "no no no"}
        assert (await edge.nobody.ask("POST", "/api/v1/sessions", form)).status == 401
        work[login] = [*verified]
    assert len(work["ann"]) == 1
    assert work["nobody_here"] == work["x@mail.example"] == work["ann"]


async def test_sign_out_ends_the_session_at_once(edge: Edge) -> None:
    ended: list[bytes] = []
    edge.sessions.on_session_ended(ended.append)
    ann = await edge.person("ann")
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 200
    assert (await ann.ask("DELETE", "/api/v1/sessions/current")).status == 204
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 401
    assert len(ended) == 1
    assert not await edge.sessions.is_valid(ended[0])


async def test_idle_session_ends(edge: Edge) -> None:
    ann = await edge.person("ann")
    await edge.database.execute(
        "UPDATE auth_sessions SET last_seen_at = now() - interval '15 days'"
    )
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 401


async def test_used_session_ends_on_its_last_day_too(edge: Edge) -> None:
    ann = await edge.person("ann")
    days = await edge.database.fetchval(
        "SELECT extract(day FROM expires_at - now()) FROM auth_sessions"
    )
    assert days == 89
    await edge.database.execute("UPDATE auth_sessions SET expires_at = now()")
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 401


async def test_use_is_noted_at_most_once_a_minute(edge: Edge) -> None:
    ann = await edge.person("ann")
    seen = "SELECT last_seen_at FROM auth_sessions"
    before = await edge.database.fetchval(seen)
    await ann.ask("GET", "/api/v1/users/me")
    assert await edge.database.fetchval(seen) == before
    await edge.database.execute(
        "UPDATE auth_sessions SET last_seen_at = now() - interval '61 seconds'"
    )
    (session_hash,) = (await edge.database.fetch("SELECT token_hash FROM auth_sessions"))[0]
    assert await edge.sessions.is_valid(session_hash)
    assert await edge.database.fetchval(seen) > before


async def test_neither_tokens_nor_passwords_are_stored_as_they_are(edge: Edge) -> None:
    ann = await edge.person("ann")
    stored = await edge.database.fetchval("SELECT password_hash FROM users")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    row = await edge.database.fetchrow("SELECT * FROM auth_sessions")
    assert row is not None and ann.token is not None
    assert ann.token not in str(dict(row)) and len(row["token_hash"]) == 32


async def test_hash_of_older_cost_is_made_anew_at_sign_in(edge: Edge) -> None:
    from argon2 import PasswordHasher

    await edge.person("ann")
    old = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash(PASSWORD)
    await edge.database.execute("UPDATE users SET password_hash = $1", old)
    answer = await edge.nobody.ask(
        "POST", "/api/v1/sessions", {"login": "ann", "password": PASSWORD}
    )
    assert answer.status == 201
    stored = await edge.database.fetchval("SELECT password_hash FROM users")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_banned_account_is_refused_and_its_sessions_end(edge: Edge) -> None:
    ann = await edge.person("ann")
    await edge.database.execute("UPDATE users SET banned_until = now() + interval '1 day'")
    answer = await edge.nobody.ask(
        "POST", "/api/v1/sessions", {"login": "ann", "password": PASSWORD}
    )
    assert answer.status == 403
    assert (await ann.ask("GET", "/api/v1/users/me")).status == 401


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"username": "ANN", "email": "b@mail.example"}, "name-taken"),
        ({"username": "bob", "email": "ANN@mail.example"}, "email-taken"),
    ],
)
async def test_names_and_addresses_are_taken_in_any_case(
    edge: Edge, changed: dict[str, str], code: str
) -> None:
    await edge.person("ann")
    answer = await edge.nobody.ask("POST", "/api/v1/users", account(**changed))
    assert (answer.status, answer.body["code"]) == (409, code)


async def test_one_name_asked_for_twice_at_once_is_given_once(edge: Edge) -> None:
    answers = await asyncio.gather(
        *(
            edge.nobody.ask("POST", "/api/v1/users", account(email=f"{n}@mail.example"))
            for n in range(4)
        )
    )
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"username": "a"}, "/username"),
        ({"username": "ann smith", "email": "a@mail.example"}, "/username"),
        ({"username": "ann\n", "email": "a@mail.example"}, "/username"),
        ({"email": "nonsense"}, "/email"),
        ({"email": "a@b@c"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"password": "password1"}, "/password"),
        ({"password": "my name is ann"}, "/password"),
        ({"role": "admin"}, "/role"),
    ],
)
async def test_account_that_cannot_be_is_refused_by_field(
    edge: Edge, changed: dict[str, str], pointer: str
) -> None:
    answer = await edge.nobody.ask("POST", "/api/v1/users", account(**changed))
    assert (answer.status, answer.body["code"]) == (422, "unprocessable")
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


async def test_cookie_signs_in_and_unsafe_requests_with_it_need_the_token(edge: Edge) -> None:
    answer = await edge.nobody.ask("POST", "/api/v1/users", account())
    set_cookie = answer.headers["Set-Cookie"]
    assert set_cookie.startswith("session=")
    assert "HttpOnly" in set_cookie and "SameSite=Lax" in set_cookie and "Path=/" in set_cookie
    cookie = {"Cookie": set_cookie.partition(";")[0]}

    me = await edge.nobody.ask("GET", "/api/v1/users/me", headers=cookie)
    assert me.status == 200
    without = await edge.nobody.ask("DELETE", "/api/v1/sessions/current", headers=cookie)
    assert (without.status, without.body["code"]) == (403, "forbidden")
    wrong = await edge.nobody.ask(
        "DELETE", "/api/v1/sessions/current", headers={**cookie, "X-CSRF-Token": "0" * 64}
    )
    assert wrong.status == 403
    right = await edge.nobody.ask(
        "DELETE",
        "/api/v1/sessions/current",
        headers={**cookie, "X-CSRF-Token": me.body["csrf_token"]},
    )
    assert right.status == 204
    assert "Max-Age=0" in right.headers["Set-Cookie"]


async def test_cookie_over_https_is_bound_to_the_host(database: Database) -> None:
    async with open_edge(database, trusted_proxies=("127.0.0.0/8",)) as edge:
        https = {"X-Forwarded-Proto": "https"}
        answer = await edge.nobody.ask("POST", "/api/v1/users", account(), headers=https)
        set_cookie = answer.headers["Set-Cookie"]
        assert set_cookie.startswith("__Host-session=")
        assert "Secure" in set_cookie and "Domain" not in set_cookie
        token = answer.body["token"]
        plain = {**https, "Cookie": f"session={token}"}
        assert (await edge.nobody.ask("GET", "/api/v1/users/me", headers=plain)).status == 401
        bound = {**https, "Cookie": f"__Host-session={token}"}
        assert (await edge.nobody.ask("GET", "/api/v1/users/me", headers=bound)).status == 200


async def test_bearer_is_preferred_to_the_cookie(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    me = await ann.ask("GET", "/api/v1/users/me", headers={"Cookie": f"session={bob.token}"})
    assert me.body["username"] == "ann"


async def test_dead_bearer_token_is_told_where_nobody_need_sign_in(edge: Edge) -> None:
    stranger = Client(edge.http, edge.url, "nonsense")
    assert (await stranger.ask("GET", "/api/v1/streams")).status == 401
    stale = {"Cookie": "session=nonsense"}
    assert (await edge.nobody.ask("GET", "/api/v1/streams", headers=stale)).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_sites_may_change_nothing(edge: Edge, site: str) -> None:
    for path, body in (("/api/v1/users", account()), ("/api/v1/sessions", {})):
        answer = await edge.nobody.ask("POST", path, body, headers={"Sec-Fetch-Site": site})
        assert (answer.status, answer.body["code"]) == (403, "cross-site")
    looking = await edge.nobody.ask("GET", "/api/v1/streams", headers={"Sec-Fetch-Site": site})
    assert looking.status == 200


async def test_origin_tells_other_sites_where_browsers_say_nothing_else(edge: Edge) -> None:
    other = await edge.nobody.ask(
        "POST", "/api/v1/users", account(), headers={"Origin": "http://evil.example"}
    )
    assert (other.status, other.body["code"]) == (403, "cross-site")
    own = await edge.nobody.ask("POST", "/api/v1/users", account(), headers={"Origin": edge.url})
    assert own.status == 201


async def test_guessing_passwords_is_limited_by_account(database: Database) -> None:
    limits = Limits(
        requests=GENEROUS.requests,
        sign_up_per_address=GENEROUS.sign_up_per_address,
        sign_in_per_account=Policy("sign-in-account", 3, 900),
    )
    async with open_edge(database, limits=limits) as edge:
        await edge.person("ann")
        guess = {"login": "ann", "password": "guess guess"}
        for _ in range(3):
            assert (await edge.nobody.ask("POST", "/api/v1/sessions", guess)).status == 401
        right = {"login": "Ann", "password": PASSWORD}
        refused = await edge.nobody.ask("POST", "/api/v1/sessions", right)
        assert (refused.status, refused.body["code"]) == (429, "too-many-requests")
        assert 0 < int(refused.headers["Retry-After"]) <= 300
        assert '"sign-in-account";q=3;w=900' in refused.headers["RateLimit-Policy"]
        assert refused.headers["RateLimit"].startswith('"sign-in-account";r=0;')


async def test_sign_ups_are_limited_by_address(database: Database) -> None:
    limits = Limits(sign_up_per_address=Policy("sign-up", 2, 1800))
    async with open_edge(database, limits=limits, trusted_proxies=("127.0.0.0/8",)) as edge:
        statuses = [
            (
                await edge.nobody.ask(
                    "POST",
                    "/api/v1/users",
                    account(name),
                    headers={"X-Forwarded-For": f"{claimed}, 2001:db8::{name[-1]}"},
                )
            ).status
            for name, claimed in (("ann1", "1.1.1.1"), ("ann2", "2.2.2.2"), ("ann3", "3.3.3.3"))
        ]
        assert statuses == [201, 201, 429]


async def test_first_account_is_an_admin_and_of_two_at_once_one_is(edge: Edge) -> None:
    def form(name: str) -> dict[str, str]:
        return {"username": name, "email": f"{name}@mail.example", "password": PASSWORD}

    answers = await asyncio.gather(
        *(edge.nobody.ask("POST", "/api/v1/users", form(f"first_{n}")) for n in range(4))
    )
    assert [answer.status for answer in answers] == [201] * 4
    role = "SELECT count(*) FROM users WHERE role = 'admin'"
    assert await edge.database.fetchval(role) == 1
    await edge.database.execute(
        "UPDATE users SET password_hash = NULL, deleted_at = now(), role = 'member'"
    )
    # Those who are gone were here: the installation is not a new one again.
    assert (await edge.nobody.ask("POST", "/api/v1/users", form("later"))).status == 201
    assert await edge.database.fetchval(role) == 0


async def test_account_under_which_news_is_posted_is_not_the_first(edge: Edge) -> None:
    await edge.database.execute("INSERT INTO users (username, email) VALUES ('news', 'n@invalid')")
    form = {"username": "ann", "email": "ann@mail.example", "password": PASSWORD}
    assert (await edge.nobody.ask("POST", "/api/v1/users", form)).status == 201
    assert await edge.database.fetchval("SELECT role FROM users WHERE username = 'ann'") == "admin"
