"""The last day for notice: the examples of the reference, and what holds for every date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.claims.notice import ASK_A_LAWYER, UNCHECKED, Matter, notice
from crm.claims.regimes import Regime, Trouble, regimes

TENTH = date(2026, 11, 10)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("regime", "trouble", "container", "last"),
    [
        # The three examples of the freight reference, 6.3.
        ("china_maritime", "hidden", True, "2026-11-25"),
        ("montreal", "hidden", False, "2026-11-24"),
        ("montreal", "delay", False, "2026-12-01"),
        # The rows of its table.
        ("china_maritime", "hidden", False, "2026-11-17"),
        ("china_maritime", "delay", True, "2027-01-09"),
        ("china_maritime", "visible", True, "2026-11-10"),
        ("hague_visby", "visible", False, "2026-11-10"),
        ("hague_visby", "hidden", True, "2026-11-13"),
        ("montreal", "visible", False, "2026-11-24"),
        ("cmr", "visible", False, "2026-11-10"),
        ("cmr", "hidden", False, "2026-11-18"),
        ("cmr", "delay", False, "2026-12-01"),
        ("china_air", "hidden", False, "2026-11-24"),
        ("china_air", "delay", False, "2026-12-01"),
        ("china_rail", "hidden", False, "2027-05-09"),
        # Marked with ? or not in the table: a lawyer, not a guess.
        ("hague_visby", "delay", False, None),
        ("rail_international", "hidden", False, None),
        ("rail_international", "delay", False, None),
        ("china_rail", "delay", False, None),
        ("china_road", "hidden", False, None),
        ("china_express", "visible", False, None),
        ("undetermined", "hidden", True, None),
    ],
)
def test_the_last_day(regime: str, trouble: str, container: bool, last: str | None) -> None:
    found = notice(Regime(regime), Matter(Trouble(trouble), TENTH, TENTH, container))
    assert found.last_day == (date.fromisoformat(last) if last else None)
    if last is None:
        assert ASK_A_LAWYER in found.why
        assert not found.checked


def test_cmr_leaves_out_holidays_too() -> None:
    """2026-11-11 is a holiday in Poland and in France; 15 November is a Sunday."""
    found = notice(Regime.CMR, Matter(Trouble.HIDDEN, TENTH), {date(2026, 11, 11)})
    assert found.last_day == date(2026, 11, 19)


def test_what_the_table_does_not_say_in_so_many_words_is_marked() -> None:
    found = notice(Regime.CMR, Matter(Trouble.VISIBLE, TENTH))
    assert not found.checked
    assert UNCHECKED in found.why
    assert notice(Regime.CMR, Matter(Trouble.HIDDEN, TENTH)).checked


@pytest.mark.parametrize("regime", Regime)
def test_what_was_never_delivered_has_no_last_day(regime: Regime) -> None:
    assert notice(regime, Matter(Trouble.LOST, TENTH, TENTH)).last_day is None


def test_each_trouble_counts_from_its_own_day() -> None:
    assert notice(Regime.MONTREAL, Matter(Trouble.DELAY, delivered_on=TENTH)).last_day is None
    assert notice(Regime.MONTREAL, Matter(Trouble.HIDDEN, at_disposal_on=TENTH)).last_day is None


@given(st.sampled_from(Regime), st.sampled_from(Trouble), st.booleans(), DAYS, st.sets(DAYS, max_size=20))
def test_it_is_never_before_delivery_and_always_says_why(
    regime: Regime, trouble: Trouble, container: bool, day: date, off: set[date]
) -> None:
    found = notice(regime, Matter(trouble, day, day, container), off)
    assert found.last_day is None or found.last_day >= day
    assert found.why


@given(DAYS, st.sets(st.integers(1, 40), max_size=20))
def test_cmr_counts_seven_days_that_are_neither_sundays_nor_holidays(day: date, offsets: set[int]) -> None:
    off = {day + timedelta(days=n) for n in offsets}
    last = notice(Regime.CMR, Matter(Trouble.HIDDEN, day), off).last_day
    assert last is not None
    after = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert len([one for one in after if one.isoweekday() != 7 and one not in off]) == 7
    assert last.isoweekday() != 7
    assert last not in off


@given(DAYS, st.sets(DAYS, max_size=20))
def test_nothing_but_cmr_looks_at_holidays(day: date, off: set[date]) -> None:
    for regime in set(Regime) - {Regime.CMR}:
        matter = Matter(Trouble.HIDDEN, day, day)
        assert notice(regime, matter, off) == notice(regime, matter)


def test_every_regime_names_its_source() -> None:
    assert set(regimes()) == set(Regime)
    assert all(row.source and row.name_zh and row.limit for row in regimes().values())
