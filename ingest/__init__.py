"""Read articles, clean them, cut them into chunks, build the index."""
