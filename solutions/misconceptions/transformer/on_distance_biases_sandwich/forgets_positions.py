"""The distance decides what is hidden, and no slope is taken from it."""

import torch


class Head:
    def attend(self, x, key, value):
        query = self.query(x)
        places = torch.arange(key.shape[1], device=x.device)
        distance = places[-query.shape[1] :, None] - places
        scores = query @ key.mT * query.shape[-1] ** -0.5
        return scores.masked_fill(distance < 0, float("-inf")).softmax(dim=-1) @ value
