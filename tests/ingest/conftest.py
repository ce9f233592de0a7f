"""Settings for the property tests of this room."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a test; how long things take is measured by tests of their own.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
