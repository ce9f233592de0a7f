"""The owner's desk: what readers asked, what became of it, and what they said of the answers."""
