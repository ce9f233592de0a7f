"""Run every benchmark, one after the other."""

from __future__ import annotations

from benchmarks import bench_embedding, bench_process

bench_embedding.main()
bench_process.main()
