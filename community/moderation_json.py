"""What moderators see of people and of what was reported, in JSON."""

from __future__ import annotations

from errors import NotFound
from persistence.moderation import Person
from persistence.removals import CONTENT_KINDS, ContentKind, Subject, SubjectKind
from server.wire import Id, Told, UserJson


class SubjectJson(Told):
    """What was reported, as it stands now."""

    type: SubjectKind
    id: Id
    user: UserJson | None
    """Whose it is."""
    words: str
    """Its title or how it begins, also when it was taken away."""
    stream_id: Id | None
    is_removed: bool
    is_suspended: bool


def content_kind(text: str) -> ContentKind:
    """Return the kind that stands in an address. Raises NotFound for what is none."""
    if text not in CONTENT_KINDS:
        raise NotFound()
    return text


def user_json(person: Person | None) -> UserJson | None:
    """Return somebody, or None."""
    return None if person is None else UserJson(id=person.id, username=person.username)


def subject_json(subject: Subject) -> SubjectJson:
    """Return what was reported or taken away, as it stands now."""
    user = None
    if subject.user_id is not None and subject.username is not None:
        user = UserJson(id=subject.user_id, username=subject.username)
    return SubjectJson(
        type=subject.kind,
        id=subject.id,
        user=user,
        words=subject.words,
        stream_id=subject.stream_id,
        is_removed=subject.is_removed,
        is_suspended=subject.is_suspended,
    )
