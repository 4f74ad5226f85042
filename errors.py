"""Every error a client can be told of. The class is the meaning, `code` is its stable name.

    VibecastError
    ├── BadRequest 400 ── BadMessage, InvalidCursor, InvalidSdp, InvalidToken
    ├── Unauthenticated 401 ── SecondFactorRequired, SecondFactorWrong
    ├── Forbidden 403 ── CrossSite, ReauthenticationFailed, Blocked, Banned, TimedOut,
    │                    FollowersOnly, NotOnStage
    ├── NotFound 404
    ├── MethodNotAllowed 405
    ├── NotAcceptable 406
    ├── Conflict 409 ── NameTaken, EmailTaken, AlreadyLive, StreamEnded, NoPublisher,
    │                   AlreadyPublishing, PollAlreadyOpen, PollClosed, SuggestionResolved,
    │                   SuggestionStale, TooManyStreams, TooManyCodeSessions,
    │                   TooManyCollaborators, TooManyVersions, ChallengeNotOpen, NotJoined,
    │                   NothingSubmitted, SubmissionAccepted, BadgeNameTaken,
    │                   SecondFactorEnabled, SecondFactorMissing, TooManyPinned,
    │                   TooManySources, ThreadTooDeep, StillRunning, AlreadyReported,
    │                   ReportResolved, OffsetMismatch, TooManyUploads, MessageRepeated,
    │                   MessageHeld, MessageDenied, QuestionClosed, TooManyEventStreams,
    │                   StageFull
    ├── TakenOver 410
    ├── PreconditionFailed 412 ── WrongTusVersion
    ├── TooLarge 413 ── DocumentFull, QuotaExceeded
    ├── UnsupportedMediaType 415
    ├── RangeNotSatisfiable 416
    ├── Unprocessable 422 ── UnusablePicture, NotRenderable, KeyReused, BlockedTerm,
    │                        LinksNotAllowed
    ├── PreconditionRequired 428
    ├── TooManyRequests 429 ── SlowMode
    ├── ChecksumMismatch 460
    └── Unavailable 503 ── Overloaded, StorageAway

A class's docstring is the sentence a user may read; `detail` replaces it where more can be said.
Over HTTP an error is problem+json (RFC 9457), over Socket.IO an ack
`{ok: false, error: {code, detail}}`; the two edges that translate are `server/problems.py` and
`rooms/socketio_edge.py`. Codes never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong: `pointer` is a JSON pointer (RFC 6901) into the body."""

    pointer: str
    detail: str


class VibecastError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after_s: int | None = None,
        members: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        self.errors = errors
        self.retry_after_s = retry_after_s
        self.members = dict(members or {})
        """What the answer says beside the usual, such as the challenge of a second factor."""
        super().__init__(self.detail)


class BadRequest(VibecastError):
    """The request is not well formed."""

    code = "bad-request"
    status = 400


class BadMessage(BadRequest):
    """The message is not one this server understands."""

    code = "bad-message"


class InvalidCursor(BadRequest):
    """The cursor is not one this server gave for this list."""

    code = "invalid-cursor"


class InvalidSdp(BadRequest):
    """The session description cannot be used."""

    code = "invalid-sdp"


class InvalidToken(BadRequest):
    """The link has been used, has expired, or is not one this server sent."""

    code = "invalid-token"


class Unauthenticated(VibecastError):
    """Sign in first."""

    code = "unauthenticated"
    status = 401


class SecondFactorRequired(Unauthenticated):
    """Give the code of your second factor too."""

    code = "second-factor-required"


class SecondFactorWrong(Unauthenticated):
    """The code does not fit, or was used before."""

    code = "second-factor-wrong"


class Forbidden(VibecastError):
    """You may not do that."""

    code = "forbidden"
    status = 403


class CrossSite(Forbidden):
    """The request came from another site."""

    code = "cross-site"


class ReauthenticationFailed(Forbidden):
    """The password or the code of the second factor is wrong."""

    code = "reauthentication-failed"


class Blocked(Forbidden):
    """One of you has blocked the other."""

    code = "blocked"


class Banned(Forbidden):
    """You are banned from this channel."""

    code = "banned"


class TimedOut(Forbidden):
    """You may not take part in this channel for a while."""

    code = "timed-out"


class FollowersOnly(Forbidden):
    """Only followers may write here just now."""

    code = "followers-only"


class NotOnStage(Forbidden):
    """Only the streamer and who was brought on stage may publish here."""

    code = "not-on-stage"


class NotFound(VibecastError):
    """There is no such thing here."""

    code = "not-found"
    status = 404


class MethodNotAllowed(VibecastError):
    """This address does not take that method."""

    code = "method-not-allowed"
    status = 405


class NotAcceptable(VibecastError):
    """Nothing this server has fits what was asked for."""

    code = "not-acceptable"
    status = 406


class Conflict(VibecastError):
    """That does not fit the present state."""

    code = "conflict"
    status = 409


class NameTaken(Conflict):
    """This user name is taken."""

    code = "name-taken"


class EmailTaken(Conflict):
    """This e-mail address is already registered."""

    code = "email-taken"


class AlreadyLive(Conflict):
    """You are already live with another stream."""

    code = "already-live"


class StreamEnded(Conflict):
    """This stream has ended."""

    code = "stream-ended"


class NoPublisher(Conflict):
    """Nobody is publishing to this stream at the moment."""

    code = "no-publisher"


class TakenOver(VibecastError):
    """Another page or device sends this picture now."""

    code = "taken-over"
    status = 410


class AlreadyPublishing(Conflict):
    """Somebody is already publishing to this stream."""

    code = "already-publishing"


class PollAlreadyOpen(Conflict):
    """This stream already has an open poll."""

    code = "poll-already-open"


