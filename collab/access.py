"""Who may read and write a code session. Knows nothing of sockets or SQL."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """A code session's rights, as of the last look at the database."""

    session_id: int
    stream_id: int
    owner_id: int
    """The owner of the stream."""
    visibility: str
    """public, unlisted (whoever has the link) or private."""
    collaborator_ids: frozenset[int]

    def may_write(self, user_id: int | None) -> bool:
        """Tell whether `user_id` (None: a guest) may edit."""
        return user_id is not None and (
            user_id == self.owner_id or user_id in self.collaborator_ids
        )

    def may_read(self, user_id: int | None) -> bool:
        """Tell whether `user_id` (None: a guest) may see the document and its suggestions."""
        return self.visibility != "private" or self.may_write(user_id)
