"""The page in which code of the editor runs, in a sandboxed frame of the room.

Whoever watches may run what they see, so the code is anybody's. The page has an origin of its own:
no cookies, no storage, no way into the room's page. It loads nothing from anywhere; its scripts are
in it. What its code can still do is use the visitor's processor, until the frame is taken away.
"""

from __future__ import annotations

from aiohttp import hdrs

_POLICY = "; ".join(
    (
        # Also where somebody opens the address itself, or frames it without the attribute.
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'unsafe-inline' blob:",
        "img-src data: blob:",
        "media-src data: blob:",
        "font-src data: blob:",
        "worker-src blob:",
        "connect-src 'none'",
        "frame-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
RUN_HEADERS = {
    "Content-Security-Policy": _POLICY,
    # WebRTC is no fetch, so the policy above does not know it. Browsers without this header have
    # the page's own word only (static/run/frame.js), which a frame inside of it gets around.
    "Connection-Allowlist": "()",
    # Names that a page mentions would be looked up otherwise.
    "X-DNS-Prefetch-Control": "off",
    hdrs.CACHE_CONTROL: "no-cache",
}


def run_page(page: str, console: str, frame: str, worker: str) -> str:
    """Return the page with its scripts in it: its policy lets it fetch none."""
    return page.replace("/*worker*/", console + worker).replace("/*frame*/", console + frame)
