"""Engine, transactions and column types: the ground that crm and conversations stand on."""
