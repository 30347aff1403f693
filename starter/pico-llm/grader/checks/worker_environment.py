"""The environment variables that every worker needs, in the student's folder and in the jail."""

from __future__ import annotations

SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Every check forks a process of 270 MB: with huge pages there is less to copy (12 to 15 % of a submission's CPU time). Only glibc heeds it.
HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
