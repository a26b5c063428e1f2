"""From a word or a carrier's raw code to a milestone or exception of ours (freight reference 2.1 to 2.4)."""

import re
from dataclasses import dataclass

from crm.imports.cells import folded
from crm.imports.errors import BadValue
from crm.shipments.models import Shipment
from freight import milestones
from freight.milestones import EXCEPTIONS, MILESTONES
from freight.places import same_place

ETA = "eta"
"""Not a step: the row is an estimate of arrival (by road and express: of delivery)."""
_SHORT = {
    "甩柜": "rolled", "拉货": "offloaded", "延误": "delayed", "晚点": "delayed", "查验": "customs_hold",
    "海关查验": "customs_hold", "破损": "damaged", "少件": "missing", "少货": "missing", "拒收": "refused",
    "取消": "cancelled", "派送失败": "missed_delivery", "已开船": "departed", "已起飞": "departed", "已发车": "departed",
    "开船": "departed", "起飞": "departed", "发车": "departed", "到港": "arrived", "到达": "arrived", "已到港": "arrived",
    "装船": "loaded", "装车": "loaded", "提货": "picked_up", "揽收": "picked_up", "入仓": "warehouse_in", "进港": "accepted",
    "出口放行": "export_cleared", "中转": "transit", "卸船": "discharged", "清关": "import_clearing", "清关中": "import_clearing",
    "清关放行": "import_cleared", "提柜": "collected", "派送": "out_for_delivery", "派送中": "out_for_delivery",
    "签收": "delivered", "回单": "pod_returned", "还箱": "empty_returned", "还空": "empty_returned", "订舱": "booked",
    "下单": "booked", "预计到达": ETA, "预计到港": ETA, "预计送达": ETA, "eta": ETA,
}  # fmt: skip
INFORMATION_ONLY = frozenset({"DOC", "OSI", "OCI"})
"""IATA codes that tell a customer nothing; such rows are read over."""


def _words() -> dict[str, str]:
    known = {folded(word): code for word, code in _SHORT.items()}
    for milestone in MILESTONES.values():
        for words in (milestone.words, *(words for _, words in milestone.words_by_mode)):
            known.setdefault(folded(words.partition("，")[0]), milestone.code)
    for code, words in EXCEPTIONS.items():
        known.setdefault(folded(words), code)
    known.update({code: code for code in (*MILESTONES, *EXCEPTIONS)})
    return known


_KNOWN = _words()


def step_named(written: str) -> str:
    """Our code for a step's name, or ETA. Raises BadValue."""
    found = _KNOWN.get(folded(written))
    if found is None:
        raise BadValue("不认识这个节点，可以写节点代码（如 departed）或中文（如 已开船）")
    return found


@dataclass(frozen=True)
class RawCode:
    """A carrier's code as received, with the vocabulary it is of."""

    code: str
    version: str

    def step(self, shipment: Shipment, place: str) -> str | None:
        """Our code at a place of a shipment; None for what tells a customer nothing. Raises BadValue."""
        family = folded(self.version)
        parts = re.split(r"[ /+\-]+", self.code.upper().strip())
        first, second = parts[0], parts[1] if len(parts) > 1 else ""
        if family.startswith("dcsa"):
            found = _dcsa(first, second, shipment, place)
        elif family.startswith(("iata", "cargo-imp", "cxml")):
            found = _iata(first, second, shipment, place)
        elif family.startswith(("快递100", "kuaidi100", "express100")):
            found = milestones.EXPRESS_100.get(first)
        elif family.startswith(("快递鸟", "kdniao")):
            found = milestones.EXPRESS_BIRD.get(first)
        else:
            raise BadValue("不认识的代码标准，可以写 DCSA、IATA、快递100、快递鸟")
        if found is None and first not in INFORMATION_ONLY:
            raise BadValue("这个代码没有对应的节点，请在“节点”列写明")
        return found


def _dcsa(code: str, qualifier: str, shipment: Shipment, place: str) -> str | None:
    if code in milestones.DCSA_TRANSPORT:
        return _transport(code, shipment, place)
    if (code, qualifier) in milestones.DCSA_SHIPMENT:
        return milestones.DCSA_SHIPMENT[code, qualifier]
    empty = {"EMPTY": True, "LADEN": False}.get(qualifier)
    return milestones.from_dcsa_equipment(code, empty=empty, at_origin=_at(place, shipment.origin_locode))


def _transport(code: str, shipment: Shipment, place: str) -> str:
    end = shipment.origin_locode if code == "DEPA" else shipment.destination_locode
    return milestones.DCSA_TRANSPORT[code] if not place or _at(place, end) else "transit"


def _iata(code: str, discrepancy: str, shipment: Shipment, place: str) -> str | None:
    if code == "DIS":
        return milestones.IATA_DISCREPANCY.get(discrepancy)
    if code == "DEP" and place and not _at(place, shipment.origin_locode):
        return "transit"
    at_destination = not place or _at(place, shipment.destination_locode)
    return milestones.from_iata(code, at_destination=at_destination)


def _at(place: str, end: str) -> bool:
    return bool(place and end) and same_place(place, end)
