"""Refusals and errors about shipments."""

from crm.errors import Refusal


class ShipmentNotVisible(Refusal):
    """The account may not see this shipment, or there is none: the two must look alike."""

    code = "shipment_not_visible"


class NotBound(Refusal):
    """The account speaks for no customer we know, so it has no shipments of its own."""

    code = "not_bound"


class ShipmentExists(Refusal):
    """A shipment with this waybill number is there already."""

    code = "shipment_exists"


class PromiseIsFixed(Exception):
    """Code tried to change a promised date. Not a refusal: a promise changes only by an agreed amendment."""
