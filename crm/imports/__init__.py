"""Files of customers, contacts, shipments, events and rates -> the database. `docs/imports.md` describes the columns."""
