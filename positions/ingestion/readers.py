"""Reading many articles in the foreground, in this process or in several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Protocol

import django

# Read, or why not: what a process hands back.
Answer = tuple[int, str, str]
DIED = "the reader's process died; the article is tried again when its lease is over"


class Readers(Protocol):
    def submit(self, article_id: int) -> Iterator[Answer]:
        """Hand over an article; yield the answers that have come in (of any article)."""
        ...

    def rest(self) -> Iterator[Answer]:
        """Wait for the articles still being read and yield their answers."""
        ...


def readers(workers: int) -> Readers:
    return Here() if workers <= 1 else Pool(workers)


class Here:
    """Reads in this process, one after the other."""

    def submit(self, article_id: int) -> Iterator[Answer]:
        yield _read(article_id)

    def rest(self) -> Iterator[Answer]:
        return iter(())


class Pool:
    """Reads in several processes. One that dies takes down none of the other articles."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._open: dict[Future[Answer], int] = {}
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # One core a process: that is what several are for.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        # Fresh interpreters: a forked one would share the parent's database connection. Nothing of ours may
        # be the initialiser: to find it, the process would import our models before Django is set up.
        return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=django.setup)

    def submit(self, article_id: int) -> Iterator[Answer]:
        self._open[self._submit(_read, article_id)] = article_id
        # A queue of two a worker keeps all of them busy and memory flat.
        while len(self._open) >= 2 * self._workers:
            yield from self._finished()

    def _submit(self, function: Callable[[int], Answer], article_id: int) -> Future[Answer]:
        try:
            return self._pool.submit(function, article_id)
        except BrokenProcessPool:
            self._pool = self._start()
            return self._pool.submit(function, article_id)

    def _finished(self) -> Iterator[Answer]:
        done, _ = wait(self._open, return_when=FIRST_COMPLETED)
        for future in done:
            article_id = self._open.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                yield article_id, "failed", DIED

    def rest(self) -> Iterator[Answer]:
        while self._open:
            yield from self._finished()
        self._pool.shutdown()


def _read(article_id: int) -> Answer:
    from positions.ingestion.reading import read_article  # loads the parser: only where articles are read

    outcome = read_article(article_id)
    return article_id, outcome.result, outcome.reason
