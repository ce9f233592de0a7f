"""Retrieval: identifiers, meaning and words, fused into one ranking."""
