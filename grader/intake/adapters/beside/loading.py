"""Bring in a definition from the submission's own files, as if they had been started where they lie."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .processor import OnProcessor


@dataclass(frozen=True)
class Place:
    """Where a definition lies.

    Attributes:
        folders: below the clean folder, to import from; the first is the module's own.
        module: its name from there, ``gpt.model``.
        name: of the class or function.
        config: how a constructor takes its settings: ``""`` as keyword arguments, ``"dict"`` as one dictionary, otherwise as an object
            of the class ``config``, which is found at ``config_module``.
        cuda_in_files: whether any file of the submission speaks of CUDA; then what importing asks for on CUDA is made on the processor.
        cuda_in_calls: the same for calls of what was loaded.
    """

    folders: tuple[str, ...]
    module: str
    name: str
    config: str = ""
    config_module: str = ""
    cuda_in_files: bool = False
    cuda_in_calls: bool = False

    def around(self) -> AbstractContextManager[object]:
        """What to enter around each call of what was loaded."""
        return OnProcessor() if self.cuda_in_calls else nullcontext()

    def load(self) -> Callable[..., Any]:
        """The function, or what builds an object from keyword arguments. Raises what importing the file raises."""
        found: Callable[..., Any] = getattr(self._import(self.module), self.name)
        if self.config == "dict":
            return lambda **settings: found(settings)
        if self.config:
            config: Callable[..., Any] = getattr(self._import(self.config_module), self.config)
            return lambda **settings: found(config(**settings))
        return found

    def _import(self, module: str) -> Any:
        root = Path(__file__).resolve().parents[1]
        folders = [str(root / folder) for folder in self.folders]
        sys.path[:0] = [folder for folder in folders if folder not in sys.path]
        arguments, sys.argv = sys.argv, [f"{module}.py"]  # a file that reads its command line finds it empty
        try:
            with OnProcessor() if self.cuda_in_files else nullcontext():
                return importlib.import_module(module)
        finally:
            sys.argv = arguments
