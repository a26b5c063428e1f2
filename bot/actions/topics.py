"""What can be talked about: values of the slot `topic`."""

STATUS = "status"
QUOTE = "quote"
"""Values for a price are being gathered."""
OFFER = "offer"
"""A quote lies before the customer."""
INQUIRY = "inquiry"
"""The pricing department has been asked; the customer may still correct what is asked for."""
CONFIRM_ORDER = "confirm_order"
CANCEL = "cancel_order"
COMPLAINT = "complaint"
CALLBACK = "callback"

RESUMABLE = frozenset({QUOTE, OFFER, CONFIRM_ORDER})
"""Topics that can be gone on with when something else came in between."""
UPDATES = "updates"
"""Value of the slot `asked` in STATUS: notices of changes have been offered."""
