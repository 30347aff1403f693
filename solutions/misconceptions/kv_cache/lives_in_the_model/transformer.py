"""Keeps one cache in the model, and uses it for every call.

For the TA: make_cache always hands out the same object. A second cache is not empty, and two decodings at once destroy each other.

For the student: Ask your model for two caches. Are they two?
"""

from picollm.kv_cache import KVCache


class TransformerModel:
    def make_cache(self) -> KVCache:
        if not hasattr(self, "_cache"):
            self._cache = KVCache()
        return self._cache
