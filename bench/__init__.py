"""Benchmarks of Wattif: rates, latencies, start-up and memory, beside other mock servers and beside other commits."""
