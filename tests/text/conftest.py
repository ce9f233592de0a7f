"""Property tests here run without a deadline: on a busy machine one slow example says nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")
