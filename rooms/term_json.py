"""Blocked terms over REST, be they a channel's or the whole site's."""

from __future__ import annotations

from errors import BadMessage, FieldError, Unprocessable
from persistence.channels import StoredTerm
from rooms.terms import Action, clean_term
from server.wire import Given, Id, Line, Page, Time, Told


class NewTerm(Given):
    """Words that are not wanted."""

    term: Line
    action: Action = "block"

    def cleaned(self) -> str:
        """Return the words as they are stored. Raises Unprocessable."""
        try:
            return clean_term(self.term)
        except BadMessage as error:
            field = FieldError("/term", error.detail)
            raise Unprocessable("some fields cannot be used", errors=(field,)) from error


class TermJson(Told):
    """A blocked term."""

    id: Id
    term: str
    action: Action
    created_at: Time


def term_json(term: StoredTerm) -> TermJson:
    """Return a term as those see it who look after the list."""
    return TermJson(
        id=term.id, term=term.term.text, action=term.term.action, created_at=term.created_at
    )


def terms_page(terms: list[StoredTerm]) -> Page[TermJson]:
    """Return a whole list: there are few."""
    return Page[TermJson](items=[term_json(each) for each in terms], next=None)
