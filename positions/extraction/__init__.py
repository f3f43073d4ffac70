"""The reader: text and a resolver of names in, frozen readings with character offsets out."""

from positions.extraction.gold import gold_form
from positions.extraction.reader import RulesExtractor

__all__ = ["RulesExtractor", "gold_form"]
