"""Moments in lines: what they mean in the zone of their domain, and how they are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants.moments import read_moment, show_moment
from rolegate.grants.zones import zone_called, zone_names

CATALOG = "catalog: times\npermissions: {see: See}\n"


def read(text: str, zone: str) -> datetime | str | None:
    """What *text* means, or what is wrong with it."""
    report = Report()
    found = read_moment(Text(text, Span("bindings.yaml")), zone, report)
    return report.diagnostics[0].message if report.diagnostics else found


@pytest.mark.parametrize(
    ("text", "zone", "meant"),
    [
        ("2026-12-17", "UTC", "2026-12-17T00:00"),
        ("2026-12-17", "Europe/Paris", "2026-12-16T23:00"),
        ("2026-07-17", "Europe/Paris", "2026-07-16T22:00"),
        ("2026-12-17", "America/Los_Angeles", "2026-12-17T08:00"),
        ("2026-12-17T18:00", "Europe/Paris", "2026-12-17T17:00"),
        ("2026-12-17T18:00+01:00", "America/Los_Angeles", "2026-12-17T17:00"),
        ("2026-12-17T18:00:30Z", "Europe/Paris", "2026-12-17T18:00:30"),
        # The day begins when the clocks are put forward at midnight, and with the first of two midnights.
        ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00"),
        ("2026-11-01", "America/Havana", "2026-11-01T04:00"),
        # The offset says which of the two it is.
        ("2026-10-25T02:30+01:00", "Europe/Paris", "2026-10-25T01:30"),
        ("2026-10-25T02:30+02:00", "Europe/Paris", "2026-10-25T00:30"),
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_a_moment_is_read_in_the_zone_of_its_domain(text: str, zone: str, meant: str) -> None:
    """An offset of its own counts instead of the zone."""
    assert datetime.fromisoformat(meant).replace(tzinfo=UTC) == read(text, zone)


def test_a_time_of_day_that_the_clocks_skip_or_repeat_is_refused() -> None:
    """Which moment is meant is not guessed."""
    skipped = "`2027-03-28T02:30` does not exist in Europe/Paris: the clocks are put forward over it"
    assert skipped == read("2027-03-28T02:30", "Europe/Paris")
    twice = "`2026-10-25T02:30` comes twice in Europe/Paris: the clocks are put back over it"
    assert twice == read("2026-10-25T02:30", "Europe/Paris")
    report = Report()
    read_moment(Text("2026-10-25T02:30", Span("bindings.yaml")), "Europe/Paris", report)
    help = "write `2026-10-25T02:30+02:00` for the first, `2026-10-25T02:30+01:00` for the second"
    assert [help] == [found.help for found in report.diagnostics]


def test_the_first_and_the_last_day_may_be_out_of_range() -> None:
    """What is no moment in UTC is refused, and does not raise."""
    assert "`0001-01-01` is too far away to be a moment in UTC" == read("0001-01-01", "Asia/Tokyo")
    last = "`9999-12-31T23:00` is too far away to be a moment in UTC"
    assert last == read("9999-12-31T23:00", "America/Los_Angeles")
    assert isinstance(read("9999-12-31T23:00", "UTC"), datetime)
    assert "9999-12-31T23:59+00:00" == show_moment(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "Asia/Tokyo")


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Havana", "Europe/Paris", "Pacific/Apia", "UTC"])
def test_a_date_is_the_first_moment_of_its_day(zone: str) -> None:
    """On each day of some years: a moment before it is another day, and it is shown as the date."""
    day = datetime(2009, 12, 1)
    for _ in range(800):
        day += timedelta(days=1)
        first = read(f"{day:%Y-%m-%d}", zone)
        assert isinstance(first, datetime)
        here = zone_called(zone)
        assert first.astimezone(here).date() >= day.date()
        assert (first - timedelta(seconds=1)).astimezone(here).date() < day.date()
        if first.astimezone(here).date() == day.date():
            assert f"{day:%Y-%m-%d}" == show_moment(first, zone)


@pytest.mark.parametrize(
    "zone", ["localtime", "EST", "US/Eastern", "Etc/GMT+5", "europe/paris", "../UTC", ""]
)
def test_a_zone_is_a_place_that_every_machine_knows(zone: str) -> None:
    """Not the zone of the machine, an abbreviation, or a name that only some systems have."""
    assert zone not in zone_names()
    assert {"UTC", "Europe/Paris", "America/Argentina/Buenos_Aires"} <= zone_names()


def test_an_inner_domain_has_the_zone_around_it(tmp_path: Path) -> None:
    """Unless it names its own; a line takes the zone of its own domain, wherever it holds."""
    domains = """
        domains:
          acme: {zone: Europe/Paris}
          lyon: {within: acme}
          tokyo: {within: acme, zone: Asia/Tokyo}
          other: {}
    """
    users = {"acme": "ana", "lyon": "leo", "tokyo": "tom", "other": "oto"}
    lines = "".join(
        f"  - {{user: {user}, grants: [see], domain: {domain}, until: 2030-01-01}}\n"
        for domain, user in users.items()
    )
    files = {"catalog.yaml": CATALOG, "domains.yaml": domains, "bindings.yaml": f"bindings:\n{lines}"}
    policy = rolegate.load(write(tmp_path, files))

    def end(user: str, domain: str) -> str:
        until = policy.explain(user, "see", domain=domain, at=datetime(2029, 1, 1)).until
        return "" if until is None else until.isoformat()

    assert "2030-01-01T00:00:00+01:00" == end("ana", "acme") == end("ana", "lyon") == end("leo", "lyon")
    assert "2030-01-01T08:00:00+09:00" == end("ana", "tokyo")
    assert "2030-01-01T00:00:00+09:00" == end("tom", "tokyo")
    assert "2030-01-01T00:00:00+00:00" == end("oto", "other")
    assert datetime(2029, 12, 31, 15, tzinfo=UTC) == policy.compile(at=datetime(2029, 1, 1)).holds_until
