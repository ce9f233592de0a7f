"""Japanese and technical text: folding, tokens, identifiers, secrets."""
