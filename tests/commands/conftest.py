from tests.ingestion.conftest import scripted

__all__ = ["scripted"]
