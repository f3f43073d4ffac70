"""The network: a small encoder, pooled at the holder, the focus and the start, with two heads (PyTorch)."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from positions.extraction.learned.masking import FOCUS_END, FOCUS_START, HOLDER, OTHER
from positions.extraction.scorer import LABELS
from positions.training.examples import KINDS

# What the masking tokens begin as, before training: the mean of these words' vectors.
MEANINGS = {
    HOLDER: "president minister government he she officials",
    OTHER: "someone somebody country minister another",
    FOCUS_START: "[SEP] . :",
    FOCUS_END: "[SEP] . ;",
}


class Reader(nn.Module):
    """(token ids, attention mask, segments) -> (stance logits, kind logits).

    The table of word vectors stays as it was pretrained; only the masking tokens have vectors of their own.
    """

    def __init__(self, encoder: Path, ids: dict[str, int]) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(encoder, attn_implementation="eager", add_pooling_layer=False)
        self.words = self.encoder.embeddings.word_embeddings
        self.words.weight.requires_grad_(False)
        self.ids = ids
        size = self.encoder.config.hidden_size
        self.marks = nn.Parameter(torch.zeros(len(ids), size))
        self.drop = nn.Dropout(0.1)
        self.stance = nn.Linear(3 * size, len(LABELS))
        self.kind = nn.Linear(3 * size, len(KINDS))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        vectors = self.words(ids)
        for place, token in enumerate(self.ids.values()):
            vectors = torch.where((ids == token).unsqueeze(-1), self.marks[place], vectors)
        hidden = self.encoder(
            inputs_embeds=vectors, attention_mask=mask, token_type_ids=segments
        ).last_hidden_state
        started = torch.cumsum((ids == self.ids[FOCUS_START]).to(torch.int32), 1) > 0
        ended = torch.cumsum((ids == self.ids[FOCUS_END]).to(torch.int32), 1) > 0
        focus = _mean(hidden, started & ~ended & mask.bool())
        holder = _mean(hidden, (ids == self.ids[HOLDER]) & mask.bool())
        pooled = self.drop(torch.cat([hidden[:, 0], holder, focus], 1))
        return self.stance(pooled), self.kind(pooled)


def _mean(hidden: Tensor, chosen: Tensor) -> Tensor:
    weights = chosen.to(hidden.dtype).unsqueeze(-1)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)


@torch.no_grad()
def name_marks(model: Reader, words: dict[str, list[int]]) -> None:
    """Give the masking tokens a meaning to begin with; `words` are the ids of MEANINGS' words."""
    for place, token in enumerate(model.ids):
        model.marks[place] = model.words.weight[words[token]].mean(0)
