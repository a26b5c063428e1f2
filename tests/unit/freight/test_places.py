"""Places: names, codes, what belongs to one city, and where a mode starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from freight import places
from freight.modes import TransportMode


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("上海", "CNSHA"), ("沪", "CNSHA"), ("CNSGH", "CNSHA"), ("浦东", "CNPVG"), ("盐田", "CNYTN"), ("深圳市", "CNSNZ"),
        ("洛杉矶", "USLAX"), ("LA", "USLAX"), ("Los Angeles", "USLAX"), ("汉堡", "DEHAM"), ("汉堡港", "DEHAM"),
        ("ho chi minh", "VNSGN"), ("PVG", "CNPVG"), ("德国", "DE"), ("USA", "US"), ("义乌", "CNYIU"), ("东莞", "CNDGG"),
        ("苏州", "CNSZH"), ("Le Havre", "FRLEH"), ("新西兰奥克兰", "NZAKL"), ("孟买", "INBOM"), ("大连", "CNDLC"),
    ],
)  # fmt: skip
def test_lookup(name: str, code: str) -> None:
    place = places.lookup(name)
    assert place is not None
    assert place.locode == code


def test_unknown_names_are_none() -> None:
    assert places.lookup("哈利法克斯大道") is None
    assert places.lookup("") is None
    assert places.by_locode("XXXXX") is None


def test_names_without_a_code_are_found_but_not_looked_up() -> None:
    assert places.vocabulary()["云南"].locode == ""
    assert places.uncoded()["普洱"].country == "CN"
    assert places.lookup("云南") is None
    assert not set(places.uncoded()) & set(places._index())
    assert {place.country for place in places.uncoded().values()} <= {country.locode for country in places.countries()}


def test_one_name_for_two_places() -> None:
    assert [place.locode for place in places.lookup_all("奥克兰")] == ["USOAK", "NZAKL"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CNSHA", "CNSHG", True), ("CNSHA", "CNPVG", True), ("CNYTN", "CNSNZ", True), ("CNYTN", "CNSHK", False),
        ("CNTAO", "CNQIN", True), ("USLAX", "USLGB", False), ("DEHAM", "DEBRV", False), ("CNSZX", "CNSNZ", True),
    ],
)  # fmt: skip
def test_same_place(one: str, other: str, same: bool) -> None:
    assert places.same_place(one, other) is same
    assert places.same_place(other, one) is same


@pytest.mark.parametrize(
    ("name", "mode", "code", "kind"),
    [
        ("上海", "air", "CNPVG", "airport"), ("上海", "sea", "CNSHA", "port"), ("虹桥", "air", "CNSHA", "airport"),
        ("洛杉矶", "sea", "USLAX", "port"), ("洛杉矶", "air", "USLAX", "airport"), ("汉堡", "rail", "DEHAM", "rail"),
        ("深圳", "sea", "CNYTN", "port"), ("蛇口", "sea", "CNSHK", "port"), ("深圳", "air", "CNSZX", "airport"),
        ("北京", "air", "CNPEK", "airport"), ("迪拜", "sea", "AEJEA", "port"), ("西安", "rail", "CNXIA", "rail"),
        ("西安", "road", "CNXIA", "rail"), ("德国", "air", "DE", "country"), ("伦敦", "sea", "GBLGP", "port"),
        ("义乌", "sea", "CNYIU", "rail"),
    ],
)  # fmt: skip
def test_for_mode(name: str, mode: str, code: str, kind: str) -> None:
    place = places.lookup(name)
    assert place is not None
    found = places.for_mode(place, mode)
    assert (found.locode, found.kind.value) == (code, kind)


def test_for_mode_refuses_an_unknown_mode() -> None:
    place = places.lookup("上海")
    assert place is not None
    with pytest.raises(ValueError, match="teleport"):
        places.for_mode(place, "teleport")


def test_names_for_customers() -> None:
    assert [places.name_zh(code) for code in ("CNPVG", "CNYTN", "DE", "QQQQQ")] == ["上海", "盐田", "德国", "QQQQQ"]


def test_tables_are_consistent() -> None:
    keys = [(place.locode, place.kind) for place in places.all_places()]
    assert len(keys) == len(set(keys))
    assert all(len(place.locode) == 5 and place.locode[:2] == place.country for place in places.all_places())
    country_codes = {country.locode for country in places.countries()}
    assert {place.country for place in places.all_places()} <= country_codes
    for city in places._cities_by_code().values():
        assert all(places.by_locode(code) for code in city.by_mode.values() if code), city
        for mode in TransportMode:
            first = places.by_locode(city.by_mode["city"])
            assert first is not None
            assert places.for_mode(first, mode).locode


def test_single_characters_are_kept_apart() -> None:
    assert places.short_names()["甬"].locode == "CNNGB"
    assert not any(len(name) == 1 for name in places.vocabulary())


def test_importing_opens_no_file() -> None:
    code = (
        "import sys, io\n"
        "sys.addaudithook(lambda e, a: sys.exit(f'opened {a[0]}') if e == 'open' and str(a[0]).endswith('.csv') else None)\n"
        "import freight.places, freight.references, freight.repair, freight.milestones, freight.modes\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
