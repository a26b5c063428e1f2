"""What is new for whom: changes of shipments that somebody wants to hear of, and answers to inquiries for a price."""
