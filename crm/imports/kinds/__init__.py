"""One module per kind of file: its columns, and how its rows become changes."""
