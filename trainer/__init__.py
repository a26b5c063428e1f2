"""Teaching the bot and measuring what it has learned."""
