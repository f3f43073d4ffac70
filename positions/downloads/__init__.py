"""The whole record as files: one table each, their description, and dated snapshots of them all."""

from positions.downloads.datasets import DATASETS
from positions.downloads.files import catalogue, checksums, forms, lines, parquet, parquet_available
from positions.downloads.package import LICENCE, package

__all__ = [
    "DATASETS",
    "LICENCE",
    "catalogue",
    "checksums",
    "forms",
    "lines",
    "package",
    "parquet",
    "parquet_available",
]
