"""Train a model for a few steps: can it learn at all?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from grader.checks.probes.parameters import require_module
from grader.checks.probes.projection import first_tensor
from grader.checks.probes.untouched import gradients_kept, rng_kept

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8
_WEIGHT_DECAY = 0.01


class _AdamW:
    """AdamW (Loshchilov and Hutter 2019, algorithm 2) with PyTorch's defaults; torch.optim would take a second to import more of torch."""

    def __init__(self, parameters: Sequence[torch.nn.Parameter], lr: float) -> None:
        self._parameters = parameters
        self._lr = lr
        self._step = 0
        self._moments = [(torch.zeros_like(parameter), torch.zeros_like(parameter)) for parameter in parameters]

    @torch.no_grad()
    def step(self) -> None:
        """One update from the parameters' ``.grad``; one without a gradient stays as it is. Clears the gradients."""
        self._step += 1
        first_bias, second_bias = (1 - beta**self._step for beta in _BETAS)
        for parameter, (mean, square) in zip(self._parameters, self._moments, strict=True):
            if parameter.grad is None:
                continue
            parameter.mul_(1 - self._lr * _WEIGHT_DECAY)
            mean.lerp_(parameter.grad, 1 - _BETAS[0])
            square.mul_(_BETAS[1]).addcmul_(parameter.grad, parameter.grad, value=1 - _BETAS[1])
            denominator = square.sqrt().div_(math.sqrt(second_bias)).add_(_EPSILON)
            parameter.addcdiv_(mean, denominator, value=-self._lr / first_bias)
            parameter.grad = None


def next_token_loss(model: Callable[..., Any], tokens: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy of ``logits[:, t]`` against ``tokens[:, t + 1]``; tokens (batch, seq), logits (batch, seq, vocab) -> 0-d."""
    logits = first_tensor(model(tokens))[:, :-1]
    return cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


def train_steps(model: object, batches: Sequence[torch.Tensor], lr: float = 1e-2) -> list[float]:
    """One AdamW step per batch of tokens (batch, seq), in the mode the model is in; the loss before each step. Changes the parameters."""
    module = require_module(model, "train_steps")
    losses = []
    with gradients_kept([module]), rng_kept(), torch.enable_grad():
        optimizer = _AdamW([parameter for parameter in module.parameters() if parameter.requires_grad], lr)
        for tokens in batches:
            loss = next_token_loss(module, tokens)
            torch.autograd.backward([loss])
            optimizer.step()
            losses.append(float(loss.detach()))
    return losses
