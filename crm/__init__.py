"""What the firm knows and decides: customers, shipments, prices, orders, complaints, promises. One folder per area."""
