"""Appointments with customers: booked with somebody who is there and not complained about, kept to the minute."""
