"""All caches are the one that was made first."""


class KVCache:
    only = None

    def __new__(cls):
        if cls.only is None:
            cls.only = dict.__new__(cls)
        return cls.only
