"""What hostile student code tries. Each defines ``act``, which returns True if it got what it wanted."""

from __future__ import annotations

READ_FILE = """
def act(path):
    return open(path).read() == "secret"
"""

WRITE_FILE = """
def act(folder):
    with open(folder + "/written", "w") as file:
        file.write("x")
    return True
"""

READ_COMMAND_LINE_OF_JUDGE = """
def act(pid):
    return len(open(f"/proc/{pid}/cmdline").read()) > 0
"""

CONNECT = """
import socket
def act(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return connection.recv(5) == b"hello"
"""

CONNECT_ABSTRACT = """
import socket
def act(name):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(chr(0) + name)
        return connection.recv(5) == b"hello"
"""

KILL = """
import os, signal
def act(pid):
    os.kill(pid, signal.SIGKILL)
    return True
"""

PTRACE = """
import ctypes
def act(pid):
    PTRACE_SEIZE = 0x4206
    return ctypes.CDLL(None).ptrace(PTRACE_SEIZE, pid, None, None) == 0
"""

READ_SHARED_MEMORY = """
import ctypes
def act(key):
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    segment = libc.shmget(key, 0, 0)
    return segment >= 0 and ctypes.string_at(libc.shmat(segment, None, 0o10000), 6) == b"secret"
"""

LEARN_HOST_NAME = """
import os
def act(name):
    return os.uname().nodename == name
"""

FILL_DISK = """
def act(folder, megabytes):
    for number in range(megabytes // 10):
        with open(f"{folder}/{number}", "wb") as file:
            file.write(bytes(10 << 20))
    return True
"""

FILL_INODES = """
def act(folder, count):
    for number in range(count):
        open(f"{folder}/{number}", "wb").close()
    return True
"""

MOUNT = """
import ctypes
def act(folder):
    return ctypes.CDLL(None).mount(b"x", folder.encode(), b"tmpfs", 0, None) == 0
"""

RUN_SETUID = """
import subprocess
def act(program):
    return subprocess.run([program, "-u"], capture_output=True, text=True).stdout.strip() == "0"
"""

BURN_CPU = """
import time
def act(seconds):
    while time.process_time() < seconds:
        pass
    return True
"""

BURN_CPU_IN_PROCESSES = """
import os, time
def act(seconds, processes):
    started = time.process_time()
    for _ in range(processes):
        if os.fork() == 0:
            while time.process_time() < seconds:
                pass
            os._exit(0)
    for _ in range(processes):
        os.wait()
    return True
"""

FILL_MEMORY = """
import time
def act(megabytes):
    block = b"x" * (megabytes << 20)
    time.sleep(0.3)
    return len(block) == megabytes << 20
"""

FILL_MEMORY_IN_PROCESSES = """
import os, time
def act(megabytes, processes):
    children = []
    for _ in range(processes):
        child = os.fork()
        if child == 0:
            block = b"x" * (megabytes << 20)
            time.sleep(1)
            os._exit(0)
        children.append(child)
    return all(os.waitpid(child, 0)[1] == 0 for child in children)
"""

FORK_BOMB = """
import os, time
def act(count):
    for _ in range(count):
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
    return True
"""

WRITE_LARGE_FILE = """
def act(folder, megabytes):
    with open(folder + "/large", "wb") as file:
        for _ in range(megabytes):
            file.write(bytes(1 << 20))
    return True
"""

OPEN_MANY_FILES = """
import os
def act(count):
    for _ in range(count):
        os.open("/dev/null", os.O_RDONLY)
    return True
"""

READ_ENVIRONMENT = """
import os
def act(name):
    return os.environ.get(name) == "secret"
"""

LINGER = """
import os, time
def act():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(3, 10):
                try:
                    os.close(number)
                except OSError:
                    pass
            time.sleep(60)
        os._exit(0)
    os.wait()
    return True
"""

HIDE_MEMORY = """
import os
def act():
    return os.memfd_create("hidden") >= 0
"""

RUN_PROGRAM = """
import os
def act():
    return os.posix_spawn("/bin/true", ["true"], {}) > 0
"""

LOWER_LIMIT_OF_SUPERVISOR = """
import os, resource
def act():
    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3))
    return True
"""

NEW_USER_NAMESPACE = """
import ctypes
def act():
    return ctypes.CDLL(None).unshare(0x10000000) == 0
"""
