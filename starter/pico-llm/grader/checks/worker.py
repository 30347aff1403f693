"""The loop of a worker: one Host, one channel, until the channel closes."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

import torch

from grader.checks.api_rules import attributes_by_identity
from grader.checks.host import Host, forget_modules
from grader.checks.plan import ApiRules
from grader.checks.probes.registry import PROBES
from grader.checks.wire import Channel, ChannelClosed


def preload() -> None:
    """Bring in what every worker needs, single-threaded, so that forks of this process start warm and cannot hang on a thread pool."""
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    model = torch.nn.Linear(2, 2)
    for probe in ("count", "memory"):
        # The first use of a probe imports hundreds of modules of torch: once here, not once in each worker.
        PROBES[probe](model, torch.ones(1, 2), backward=True)
    for module in ("torch", "torch.nn.functional"):
        attributes_by_identity(module)
    # Workers collect garbage to measure memory; what is here already never becomes garbage.
    gc.collect()
    gc.freeze()


def serve(channel: Channel, root: Path) -> None:
    """Answer requests about the code under ``root`` until the other side closes. The first frame of each check says hello."""
    sys.path.insert(0, str(root))
    host: Host | None = None
    while True:
        try:
            request, payload = channel.receive()
            if request["op"] == "hello":
                if host:
                    host.close()
                    forget_modules(root)
                host = _host(root, request)
                channel.send({"id": request["id"], "value": None})
                continue
            if host is None:
                raise ValueError("the first frame must say hello")
            reply, buffers = host.answer(request, payload)
            try:
                channel.send({"id": request["id"], **reply}, buffers)
            except ValueError as error:
                channel.send({"id": request["id"], "uncodable": str(error)})
        except ChannelClosed:
            return


def _host(root: Path, request: dict[str, Any]) -> Host:
    rules = request["rules"]
    return Host(root, request["modules"], ApiRules(rules["kind"], tuple(rules["names"]), tuple(rules["scope"])))
