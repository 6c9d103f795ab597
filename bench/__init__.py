"""Benchmarks: ours beside a peer of the same run, results verified before they are printed."""
