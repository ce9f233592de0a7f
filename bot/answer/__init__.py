"""Answers: understand, search, compose, cite, clarify, escalate, refuse, abstain."""
