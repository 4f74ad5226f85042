"""What an update does to a document, and what it cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pycrdt import Doc, Text

from collab.anchors import Anchor, Replacement
from collab.document import DocumentBroken, SharedDocument
from errors import BadMessage, DocumentFull


class Writer:
    """A client that keeps its updates until they are sent."""

    def __init__(self) -> None:
        self.doc: Doc[Text] = Doc()
        self.text = self.doc.get("code", type=Text)
        self.updates: list[bytes] = []
        self._subscription = self.doc.observe(lambda event: self.updates.append(event.update))

    def do(self, change: Callable[[Text], None]) -> bytes:
        change(self.text)
        return self.updates[-1]


@pytest.fixture
def document() -> Iterator[SharedDocument]:
    document = SharedDocument(text_limit_bytes=100)
    yield document
    document.close()


def test_update_is_passed_on_as_it_came(document: SharedDocument) -> None:
    update = Writer().do(lambda text: text.insert(0, "héllo"))
    integrated = document.integrate(update, origin="a")
    assert integrated.update == update
    assert integrated.is_complete
    assert document.text == "héllo"


def test_update_that_says_nothing_new_is_complete(document: SharedDocument) -> None:
    writer = Writer()
    first = writer.do(lambda text: text.insert(0, "abc"))
    removal = writer.do(lambda text: text.clear())
    for update in (first, removal):
        document.integrate(update, origin="a")
    for update in (first, removal, b"\x00\x00", writer.doc.get_update()):
        again = document.integrate(update, origin="a")
        assert again.update is None
        assert again.is_complete


def test_update_that_waits_is_told_from_one_that_is_known(document: SharedDocument) -> None:
    writer = Writer()
    first = writer.do(lambda text: text.insert(0, "a"))
    second = writer.do(lambda text: text.insert(1, "b"))
    early = document.integrate(second, origin="a")
    assert early.update is None and not early.is_complete
    late = document.integrate(first, origin="a")
    assert late.update is not None
    assert document.text == "ab"
    # What is logged of the late one holds the early one too: the log is never short of it.
    copy = SharedDocument()
    copy.load(late.update)
    assert copy.text == "ab"
    copy.close()


def test_deletion_of_what_never_came_waits(document: SharedDocument) -> None:
    writer = Writer()
    writer.do(lambda text: text.insert(0, "abc"))
    removal = writer.do(lambda text: text.clear())
    assert not document.integrate(removal, origin="a").is_complete
    assert document.integrate(writer.doc.get_update(), origin="a", is_answer=True).is_complete
    assert document.text == ""


def test_bytes_that_are_no_update_are_refused(document: SharedDocument) -> None:
    for garbage in (b"", b"\x01", b"\xff" * 20, b"\x01\x02\xff"):
        with pytest.raises(BadMessage):
            document.integrate(garbage, origin="a")
    with pytest.raises(BadMessage):
        document.missing_from(b"\xff\xff\xff")
    assert document.text == ""


def test_text_over_the_limit_is_refused_whole(document: SharedDocument) -> None:
    writer = Writer()
    document.integrate(writer.do(lambda text: text.insert(0, "é" * 40)), origin="a")
    with pytest.raises(DocumentFull):
        document.integrate(writer.do(lambda text: text.insert(0, "x" * 21)), origin="a")
    assert document.text == "é" * 40
    other = Writer()
    other.doc.apply_update(document.snapshot())
    document.integrate(other.do(lambda text: text.insert(0, "y" * 20)), origin="b")
    assert len(document.text.encode()) == 100


def test_document_at_its_limit_can_still_be_shortened_and_typed_in(
    document: SharedDocument,
) -> None:
    writer = Writer()
    document.integrate(writer.do(lambda text: text.insert(0, "x" * 100)), origin="a")

    def cut(text: Text) -> None:
        del text[0:50]

    document.integrate(writer.do(cut), origin="a")
    for _ in range(50):
        document.integrate(writer.do(lambda text: text.insert(0, "y")), origin="a")
    assert document.text == "y" * 50 + "x" * 50


def test_waiting_updates_cannot_pile_up() -> None:
    document = SharedDocument()
    writer = Writer()
    writer.do(lambda text: text.insert(0, "never sent"))

    def flood() -> None:
        for _ in range(100):
            document.integrate(writer.do(lambda text: text.insert(0, "x" * 20_000)), origin="a")

    with pytest.raises(DocumentBroken):
        flood()
    document.close()


def test_joiner_gets_the_whole_and_what_came_since(document: SharedDocument) -> None:
    writer = Writer()
    document.integrate(writer.do(lambda text: text.insert(0, "one")), origin="a")
    (whole,) = document.missing_from(b"\x00")
    later = writer.do(lambda text: text.insert(3, " two"))
    document.integrate(later, origin="a")
    assert document.missing_from(b"\x00") == [whole, later]
    joiner: Doc[Text] = Doc()
    for update in document.missing_from(joiner.get_state()):
        joiner.apply_update(update)
    assert str(joiner.get("code", type=Text)) == "one two"


def test_returning_client_gets_only_what_it_lacks(document: SharedDocument) -> None:
    writer = Writer()
    document.integrate(writer.do(lambda text: text.insert(0, "one")), origin="a")
    state = writer.doc.get_state()
    later = writer.do(lambda text: text.insert(3, " two"))
    document.integrate(later, origin="a")
    assert document.missing_from(state) == [later]


def test_draft_changes_nothing_until_it_is_taken(document: SharedDocument) -> None:
    writer = Writer()
    document.integrate(writer.do(lambda text: text.insert(0, "a\nbé\nc")), origin="a")
    document.set_anchor(1, Anchor(6, 7))
    draft = document.draft([Replacement(Anchor(2, 5), "longer")])
    assert document.text == "a\nbé\nc"
    assert document.take(draft) == draft
    assert document.text == "a\nlonger\nc"
    assert document.anchors[1] == Anchor(9, 10)


def test_text_from_before_the_log_is_the_same_update_everywhere() -> None:
    first, second = SharedDocument(), SharedDocument()
    update = first.begin_with("héllo")
    assert second.begin_with("héllo") == update
    assert second.take(update) is None
    assert second.text == "héllo"
    first.close()
    second.close()
