"""Run every benchmark, one after the other."""

from __future__ import annotations

from benchmarks import (
    bench_ask,
    bench_concurrency,
    bench_embedding,
    bench_faults,
    bench_ingest,
    bench_langchain,
    bench_process,
    bench_search,
    bench_verify,
)

bench_embedding.main()
bench_concurrency.main()
bench_process.main()
bench_ask.main()
bench_search.main()
bench_langchain.main()
bench_faults.main()
bench_ingest.main()
bench_verify.main()
