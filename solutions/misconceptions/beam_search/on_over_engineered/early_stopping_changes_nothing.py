"""The rule for early stopping is the ordinary one."""


class WhenFull(StoppingRule):
    def is_over(self, pool: Pool, best_running: float, /) -> bool:
        return pool.full and best_running <= pool.worst
