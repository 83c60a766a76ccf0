"""The buffer between pipes and database: nothing altered, nothing lost, every cap held."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.scripts.supervisor.capture import (
    FRAGMENT_BYTES,
    STDERR,
    STDOUT,
    SYSTEM,
    Drained,
    LogBuffer,
    LogLimits,
    incomplete_tail,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WIDE = LogLimits(line_bytes=10**9, total_bytes=10**9, buffer_bytes=10**9)
printed = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from([b"\n", b"\r", b"line", "€".encode(), "🚀".encode(), b"\xff", b"\0"])).map(
        b"".join
    ),
)


def make(limits: LogLimits = WIDE) -> LogBuffer:
    return LogBuffer(limits, lambda: NOW, lambda: None)


def drained(buffer: LogBuffer, budget: int = 10**9) -> list[Drained]:
    found = []
    while (part := buffer.drain(budget)) is not None:
        found.append(part)
    return found


def stored(parts: list[Drained], stream: int | None = None) -> bytes:
    return b"".join(
        fragment.content
        for part in parts
        for fragment in part.fragments
        if stream is None or fragment.stream == stream
    )


@pytest.mark.parametrize(
    ("data", "held_back"),
    [
        (b"", 0),
        (b"abc", 0),
        ("é".encode(), 0),
        ("é".encode()[:1], 1),
        ("€".encode(), 0),
        ("€".encode()[:1], 1),
        ("€".encode()[:2], 2),
        ("🚀".encode(), 0),
        (b"x" + "🚀".encode()[:1], 1),
        (b"x" + "🚀".encode()[:2], 2),
        (b"x" + "🚀".encode()[:3], 3),
        (b"\x80\x80\x80", 0),
        (b"\xff", 0),
        (b"\xc0", 0),
        (b"\xf5", 0),
        (b"\xe2\x82\xac\x80", 0),
    ],
)
def test_only_a_character_that_may_still_become_whole_is_held_back(data: bytes, held_back: int) -> None:
    assert incomplete_tail(data) == held_back


@given(st.text(max_size=200), st.lists(st.integers(1, 7), max_size=100), st.integers(1, 500))
def test_text_is_readable_fragment_by_fragment_however_it_arrives(
    text: str, sizes: list[int], budget: int
) -> None:
    data = text.encode("utf-8", "replace")
    buffer = make()
    parts: list[Drained] = []
    at = 0
    for size in [*sizes, len(data)]:
        buffer.write(STDOUT, data[at : at + size])
        at += size
        if size % 3 == 0:
            parts += drained(buffer, budget)
    buffer.end_stream(STDOUT)
    parts += drained(buffer, budget)

    fragments = [fragment.content.decode() for part in parts for fragment in part.fragments]
    assert "".join(fragments) == data.decode()


@given(st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), printed), max_size=40), st.integers(1, 300))
def test_any_bytes_in_any_pieces_are_stored_unchanged_with_right_totals(
    writes: list[tuple[int, bytes]], budget: int
) -> None:
    buffer = make()
    parts: list[Drained] = []
    for number, (stream, data) in enumerate(writes):
        buffer.write(stream, data)
        if number % 4 == 3:
            parts += drained(buffer, budget)
    for stream in (STDOUT, STDERR):
        buffer.end_stream(stream)
    parts += drained(buffer, budget)

    for stream in (STDOUT, STDERR):
        assert stored(parts, stream) == b"".join(data for of, data in writes if of == stream)
    fragments = [fragment for part in parts for fragment in part.fragments]
    assert [fragment.seq for fragment in fragments] == list(range(1, len(fragments) + 1))
    lines = 0
    for fragment in fragments:
        assert fragment.lines_before == lines
        assert fragment.ends_line == fragment.content.endswith(b"\n")
        assert 0 < len(fragment.content) <= FRAGMENT_BYTES
        lines += fragment.content.count(b"\n")
    if parts:
        last = parts[-1]
        assert (last.last_seq, last.total_lines) == (len(fragments), lines)
        assert last.total_bytes == len(stored(parts))
    assert buffer.waiting_bytes == 0
    assert all(early.last_seq < late.last_seq for early, late in pairwise(parts))


@given(st.lists(printed, max_size=30), st.integers(1, 40), st.data())
def test_a_cut_line_never_depends_on_how_it_arrived(
    writes: list[bytes], limit: int, data: st.DataObject
) -> None:
    limits = LogLimits(line_bytes=limit, total_bytes=10**9, buffer_bytes=10**9)
    whole = b"".join(writes)
    once, pieces = make(limits), make(limits)
    once.write(STDOUT, whole)
    at = 0
    while at < len(whole):
        size = data.draw(st.integers(1, 30))
        pieces.write(STDOUT, whole[at : at + size])
        at += size
    for buffer in (once, pieces):
        buffer.end_stream(STDOUT)

    cut = stored(drained(pieces))
    marker = f" [line cut at {limit} bytes]".encode()
    for line, original in zip(cut.split(b"\n"), whole.split(b"\n"), strict=True):
        if len(original) > limit + 3:
            assert line.endswith(marker)
        body = line.removesuffix(marker) if line.endswith(marker) else line
        assert original.startswith(body)
        assert len(body) <= limit + 3
    assert stored(drained(once)).count(b"\n") == cut.count(b"\n")


@given(st.lists(printed, min_size=1, max_size=60), st.integers(1, 400))
def test_a_log_ends_at_its_cap_with_one_mark(writes: list[bytes], cap: int) -> None:
    buffer = make(LogLimits(line_bytes=10**9, total_bytes=cap, buffer_bytes=10**9))
    for data in writes:
        buffer.write(STDOUT, data)
    buffer.end_stream(STDOUT)
    parts = drained(buffer)

    whole = b"".join(writes)
    kept = stored(parts, STDOUT)
    assert whole.startswith(kept)
    if len(whole) <= cap:
        assert kept == whole
        assert not buffer.truncated
    else:
        assert cap - 3 <= len(kept) <= cap
        assert buffer.truncated
        assert stored(parts, SYSTEM).count(b"log cut") == 1
        assert parts[-1].truncated


def test_a_buffer_says_that_it_is_full_until_it_is_drained() -> None:
    buffer = make(LogLimits(line_bytes=10**9, total_bytes=10**9, buffer_bytes=100))
    buffer.write(STDOUT, b"x" * 99)
    assert not buffer.full
    buffer.write(STDOUT, b"x")
    assert buffer.full
    drained(buffer)
    assert not buffer.full


def test_half_a_million_characters_in_one_write_become_fragments_of_bounded_size() -> None:
    buffer = make()
    buffer.write(STDOUT, "🚀€é".encode() * 50_000)
    parts = drained(buffer, 200_000)

    assert len(parts) > 1
    contents = [fragment.content for part in parts for fragment in part.fragments]
    assert "".join(each.decode() for each in contents) == "🚀€é" * 50_000
    assert max(map(len, contents)) <= FRAGMENT_BYTES
