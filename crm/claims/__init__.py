"""Claims: what has to be collected, and by when notice has to be given in writing. Information for staff, not legal advice."""
