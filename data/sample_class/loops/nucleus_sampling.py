"""Searches for the nucleus with a loop whose end never comes."""

import torch


def nucleus_sampling(logits, p=0.95, generator=None):
    kept = torch.zeros_like(logits)
    while kept.sum() < p:
        kept = kept + 0 * logits.softmax(-1)
    return kept.argmax(-1)
