"""What roles may do. A member may do nothing here, an admin everything that a moderator may."""

from __future__ import annotations

from errors import Forbidden
from server.identity import Identity


def is_moderator(identity: Identity | None) -> bool:
    """Tell whether somebody moderates."""
    return identity is not None and identity.role in ("moderator", "admin")


def check_moderator(identity: Identity) -> Identity:
    """Return the identity of a moderator or admin. Raises Forbidden."""
    if not is_moderator(identity):
        raise Forbidden("only moderators may do that")
    return identity


def check_admin(identity: Identity) -> Identity:
    """Return the identity of an admin. Raises Forbidden."""
    if identity.role != "admin":
        raise Forbidden("only admins may do that")
    return identity
