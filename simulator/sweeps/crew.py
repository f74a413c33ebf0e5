"""Who plays the chunks of a sweep: this process, spawned ones, or the workers of a Dask cluster.

Each takes chunks as they are needed and yields what was played, or a chunk that was given up
because every process that tried it died.  Only a few chunks are on their way at any time, so
memory does not grow with the study.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from functools import cache
from multiprocessing.connection import wait
from typing import Any

from simulator.sweeps.chunks import Chunk, Played, play

TRIES = 3  # processes that a chunk may cost before it is given up
AHEAD = 2  # chunks on their way for each worker of a cluster
QUIET = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s"}
"""Settings of Dask for workers that only play: no sampling of the stack 100 times a second, and a
look at its own loop once a second, not 50 times.  For `dask.config.set` before a cluster starts."""
Task = Callable[[Chunk], Played]
Crew = Callable[[Iterable[Chunk]], Generator[Played | Chunk, None, None]]


def alone(chunks: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
    """Play chunks in this process."""
    yield from map(play, chunks)


def spawned(workers: int, task: Task = play) -> Crew:
    """A crew of processes on this machine; one that dies is replaced, and its chunk played again.

    Every process has a pipe of its own.  `ProcessPoolExecutor` has one for all: it does not tell
    which chunk a dead process was at, and hangs if one dies while it hands over a result.
    """

    def crew(chunks: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
        todo, again, tries = iter(chunks), deque[Chunk](), Counter[str]()
        hands: list[_Hand] = []
        succeeded = False
        try:
            while True:
                while len(hands) < workers and (chunk := _first(again, todo)) is not None:
                    hands.append(_Hand(task, chunk))
                if not hands:
                    return
                ready = wait([hand.pipe for hand in hands])
                for hand in [h for h in hands if h.pipe in ready]:
                    chunk, played = hand.chunk, hand.result()
                    following = _first(again, todo) if played is not None else None
                    if following is not None:
                        hand.give(following)
                    else:
                        hands.remove(hand)
                        hand.dismiss()
                    if played is not None:
                        succeeded = True
                        yield played
                        continue
                    tries[chunk.shard.path] += 1
                    if tries[chunk.shard.path] < TRIES:
                        again.append(chunk)
                    elif succeeded:
                        yield chunk
                    else:
                        raise RuntimeError(_NO_START)
        finally:
            for hand in hands:
                hand.dismiss()

    return crew


_NO_START = (
    "Worker processes died before they played anything. A script that uses workers > 1 must keep "
    'its calls under `if __name__ == "__main__":`; if it does, they may lack memory.'
)


def _first(again: deque[Chunk], todo: Iterator[Chunk]) -> Chunk | None:
    return again.popleft() if again else next(todo, None)


class _Hand:
    """A process that plays one chunk after the other."""

    def __init__(self, task: Task, chunk: Chunk) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=_serve, args=(theirs, task), daemon=True)
        self.process.start()
        theirs.close()
        self.give(chunk)

    def give(self, chunk: Chunk) -> None:
        """Hand it a chunk; if it is dead, `result` will tell."""
        self.chunk = chunk
        with suppress(OSError):
            self.pipe.send(chunk)

    def result(self) -> Played | None:
        """What it played, None if it died; raises what the task raised."""
        try:
            found = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if isinstance(found, BaseException):
            raise found
        return found

    def dismiss(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Any, task: Task) -> None:
    """In a new process: play what comes until the parent is gone; Ctrl-C is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            chunk = pipe.recv()
            try:
                found: Any = task(chunk)
            except Exception as error:
                found = error
            pipe.send(found)


def on_worker(chunk: Chunk) -> Played:
    """Play a chunk on a worker of a cluster."""
    keep_memory()
    return play(chunk)


@cache
def keep_memory() -> bool:
    """Let this process keep memory that it frees, where its malloc can; says whether it does.

    Dask starts workers with MALLOC_TRIM_THRESHOLD_ = 65536: glibc then hands every larger array
    back to the system when it is freed, and a run takes twice the time.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and all(mallopt(*option) for option in _KEEP)


_KEEP = ((-1, 1 << 30), (-3, 1 << 25))  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD, bytes


def clustered(client: Any, task: Task = on_worker) -> Crew:
    """The workers of a `dask.distributed` client; the scheduler replays what a lost one had."""

    def crew(chunks: Iterable[Chunk]) -> Generator[Played | Chunk, None, None]:
        import distributed

        todo, flying = iter(chunks), {}
        arriving: Any = distributed.as_completed()  # type: ignore[no-untyped-call]

        def send() -> None:
            chunk = next(todo, None)
            if chunk is not None:
                future = client.submit(task, chunk, pure=False)
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