class PollClosed(Conflict):
    """This poll is closed."""

    code = "poll-closed"


class SuggestionResolved(Conflict):
    """This suggestion has already been accepted or rejected."""

    code = "suggestion-resolved"


class SuggestionStale(Conflict):
    """The lines that this suggestion would change were edited since, or are gone."""

    code = "suggestion-stale"


class TooManyStreams(Conflict):
    """You have as many streams waiting as one may have; start or end one first."""

    code = "too-many-streams"


class TooManyCodeSessions(Conflict):
    """This stream has as many code sessions as one may have."""

    code = "too-many-code-sessions"


class TooManyCollaborators(Conflict):
    """This code session has as many collaborators as one may have."""

    code = "too-many-collaborators"


class TooManyVersions(Conflict):
    """This code session has as many named versions as one may have."""

    code = "too-many-versions"


class ChallengeNotOpen(Conflict):
    """This challenge is not open for that now."""

    code = "challenge-not-open"


class NotJoined(Conflict):
    """Join the challenge first."""

    code = "not-joined"


class NothingSubmitted(Conflict):
    """There is no submission that waits for a review."""

    code = "nothing-submitted"


class SubmissionAccepted(Conflict):
    """This submission has been accepted already."""

    code = "submission-accepted"


class BadgeNameTaken(Conflict):
    """There is a badge of that name."""

    code = "badge-name-taken"


class SecondFactorEnabled(Conflict):
    """The account has a second factor already."""

    code = "second-factor-enabled"


class SecondFactorMissing(Conflict):
    """The account has no second factor, or it was not begun."""

    code = "second-factor-missing"


class TooManyPinned(Conflict):
    """You have pinned as many posts as one may; unpin one first."""

    code = "too-many-pinned"


class TooManySources(Conflict):
    """This tag has as many news sources as one may have."""

    code = "too-many-sources"


class ThreadTooDeep(Conflict):
    """This thread is as deep as one may be; answer further up."""

    code = "thread-too-deep"


class StillRunning(Conflict):
    """The first request with this Idempotency-Key is still running; try again in a moment."""

    code = "still-running"


class AlreadyReported(Conflict):
    """You have reported this already."""

    code = "already-reported"


class ReportResolved(Conflict):
    """This report has been decided already."""

    code = "report-resolved"


class OffsetMismatch(Conflict):
    """The upload is at another offset; ask where it is and go on from there."""

    code = "offset-mismatch"


class TooManyUploads(Conflict):
    """You have as many unfinished uploads as one may have; finish or delete one first."""

    code = "too-many-uploads"


class MessageRepeated(Conflict):
    """You have said that already."""

    code = "message-repeated"


class MessageHeld(Conflict):
    """A moderator looks at this message before the others see it."""

    code = "message-held"


class MessageDenied(Conflict):
    """A moderator did not let this message through."""

    code = "message-denied"


class QuestionClosed(Conflict):
    """This question has been answered or dismissed."""

    code = "question-closed"


class StageFull(Conflict):
    """Six guests are on stage already."""

    code = "stage-full"


class TooManyEventStreams(Conflict):
    """This session has as many event streams as one may have; end one first."""

    code = "too-many-event-streams"


class PreconditionFailed(VibecastError):
    """It has changed since you last read it."""

    code = "precondition-failed"
    status = 412


class WrongTusVersion(PreconditionFailed):
    """This server speaks tus 1.0.0; say so in Tus-Resumable."""

    code = "wrong-tus-version"


class RangeNotSatisfiable(VibecastError):
    """The file has no such bytes."""

    code = "range-not-satisfiable"
    status = 416


class TooLarge(VibecastError):
    """That is larger than this server takes."""

    code = "too-large"
    status = 413


class DocumentFull(TooLarge):
    """The document would grow over its limit of 1 MiB."""

    code = "document-full"


class QuotaExceeded(TooLarge):
    """That does not fit into what you may store here; delete a video first."""

    code = "quota-exceeded"


class UnsupportedMediaType(VibecastError):
    """This address takes another content type."""

    code = "unsupported-media-type"
    status = 415


class Unprocessable(VibecastError):
    """The request is well formed but its content cannot be used."""

    code = "unprocessable"
    status = 422


class UnusablePicture(Unprocessable):
    """This is no picture that can be used here."""

    code = "unusable-picture"


class PreconditionRequired(VibecastError):
    """Say in If-Match which version you are changing."""

    code = "precondition-required"
    status = 428


class NotRenderable(Unprocessable):
    """This text takes too long to turn into a page; make it simpler."""

    code = "not-renderable"


class KeyReused(Unprocessable):
    """This Idempotency-Key was used for another request."""

    code = "key-reused"


class BlockedTerm(Unprocessable):
    """There are words in it that are not wanted in this channel."""

    code = "blocked-term"


class LinksNotAllowed(Unprocessable):
    """Links are not wanted in this channel just now."""

    code = "links-not-allowed"


class TooManyRequests(VibecastError):
    """Too many requests; wait a little."""

    code = "too-many-requests"
    status = 429


class SlowMode(TooManyRequests):
    """Slow mode: wait a little before you write again."""

    code = "slow-mode"


class ChecksumMismatch(VibecastError):
    """The bytes that came are not those that were sent; send them again."""

    code = "checksum-mismatch"
    # Not registered; the tus protocol chose it.
    status = 460


class Unavailable(VibecastError):
    """The server cannot do that just now; try again."""

    code = "unavailable"
    status = 503


class Overloaded(Unavailable):
    """The server has more to do than it can; try again in a moment."""

    code = "overloaded"


class StorageAway(Unavailable):
    """The database does not answer just now; nothing was saved, try again."""

    code = "storage-away"
