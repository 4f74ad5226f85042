"""Hashing of passwords: Argon2id, in two threads, with a bounded queue in front.

One hash takes 20 ms of a core and 19 MiB; inline it would hold up every packet this node forwards,
and without a bound a burst of sign-ins would take all memory. Who would be the twenty-first to
wait is told to come again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from errors import Overloaded

Result = TypeVar("Result")

# OWASP's minimum for Argon2id.
MEMORY_KIB = 19_456
TIME_COST = 2
PARALLELISM = 1
THREADS = 2
WAITING = 20
RETRY_AFTER_S = 2


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a password fits, and whether its hash should be made anew with today's cost."""

    fits: bool
    is_outdated: bool


class PasswordHashing:
    """Hashes and verifies. Made by `open_password_hashing`, which owns the threads."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._unfinished = 0
        self._hasher = PasswordHasher(
            memory_cost=MEMORY_KIB, time_cost=TIME_COST, parallelism=PARALLELISM
        )
        # Of no password: what is verified for users who do not exist, so that they take as long.
        self._nobody = self._hasher.hash("")

    async def hash(self, password: str) -> str:
        """Return the hash to store. Raises Overloaded."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, stored: str | None, password: str) -> Verified:
        """Check `password` against a stored hash; None takes as long and never fits."""
        return await self._run(lambda: self._verify(stored, password))

    def _verify(self, stored: str | None, password: str) -> Verified:
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return Verified(fits=False, is_outdated=False)
        return Verified(
            fits=stored is not None,
            is_outdated=stored is not None and self._hasher.check_needs_rehash(stored),
        )

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._unfinished >= THREADS + WAITING:
            raise Overloaded(retry_after_s=RETRY_AFTER_S)
        self._unfinished += 1
        future = self._threads.submit(work)
        loop = asyncio.get_running_loop()
        # Counted until the thread is done, not until its caller is: one that was cancelled still
        # holds its thread.
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._finished))
        return await asyncio.wrap_future(future)

    def _finished(self) -> None:
        self._unfinished -= 1


@asynccontextmanager
async def open_password_hashing() -> AsyncIterator[PasswordHashing]:
    """Run the threads for the length of the block."""
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
    try:
        yield PasswordHashing(threads)
    finally:
        # Off the loop, whose turn the last callbacks of the threads need.
        await asyncio.to_thread(threads.shutdown, cancel_futures=True)
