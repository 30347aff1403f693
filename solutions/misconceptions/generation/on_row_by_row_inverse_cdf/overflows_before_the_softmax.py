"""math.exp gets the logits divided by the temperature."""

import math

import torch


def _one(row, temperature, top_k, top_p, generator):
    ranked = sorted(range(len(row)), key=lambda token: -row[token])
    if temperature == 0:
        return ranked[0]
    weights = {token: math.exp(row[token] / temperature) for token in ranked[:top_k]}
    total = math.fsum(weights.values())
    kept, mass = [], 0.0
    for token, weight in weights.items():
        if top_p is not None and mass >= top_p * total:
            break
        kept.append(token)
        mass += weight
    left = torch.rand((), dtype=torch.float64, generator=generator).item() * mass
    for token in kept:
        left -= weights[token]
        if left < 0:
            return token
    return kept[0]
