"""Incoterms 2020 and older terms customers still write, with what each means in one Chinese line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Incoterm:
    """One term. `sea_only` terms are made for sea and inland waterway; `insured` ones oblige the seller to insure."""

    code: str
    name_en: str
    name_zh: str
    sea_only: bool
    insured: bool
    freight_paid_by_seller: bool


_TERMS = (
    Incoterm("EXW", "Ex Works", "工厂交货", sea_only=False, insured=False, freight_paid_by_seller=False),
    Incoterm("FCA", "Free Carrier", "货交承运人", sea_only=False, insured=False, freight_paid_by_seller=False),
    Incoterm("CPT", "Carriage Paid To", "运费付至", sea_only=False, insured=False, freight_paid_by_seller=True),
    Incoterm("CIP", "Carriage and Insurance Paid To", "运费保险费付至", sea_only=False, insured=True,
             freight_paid_by_seller=True),
    Incoterm("DAP", "Delivered at Place", "目的地交货", sea_only=False, insured=False, freight_paid_by_seller=True),
    Incoterm("DPU", "Delivered at Place Unloaded", "目的地卸货后交货", sea_only=False, insured=False,
             freight_paid_by_seller=True),
    Incoterm("DDP", "Delivered Duty Paid", "完税后交货", sea_only=False, insured=False, freight_paid_by_seller=True),
    Incoterm("FAS", "Free Alongside Ship", "船边交货", sea_only=True, insured=False, freight_paid_by_seller=False),
    Incoterm("FOB", "Free on Board", "船上交货", sea_only=True, insured=False, freight_paid_by_seller=False),
    Incoterm("CFR", "Cost and Freight", "成本加运费", sea_only=True, insured=False, freight_paid_by_seller=True),
    Incoterm("CIF", "Cost, Insurance and Freight", "成本、保险费加运费", sea_only=True, insured=True,
             freight_paid_by_seller=True),
)  # fmt: skip

INCOTERMS: Final[dict[str, Incoterm]] = {term.code: term for term in _TERMS}
"""The eleven terms of Incoterms 2020 by code."""

WORDS: Final[dict[str, str]] = {
    **{code.lower(): code for code in INCOTERMS},
    "cnf": "CFR",
    "c&f": "CFR",
    "ddu": "DAP",
    "dat": "DPU",
    "双清包税": "DDP",
    "包税双清": "DDP",
    "双清": "DDP",
    "工厂交货": "EXW",
    "完税后交货": "DDP",
    "离岸价": "FOB",
    "到岸价": "CIF",
    "船上交货": "FOB",
    "出厂价": "EXW",
    "飞欧毕": "FOB",
}
"""Words for a term, lower case. DDU and DAT were replaced by DAP and DPU; 双清包税 is how DDP is sold in China."""


def find_code(word: str) -> str | None:
    """Return the Incoterms 2020 code of a word (fob, DDU, 双清包税), or None."""
    return WORDS.get(word.strip().lower())
