"""Who plays the chunks of a sweep: this process, spawned ones, or the workers of a Dask cluster.

Each takes chunks as they are needed and yields what was played, or a chunk that was given up
because every process that tried it died.  Only a few chunks are on their way at any time, so
memory does not grow with the study.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from simulator.chunks import Chunk, Played, play

TRIES = 3  # processes that a chunk may cost before it is given up
AHEAD = 2  # chunks on their way for each worker
Task = Callable[[Chunk], Played]
Crew = Callable[[Iterable[Chunk]], Generator[Played | Chunk, None, None]]


def alone(chunks: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
    """Play chunks in this process."""
    yield from map(play, chunks)


def spawned(workers: int, task: Task = play) -> Crew:
    """A crew of processes on this machine."""

    def crew(chunks: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
        pool = _Pool(workers, task)
        try:
            yield from pool.played(iter(chunks))
        finally:
            pool.stop()

    return crew


class _Pool:
    """Processes that are replaced when one dies.

    Nobody tells which chunk a dead process was at, so all that were on their way are played
    again one at a time; a chunk that is then alone when a process dies is at fault.
    """

    def __init__(self, workers: int, task: Task) -> None:
        self.workers, self.task = workers, task
        self.processes = self._start()
        self.suspects: deque[Chunk] = deque()
        self.tries: Counter[str] = Counter()
        self.flying: dict[Future[Played], Chunk] = {}

    def played(self, chunks: Iterator[Chunk]) -> Generator[Played | Chunk, None, None]:
        """What was played, in the order in which it comes."""
        succeeded = False
        while self._send(chunks):
            done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
            died = []
            for future in done:
                chunk = self.flying.pop(future)
                try:
                    yield future.result()
                    succeeded = True
                except BrokenProcessPool:
                    died.append(chunk)
            for chunk in self._again(died):
                if not succeeded:
                    raise RuntimeError(
                        "No worker process could start. A script that uses workers > 1 must keep "
                        'its calls under `if __name__ == "__main__":`; else use workers=1.'
                    )
                yield chunk

    def _send(self, chunks: Iterator[Chunk]) -> bool:
        """Send chunks on their way, one at a time while there are suspects; whether any is."""
        while len(self.flying) < (1 if self.suspects else AHEAD * self.workers):
            chunk = self.suspects.popleft() if self.suspects else next(chunks, None)
            if chunk is None:
                break
            alone = bool(self.tries[chunk.shard.path])
            try:
                self.flying[self.processes.submit(self.task, chunk)] = chunk
            except BrokenProcessPool:
                self.suspects.appendleft(chunk)
                self._restart()
                continue
            if alone:
                break
        return bool(self.flying)

    def _again(self, died: list[Chunk]) -> Iterator[Chunk]:
        """Line up what was on its way when a process died; yields what is given up."""
        if not died:
            return
        wait(self.flying)
        died += self.flying.values()
        self.flying.clear()
        self._restart()
        for chunk in died:
            self.tries[chunk.shard.path] += 1
            if self.tries[chunk.shard.path] < TRIES:
                self.suspects.append(chunk)
            else:
                yield chunk

    def _start(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, mp_context=spawn, initializer=_settle)

    def _restart(self) -> None:
        self.processes.shutdown(wait=True, cancel_futures=True)
        self.processes = self._start()

    def stop(self) -> None:
        """End the processes now; what they were at is played again by the next sweep."""
        if self.flying:
            for process in list((getattr(self.processes, "_processes", None) or {}).values()):
                process.terminate()
        self.processes.shutdown(wait=True, cancel_futures=True)


def _settle() -> None:
    """In a new process: leave Ctrl-C to the parent, and go when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: Any) -> None:
    parent.join()
    os._exit(1)


def clustered(client: Any) -> Crew:
    """The workers of a `dask.distributed` client; the scheduler replays what a lost one had."""

    def crew(chunks: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
        import distributed

        todo, flying = iter(chunks), {}
        arriving: Any = distributed.as_completed()  # type: ignore[no-untyped-call]

        def send() -> None:
            chunk = next(todo, None)
            if chunk is not None:
                future = client.submit(play, chunk, pure=False)
                flying[future.key] = (future, chunk)
                arriving.add(future)

        try:
            for _ in range(max(AHEAD * sum(client.nthreads().values()), AHEAD)):
                send()
            for future in arriving:
                _, chunk = flying.pop(future.key)
                send()
                try:
                    yield future.result()
                except distributed.KilledWorker:
                    yield chunk
                future.release()
        finally:
            client.cancel([future for future, _ in flying.values()])

    return crew
