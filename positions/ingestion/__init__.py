"""From the world to rows: files and feeds to documents, documents to versions, versions to stances."""

from positions.ingestion.documents import BadDocument, Document
from positions.ingestion.store import StoreResult, store

__all__ = ["BadDocument", "Document", "StoreResult", "store"]
