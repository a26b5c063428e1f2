"""Custom actions by topic: what the customer wants -> one call to the crm -> what is said. Words are in `domain.yml`."""
