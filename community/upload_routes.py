"""The REST edge of uploads: tus 1.0 under /api/v1/uploads."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from aiohttp import StreamReader

from community.tus import (
    CHECKSUMS,
    EXTENSIONS,
    PATCH_TYPE,
    VERSION,
    check_version,
    parse_checksum,
    parse_metadata,
    upload_length,
    upload_offset,
)
from community.uploads import Uploads
from community.video_types import TYPES
from errors import (
    ChecksumMismatch,
    NotFound,
    OffsetMismatch,
    Overloaded,
    QuotaExceeded,
    TooLarge,
    TooManyUploads,
    UnsupportedMediaType,
    WrongTusVersion,
)
from persistence.uploads import Upload
from server.gate import Access
from server.routing import Call, RawBody, Reply, Route

ALL = "/api/v1/uploads"
ONE = ALL + "/{upload_id}"
# As long as two gigabytes take at 600 kB a second; who is slower comes again where it ended.
PATCH_TIMEOUT_S = 3_600.0
UNKNOWN_TYPE = "application/octet-stream"


class UploadRoutes:
    """Begin, continue, ask after and give up uploads."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    def routes(self) -> list[Route]:
        """Return the table."""
        said = {"Tus-Resumable": VERSION, "Tus-Version": VERSION}
        return [
            Route(
                "OPTIONS",
                ALL,
                self._tell,
                summary="Ask what this server can do of tus",
                access=Access.UNASKED,
                status=204,
                headers=self._abilities(),
            ),
            Route(
                "POST",
                ALL,
                self._create,
                summary="Begin an upload (tus creation)",
                access=Access.SIGNED_IN,
                status=201,
                errors=(WrongTusVersion, TooLarge, QuotaExceeded, TooManyUploads),
                headers=said,
            ),
            Route(
                "HEAD",
                ONE,
                self._see,
                summary="Ask how far an upload has got (tus)",
                access=Access.SIGNED_IN,
                errors=(WrongTusVersion, NotFound),
                headers=said,
            ),
            Route(
                "PATCH",
                ONE,
                self._append,
                summary="Go on with an upload (tus)",
                access=Access.SIGNED_IN,
                status=204,
                errors=(WrongTusVersion, NotFound, OffsetMismatch, ChecksumMismatch, Overloaded),
                raw=RawBody((PATCH_TYPE,), None),
                headers=said,
                timeout_s=PATCH_TIMEOUT_S,
            ),
            Route(
                "DELETE",
                ONE,
                self._terminate,
                summary="Give up an upload (tus termination)",
                access=Access.SIGNED_IN,
                status=204,
                errors=(WrongTusVersion, NotFound),
                headers=said,
            ),
        ]

    def _abilities(self) -> dict[str, str]:
        return {
            "Tus-Version": VERSION,
            "Tus-Extension": ",".join(EXTENSIONS),
            "Tus-Max-Size": str(self._uploads.limit_bytes),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        }

    async def _tell(self, _call: Call[None, None]) -> None:
        return None

    async def _create(self, call: Call[None, None]) -> Reply[None]:
        headers = call.request.headers
        check_version(headers)
        size_bytes = upload_length(headers, limit_bytes=self._uploads.limit_bytes)
        metadata = headers.get("Upload-Metadata")
        declared = parse_metadata(metadata or "").get("filetype") or UNKNOWN_TYPE
        if declared not in (*TYPES, UNKNOWN_TYPE):
            raise UnsupportedMediaType(f"send one of {', '.join(TYPES)}")
        upload = await self._uploads.create(
            call.signed_in.user_id,
            size_bytes=size_bytes,
            content_type=declared,
            metadata=metadata or None,
        )
        location = ONE.format(upload_id=upload.id)
        return Reply(None, headers={"Location": location, **_place(upload)})

    async def _see(self, call: Call[None, None]) -> Reply[None]:
        check_version(call.request.headers)
        upload = await self._uploads.see(call.path_id("upload_id"), user_id=call.signed_in.user_id)
        told = {"Upload-Length": str(upload.size_bytes), **_place(upload)}
        if upload.metadata is not None:
            told["Upload-Metadata"] = upload.metadata
        return Reply(None, headers=told)

    async def _append(self, call: Call[StreamReader, None]) -> Reply[None]:
        headers = call.request.headers
        check_version(headers)
        checksum = headers.get("Upload-Checksum")
        upload = await self._uploads.append(
            call.path_id("upload_id"),
            call.body,
            user_id=call.signed_in.user_id,
            offset=upload_offset(headers),
            length=call.request.content_length,
            checksum=parse_checksum(checksum) if checksum is not None else None,
        )
        return Reply(None, headers=_place(upload))

    async def _terminate(self, call: Call[None, None]) -> None:
        check_version(call.request.headers)
        await self._uploads.terminate(call.path_id("upload_id"), user_id=call.signed_in.user_id)


def _place(upload: Upload) -> dict[str, str]:
    place = {"Upload-Offset": str(upload.offset)}
    if upload.expires_at is not None:
        place["Upload-Expires"] = _http_date(upload.expires_at)
    return place


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
