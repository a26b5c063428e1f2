"""One page that shows how well the bot understands: figures, pictures, and every mistake beside its likely cause."""
