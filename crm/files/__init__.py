"""What customers send besides words: photos, voice, video, documents. Rows in the database, bytes in a folder beside it."""
