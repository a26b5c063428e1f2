"""Files of customers, contacts, shipments, events, rates and answers -> the database. `docs/imports.md` describes the columns."""
