"""Our speed beside a floor measured in the same run. `python -m benchmarks --help`."""
