"""Files on their way in: bytes from a socket become parts in the store, a bounded piece at a time.

A piece is acknowledged when it is stored and the upload's offset stands behind it, so a node that
dies takes nothing with it that a client was told of, and another node goes on from there. When a
client's line breaks, what had come is kept, and is there before the client is told how far it has
got. Bytes under a checksum are acknowledged all or none.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager

from aiohttp import StreamReader
from aiohttp.http import HttpProcessingError
from aiohttp.web import RequestPayloadError

from community.storing import CLEARED_AT_ONCE, clear_regularly
from community.tus import Checksum
from community.upload_turns import Turn, UploadTurns
from community.videos import VideoOptions
from errors import (
    BadRequest,
    OffsetMismatch,
    Overloaded,
    TooLarge,
    TooManyRequests,
)
from persistence.database import Database
from persistence.media_objects import remove_objects, take_expired
from persistence.objects import Objects, new_key
from persistence.uploads import (
    KIND,
    Part,
    Upload,
    append_parts,
    create_upload,
    give_up_videos,
    terminate_upload,
    upload_by_id,
)
from tasks import open_tasks

# What one request holds in memory, twice for a moment.
PIECE_BYTES = 4 * 1024 * 1024
# 14 kB a second: slower is somebody holding a place.
PIECE_TIMEOUT_S = 300.0
AT_ONCE = 32
AT_ONCE_EACH = 4
UNFINISHED = "its upload was not finished"
_PART_BYTES = 12


class Uploads:
    """Everybody's uploads. `open_uploads` also clears away those that are over."""

    def __init__(
        self,
        database: Database,
        *,
        objects: Objects,
        options: VideoOptions,
        on_whole: Callable[[], None],
        piece_bytes: int = PIECE_BYTES,
    ) -> None:
        self._database = database
        self._objects = objects
        self.limit_bytes = options.limit_bytes
        self._quota_bytes = options.quota_bytes
        self._on_whole = on_whole
        self._piece_bytes = piece_bytes
        self._receiving: Counter[int] = Counter()
        self._turns = UploadTurns()

    async def create(
        self, user_id: int, *, size_bytes: int, content_type: str, metadata: str | None
    ) -> Upload:
        """Begin an upload. Raises QuotaExceeded, TooManyUploads, Unauthenticated."""
        return await create_upload(
            self._database,
            user_id,
            key=new_key(KIND),
            size_bytes=size_bytes,
            content_type=content_type,
            metadata=metadata,
            quota_bytes=self._quota_bytes,
        )

    async def see(self, upload_id: int, *, user_id: int) -> Upload:
        """Return the user's upload, with all that came of it until now. Raises NotFound."""
        async with self._turn(upload_id, user_id=user_id):
            return await upload_by_id(self._database, upload_id, user_id=user_id)

    async def terminate(self, upload_id: int, *, user_id: int) -> None:
        """Give up an upload. Raises NotFound."""
        async with self._turn(upload_id, user_id=user_id):
            await terminate_upload(self._database, upload_id, user_id=user_id)
        await give_up_videos(self._database, [upload_id], failure=UNFINISHED)

    async def append(
        self,
        upload_id: int,
        content: StreamReader,
        *,
        user_id: int,
        offset: int,
        length: int | None,
        checksum: Checksum | None,
    ) -> Upload:
        """Add what comes to the upload, and return it as it stands then.

        `length` is how much was announced. Raises NotFound, OffsetMismatch, TooLarge,
        ChecksumMismatch, BadRequest, TooManyRequests, Overloaded, StorageAway.
        """
        with self._place(user_id):
            async with self._turn(upload_id, user_id=user_id) as turn:
                return await self._append_in_turn(
                    turn,
                    upload_id,
                    content,
                    user_id=user_id,
                    offset=offset,
                    length=length,
                    checksum=checksum,
                )

    @asynccontextmanager
    async def _turn(self, upload_id: int, *, user_id: int) -> AsyncIterator[Turn]:
        """Wait until this request alone is at the upload. Raises NotFound."""
        # Before anybody's turn is ended: it is nobody else's to end.
        await upload_by_id(self._database, upload_id, user_id=user_id)
        async with self._turns.turn(upload_id) as turn:
            yield turn

    async def _append_in_turn(
        self,
        turn: Turn,
        upload_id: int,
        content: StreamReader,
        *,
        user_id: int,
        offset: int,
        length: int | None,
        checksum: Checksum | None,
    ) -> Upload:
        upload = await upload_by_id(self._database, upload_id, user_id=user_id)
        if offset != upload.offset:
            raise OffsetMismatch()
        if (length or 0) > upload.size_bytes - offset:
            raise TooLarge("that is more than the upload's length")
        if checksum is None:
            async with aclosing(self._stored(upload, content, turn)) as stored:
                async for part in stored:
                    await self._acknowledge(upload, [part])
        else:
            await self._append_checked(upload, content, turn, checksum)
        return await upload_by_id(self._database, upload_id, user_id=user_id)

    async def _append_checked(
        self, upload: Upload, content: StreamReader, turn: Turn, checksum: Checksum
    ) -> None:
        """Acknowledge every part or none."""
        digest = hashlib.new(checksum.algorithm, usedforsecurity=False)
        parts: list[Part] = []
        unused: list[Part] = parts
        try:
            async with aclosing(self._stored(upload, content, turn, digest.update)) as stored:
                async for part in stored:
                    # One by one: what was stored before a failure is to be discarded.
                    parts.append(part)  # noqa: PERF401
            checksum.check(digest.digest())
            if parts:
                await self._acknowledge(upload, parts)
            unused = []
        finally:
            # Whatever ended it, cancellation too: nobody refers to these.
            await self._discard(unused)

    async def _stored(
        self,
        upload: Upload,
        content: StreamReader,
        turn: Turn,
        see: Callable[[bytes], None] | None = None,
    ) -> AsyncGenerator[Part, None]:
        """Yield what comes as parts that are stored. Raises BadRequest at the end if the line
        broke."""
        start, is_cut = upload.offset, False
        while not is_cut:
            piece, is_cut = await self._piece(content, turn)
            if len(piece) > upload.size_bytes - start:
                raise TooLarge("that is more than the upload's length")
            if not piece:
                break
            if see is not None:
                await asyncio.to_thread(see, piece)
            key = f"{upload.key}/{secrets.token_hex(_PART_BYTES)}"
            await self._objects.put(key, piece)
            yield Part(start, len(piece), key)
            start += len(piece)
        if is_cut:
            why = "another request goes on with this upload" if turn.is_over else "cut short"
            raise BadRequest(f"the body was not read to its end: {why}")

    async def _piece(self, content: StreamReader, turn: Turn) -> tuple[bytes, bool]:
        """Return the next bytes, as many as one part has or fewer at the end, and whether the
        client was lost, was too slow, or came again."""
        piece = bytearray()
        try:
            async with turn.reading(PIECE_TIMEOUT_S):
                while len(piece) < self._piece_bytes:
                    chunk = await content.read(self._piece_bytes - len(piece))
                    if not chunk:
                        break
                    piece += chunk
        except (OSError, HttpProcessingError, RequestPayloadError):
            # A TimeoutError is an OSError.
            return bytes(piece), True
        return bytes(piece), False

    async def _acknowledge(self, upload: Upload, parts: list[Part]) -> None:
        try:
            advanced = await append_parts(self._database, upload, parts)
        except OffsetMismatch:
            # Another request was there first.
            await self._discard(parts)
            raise
        if advanced.video_id is not None:
            self._on_whole()

    async def _discard(self, parts: list[Part]) -> None:
        for part in parts:
            await self._objects.delete(part.key)

    @contextmanager
    def _place(self, user_id: int) -> Iterator[None]:
        """Hold one of the places of those who send."""
        if self._receiving.total() >= AT_ONCE:
            raise Overloaded()
        if self._receiving[user_id] >= AT_ONCE_EACH:
            raise TooManyRequests("you are sending as much at once as one may", retry_after_s=5)
        self._receiving[user_id] += 1
        try:
            yield
        finally:
            self._receiving[user_id] -= 1
            if not self._receiving[user_id]:
                del self._receiving[user_id]

    async def clear(self) -> int:
        """Clear away some uploads that are over, and return how many."""
        expired = await take_expired(self._database, kind=KIND, limit=CLEARED_AT_ONCE)
        await give_up_videos(self._database, [each.id for each in expired], failure=UNFINISHED)
        for each in expired:
            await self._objects.delete_under(each.key)
        await remove_objects(self._database, [each.id for each in expired])
        return len(expired)


@asynccontextmanager
async def open_uploads(uploads: Uploads) -> AsyncIterator[Uploads]:
    """Clear away uploads that are over for the length of the block."""
    async with open_tasks(clear_regularly(uploads.clear, what=KIND)):
        yield uploads
