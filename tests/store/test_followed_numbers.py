"""Numbers become visible in their order: whoever asks for what changed after a number misses nothing."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

import drawing
from rolegate.store.databases import reading, writing
from rolegate.store.numbering import changed_after
from store_places import TriedPlace, changed

DOMAINS = [f"d{number}" for number in range(6)]
WRITERS = 4
TURNS = drawing.some(150, 10)


@dataclass
class Writer:
    """Changes domains in all the ways there are, and counts what it has committed."""

    place: TriedPlace
    seed: int
    committed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DOMAINS, 0))
    numbers: list[int] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        try:
            draw = random.Random(self.seed)
            for _ in range(TURNS):
                self.turn(draw)
        except BaseException as error:
            self.failed.append(error)

    def turn(self, draw: random.Random) -> None:
        names = draw.sample(DOMAINS, draw.choice([1, 1, 2]))
        if draw.random() < 0.5:
            self.count(self.place.change(*names), names)
            return
        with Session(self.place.engine) as session:
            with writing(session) as connection:
                number = changed(connection, self.place.tables, *names)
                if draw.random() < 0.3:
                    time.sleep(draw.random() * 0.004)
            if draw.random() < 0.3:
                session.rollback()
                return
            session.commit()
        self.count(number.revision, names)

    def count(self, number: int | None, names: list[str]) -> None:
        assert number is not None
        self.numbers.append(number)
        for name in names:
            self.committed[name] += 1


def followed(place: TriedPlace, writers: list[threading.Thread]) -> dict[str, int]:
    """The revisions of domains, as one knows them who fetches what has changed since the last time."""
    known: dict[str, int] = {}
    seen, domains = 0, place.tables.domains.c
    running = True
    while running:
        running = any(writer.is_alive() for writer in writers)
        with reading(place.engine) as connection:
            now, names = changed_after(connection, place.tables, seen)
            rows = connection.execute(sa.select(domains.name, domains.revision)).all()
        whole = {row.name: row.revision for row in rows if row.revision}
        known |= {name: whole[name] for name in names}
        assert (seen <= now, known) == (True, whole)
        seen = now
    return known


def test_a_follower_misses_no_change(place: TriedPlace) -> None:
    """Several writers, some of whom take long and some of whom give up; each number is taken once."""
    writers = [Writer(place, seed) for seed in range(WRITERS)]
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        known = followed(place, threads)
    finally:
        for thread in threads:
            thread.join()
    assert [] == [error for writer in writers for error in writer.failed]
    committed = {name: sum(writer.committed[name] for writer in writers) for name in DOMAINS}
    assert {name: count for name, count in committed.items() if count} == known
    numbers = sorted(number for writer in writers for number in writer.numbers)
    assert numbers == list(range(1, len(numbers) + 1))
    assert place.numbers()[0] == len(numbers)
