"""The network (PyTorch): an encoder reads a sheet once, a small head answers each question about it."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from positions.extraction.learned.masking import (
    FOCUS_END,
    FOCUS_START,
    HOLDERS,
    OTHER,
    TOKENS,
    TOPICS,
    UNDERSTOOD,
)
from positions.extraction.scorer import KINDS, LABELS, MODES

HIDDEN = 256
NEARER = 9.0  # a mention inside the focus weighs this much more than one before it
# What the masking tokens begin as, before training: the mean of these words' vectors.
MEANINGS = {
    **dict.fromkeys((UNDERSTOOD, *HOLDERS), "president minister government he she officials"),
    OTHER: "someone somebody country minister another",
    FOCUS_START: "[SEP] . :",
    FOCUS_END: "[SEP] . ;",
    TOPICS["nato-membership"]: "nato membership invitation alliance accession",
    TOPICS["security-guarantees"]: "security guarantees guarantee commitments",
    TOPICS["troops-in-ukraine"]: "troops soldiers peacekeeping deploy forces",
    TOPICS["arms-deliveries"]: "weapons arms ammunition aid tanks",
    TOPICS["long-range-strikes"]: "missiles range strikes strike inside",
    TOPICS["negotiations"]: "talks negotiations peace truce ceasefire",
    TOPICS["territory"]: "territory land border occupied annexed",
    TOPICS["sanctions"]: "sanctions assets oil ban penalties",
    TOPICS["eu-membership"]: "european union membership accession candidate",
    TOPICS["support-for-ukraine"]: "support help solidarity assistance",
}


class Reader(nn.Module):
    """(ids, mask, row, holder, topic) -> logits of stance, kind, mode, condition; a row a question.

    The table of word vectors stays as it was pretrained; only the masking tokens have vectors of their own.
    """

    def __init__(self, encoder: Path, tokenizer: Tokenizer) -> None:
        super().__init__()
        # Without dropout a third faster; in so few passes over so many texts nothing is learned by heart.
        self.encoder = BertModel.from_pretrained(
            encoder, attn_implementation="eager", add_pooling_layer=False,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self.words = self.encoder.embeddings.word_embeddings
        self.words.weight.requires_grad_(False)
        self.first, last = (tokenizer.token_to_id(t) for t in (TOKENS[0], TOKENS[-1]))
        self.start, self.end = tokenizer.token_to_id(FOCUS_START), tokenizer.token_to_id(FOCUS_END)
        self.topic0 = tokenizer.token_to_id(next(iter(TOPICS.values())))
        size = self.encoder.config.hidden_size
        self.marks = nn.Parameter(self.words.weight[self.first : last + 1].clone())
        self.topics = nn.Embedding(len(TOPICS), size)
        self.query = nn.Linear(3 * size, size)
        self.drop = nn.Dropout(0.15)
        self.head = nn.Linear(6 * size, HIDDEN)
        self.stance = nn.Linear(HIDDEN, len(LABELS))
        self.kind = nn.Linear(HIDDEN, len(KINDS))
        self.mode = nn.Linear(HIDDEN, len(MODES))
        self.condition = nn.Linear(HIDDEN, 2)

    def forward(
        self, ids: Tensor, mask: Tensor, row: Tensor, holder: Tensor, topic: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        hidden = self.encoder(inputs_embeds=self._vectors(ids), attention_mask=mask).last_hidden_state
        started = torch.cumsum((ids == self.start).to(torch.int32), 1) > 0
        ended = torch.cumsum((ids == self.end).to(torch.int32), 1) > 0
        sheets = torch.arange(ids.shape[0]).unsqueeze(1) + torch.zeros_like(ids)
        # Every question looks at all words of all sheets, those of the other sheets with no weight: one
        # product of matrices instead of a copy of the sheet for each question.
        flat, words = hidden.reshape(-1, hidden.shape[2]), ids.reshape(1, -1)
        own = (sheets.reshape(1, -1) == row.unsqueeze(1)) & (mask.reshape(1, -1) != 0)
        inside = (own & (started & ~ended).reshape(1, -1)).to(hidden.dtype)
        named = ((words == holder.unsqueeze(1)) & own).to(hidden.dtype) * (1.0 + NEARER * inside)
        about = ((words == topic.unsqueeze(1)) & own).to(hidden.dtype)
        kind_of_topic = self.topics(topic - self.topic0)
        holder_at, topic_at = _mean(flat, named), _mean(flat, about)
        query = self.query(torch.cat([holder_at, topic_at, kind_of_topic], 1))
        scores = (query @ flat.T) / query.shape[1] ** 0.5
        found = torch.softmax(scores.masked_fill(~own, -1e4), 1) @ flat
        opening = hidden[row, 0]
        joined = torch.cat([opening, holder_at, topic_at, found, _mean(flat, inside), kind_of_topic], 1)
        deep = self.drop(nn.functional.gelu(self.head(self.drop(joined))))
        return self.stance(deep), self.kind(deep), self.mode(deep), self.condition(deep)

    def _vectors(self, ids: Tensor) -> Tensor:
        place = (ids - self.first).clamp(min=0, max=self.marks.shape[0] - 1)
        ours = ((ids >= self.first) & (ids < self.first + self.marks.shape[0])).unsqueeze(-1)
        return torch.where(ours, self.marks[place], self.words(ids))


def _mean(hidden: Tensor, weights: Tensor) -> Tensor:
    return (weights @ hidden) / weights.sum(1, keepdim=True).clamp(min=1.0)


@torch.no_grad()
def name_marks(model: Reader, tokenizer: Tokenizer) -> None:
    """Give the masking tokens a meaning to begin with."""
    for token, like in MEANINGS.items():
        mean = model.words.weight[[tokenizer.token_to_id(word) for word in like.split()]].mean(0)
        model.marks[tokenizer.token_to_id(token) - model.first] = mean
    for place, token in enumerate(TOPICS.values()):
        model.topics.weight[place] = model.marks[tokenizer.token_to_id(token) - model.first]
