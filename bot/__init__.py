"""The trouble guide: everything that answers questions."""
