"""The system calls a worker may make: an allow-list, so that what a newer kernel adds is closed by itself.

pyseccomp (pure Python over libseccomp.so.2, which apt and systemd depend on, so that every Debian and Ubuntu has it) knows the
numbers for each architecture and makes the program: no table of numbers is kept here. Where the shared library is absent the layer is
reported missing.

Not on the list: starting another program, other sockets than a stream pair, other namespaces, memory that no limit counts
(memfd, System V and POSIX queues), looking into other processes. A call that is not named at all answers "not implemented", which is what C
libraries expect of an older kernel; a call that is refused on purpose answers "not permitted".
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Any

from grader.jail import syscalls

_FILES = """
    read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 open openat openat2 creat close close_range lseek
    stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir
    rename renameat renameat2 mkdir mkdirat rmdir unlink unlinkat link linkat symlink symlinkat
    truncate ftruncate fallocate fsync fdatasync sync_file_range umask statfs fstatfs fadvise64
    copy_file_range sendfile splice tee flock fcntl dup dup2 dup3 pipe pipe2 ioctl eventfd eventfd2 getxattr lgetxattr fgetxattr
    listxattr llistxattr flistxattr poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4
    sendto sendmsg recvfrom recvmsg sendmmsg recvmmsg shutdown getsockopt setsockopt getsockname getpeername
"""
# What Landlock leaves to the owner of a file, whom student code may be.
_MODES_AND_TIMES = "chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat"
_MEMORY = "brk mmap munmap mprotect mremap madvise mincore msync membarrier mlock munlock get_mempolicy set_mempolicy mbind mseal"
_PROCESSES = """
    fork vfork exit exit_group wait4 waitid pidfd_open
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgid getpgrp getsid setsid setpgid
    getpriority getrusage times sysinfo uname getcpu getrandom getrlimit setrlimit capget
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
    set_tid_address set_robust_list get_robust_list futex futex_waitv futex_wait futex_wake futex_requeue rseq arch_prctl prctl
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack restart_syscall pause
    nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time alarm setitimer getitimer
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete
"""
_SIGNALS_BY_PROCESS = "kill tkill tgkill"
_SIGNALS = f"{_SIGNALS_BY_PROCESS} rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal"
_REFUSED = """
    execve execveat socket connect bind listen accept accept4 ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp
    unshare setns mount umount2 pivot_root chroot move_mount open_tree fsopen fsmount mount_setattr swapon swapoff sethostname setdomainname
    memfd_create memfd_secret shmget shmat shmctl semget semop semctl msgget msgsnd msgrcv msgctl mq_open
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset chown lchown fchown fchownat
    setpriority sched_setscheduler sched_setparam sched_setattr ioprio_set
    bpf perf_event_open keyctl add_key request_key userfaultfd name_to_handle_at open_by_handle_at mknod mknodat
    init_module finit_module delete_module reboot settimeofday clock_settime adjtimex clock_adjtime acct quotactl syslog
"""


class SyscallFilter:
    """Made once in the zygote, put on by each worker. Raises OSError or RuntimeError where libseccomp is not there."""

    def __init__(self, signals_to_itself_only: bool, own_files: bool) -> None:
        """``signals_to_itself_only``: for where no process namespace hides the machine's processes; children are out of reach then too.

        ``own_files``: there is a file tree of its own; otherwise modes and times of files cannot be changed.
        """
        import pyseccomp  # it looks for libseccomp.so.2 when imported, and is not there on every machine

        self._filter = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
        self._seccomp: Any = pyseccomp
        self._signals_to_itself_only = signals_to_itself_only
        self._filter.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
        for name in (_FILES + _MEMORY + _PROCESSES + ("" if signals_to_itself_only else _SIGNALS)).split():
            self._allow(name)
        for name in _REFUSED.split():
            self._refuse(name)
        for name in _MODES_AND_TIMES.split():
            if own_files:
                self._allow(name)
            else:
                self._refuse(name)
        self._allow_with_arguments()
        self._program = self._compiled()

    def apply(self) -> None:
        """Put it on this process and all it starts; needs no_new_privs or CAP_SYS_ADMIN. It can never be taken off."""
        if self._signals_to_itself_only:
            self._allow_signals_to(os.getpid())
            self._program = self._compiled()
        syscalls.install_filter(self._program)

    def _compiled(self) -> bytes:
        # Not load(): it compiles anew in each worker, which costs several milliseconds there.
        with os.fdopen(os.memfd_create("filter"), "w+b") as file:
            self._filter.export_bpf(file)
            file.seek(0)
            return file.read()

    def _allow_with_arguments(self) -> None:
        seccomp = self._seccomp
        # Processes and threads, in the same namespaces. clone3 hides its flags from a filter; "not implemented" makes libc use clone.
        self._allow("clone", seccomp.Arg(0, seccomp.MASKED_EQ, syscalls.NEW_NAMESPACE_FLAGS, 0))
        # A datagram pair could send to any local socket that has a name.
        kind_mask = 0xF
        is_stream = seccomp.Arg(1, seccomp.MASKED_EQ, kind_mask, socket.SOCK_STREAM)
        self._allow("socketpair", seccomp.Arg(0, seccomp.EQ, socket.AF_UNIX), is_stream)
        # Its own limits only: the supervisor may have the same user.
        for name in ("prlimit64", "sched_setaffinity"):
            self._allow(name, seccomp.Arg(0, seccomp.EQ, 0))
            self._refuse(name, seccomp.Arg(0, seccomp.NE, 0))

    def _allow_signals_to(self, pid: int) -> None:
        seccomp = self._seccomp
        for name in _SIGNALS_BY_PROCESS.split():
            self._allow(name, seccomp.Arg(0, seccomp.EQ, pid))
            self._refuse(name, seccomp.Arg(0, seccomp.NE, pid))

    def _allow(self, name: str, *conditions: Any) -> None:
        self._rule(self._seccomp.ALLOW, name, *conditions)

    def _refuse(self, name: str, *conditions: Any) -> None:
        self._rule(self._seccomp.ERRNO(errno.EPERM), name, *conditions)

    def _rule(self, action: int, name: str, *conditions: Any) -> None:
        number = self._seccomp.resolve_syscall(self._seccomp.Arch.NATIVE, name)
        if number >= 0:  # negative: unknown to this libseccomp or not on this architecture, so it falls to the default
            self._filter.add_rule(action, number, *conditions)
