"""The checks behind `ingest.check_corpus`, one module for each kind of corpus file."""

__all__: list[str] = []
