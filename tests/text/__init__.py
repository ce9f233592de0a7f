"""Text: folding, tokens, identifiers, secrets."""
