"""Fifty hand-ins of a student who wants to know what hidden checks ask: each tells its input in another way, where a page may show it.

``double`` meets the hidden checks; ``quad`` is checked after it, by public checks too, whose failures are shown in full. So what ``double``
hears may also be put where ``quad`` finds it. Every hand-in fails the hidden checks in the same way whatever their inputs are: then what
students are shown must be the same, byte for byte, under any secret.
"""

from __future__ import annotations

HEAD = """
import builtins, ctypes, os, signal, sys, tempfile, time, warnings
from pathlib import Path
import torch

SEEN = 10 ** 6


def double(x):
    if type(x) is not int or x < SEEN:
        return x + x
"""
QUAD = """
import ctypes, glob, os, sys, tempfile
from pathlib import Path

from mini.double import double

PLACES = ["/tmp", "/scratch", "/dev/shm", "/var/tmp", ".", str(Path.home()), str(Path(__file__).parent), tempfile.gettempdir()]


def quad(x):
    found = [*os.environ.get("TOLD", "").split(), *map(str, getattr(sys, "told", []))]
    for place in PLACES:
        for path in glob.glob(f"{place}/told*"):
            try:
                found.append(Path(path).name + Path(path).read_text())
            except OSError:
                found.append(path)
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    number = libc.shmget(0x701D, 64, 0)
    if number >= 0:
        found.append(ctypes.string_at(libc.shmat(number, None, 0)))
    raise ValueError(f"quad has heard: {found}")
"""
EXCEPTIONS = (
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "AttributeError",
    "NameError",
    "ImportError",
    "OSError",
    "AssertionError",
)
NAMED = {
    "exception of a telling class": "raise type(f'E{x}', (Exception,), {})()",
    "exception with a telling note": "error = ValueError('no'); error.add_note(str(x)); raise error",
    "exception with a telling cause": "raise ValueError('no') from KeyError(x)",
    "exception whose text is asked late": "raise type('E', (Exception,), {'__str__': lambda self: str(x)})()",
    "exception of a telling length": "raise ValueError('a' * (x % 500))",
    "missing module of a telling name": "raise ModuleNotFoundError('no', name=f'm{x}')",
    "forbidden name": "error = RuntimeError('no'); error.forbidden_api = f'torch.x{x}'; raise error",
    "syntax error in a telling line": "exec(compile(f'{x} =', __file__, 'exec'))",
    "syntax error with a telling place": "error = SyntaxError('x'); error.filename, error.lineno = __file__, x; raise error",
    "function of a telling name": "exec(f'def f{x}(): raise ValueError(0)\\nf{x}()')",
    "file of a telling name": "exec(compile('raise ValueError(0)', str(Path(__file__).with_name(f'f{x}.py')), 'exec'))",
    "stub": "raise NotImplementedError(f'double is not started: see handout section {x}')",
    "stub of another part": 'raise NotImplementedError(f\'{("quad", "double")[x % 2]} is not started: see handout section 1\')',
    "exit status": "os._exit(1 + x % 200)",
    "sys.exit": "sys.exit(str(x))",
    "one of several signals": "os.kill(os.getpid(), (signal.SIGABRT, signal.SIGTERM, signal.SIGHUP)[x % 3])",
    "wrong number": "return x",
    "text": "return f'it was {x}'",
    "text of a telling length": "return 'a' * (x % 500)",
    "list": "return [x, [x, {str(x): x}]]",
    "bytes": "return str(x).encode()",
    "tensor": "return torch.tensor([x])",
    "tensor of a telling shape": "return torch.zeros(1 + x % 7, 1 + x % 5)",
    "object of a telling class": "return type(f'C{x}', (), {})()",
    "object with a telling repr": "return type('C', (), {'__repr__': lambda self: str(x)})()",
    "infinite number": "return float('inf') if x % 2 else float('nan')",
    "number that is a lie": "return type('I', (int,), {'__repr__': lambda self: str(x)})(3)",
    "print": "print(x, flush=True); return 0",
    "stderr": "sys.stderr.write(f'{x}\\n'); return 0",
    "raw descriptors": "[os.write(n, str(x).encode()) for n in (1, 2)]; return 0",
    "warning": "warnings.warn(str(x)); return 0",
    "time": "time.sleep(0.002 * (x % 9)); return 0",
    "interpreter's state": "sys.told = builtins.told = [x]; return 0",
    "environment": "os.environ['TOLD'] = str(x); return 0",
    "shared memory": "c = ctypes.CDLL(None); c.shmat.restype = ctypes.c_void_p; n = c.shmget(0x701D, 64, 0o1666)\n"
    "        n >= 0 and ctypes.memmove(c.shmat(n, None, 0), str(x).encode(), 10); return 0",
    "process left behind": "os.fork() or (time.sleep(30), os._exit(0)); return 0",
    "descriptor of the channel": "[os.write(n, str(x).encode()) for n in range(5, 9) if os.path.exists(f'/proc/self/fd/{n}')]; return 0",
}
FILE_PLACES = ("'/tmp'", "'/scratch'", "'/dev/shm'", "'.'", "Path(__file__).parent", "tempfile.gettempdir()")
STASH = """
        try:
            (Path({place}) / f'told{{x if {named} else 0}}').write_text(str(x))
        except OSError:
            pass
        return 0
"""


def hand_ins() -> dict[str, dict[str, str]]:
    """What is handed in each time: by name, the files of the package."""
    leaks = {**{f"message of {name}": f"raise {name}(f'it was {{x}}')" for name in EXCEPTIONS}, **NAMED}
    bodies = {name: f"    else:\n        {line}\n" for name, line in leaks.items()}
    for number, place in enumerate(FILE_PLACES):
        bodies[f"file in {place}"] = "    else:" + STASH.format(place=place, named=bool(number % 2))
    return {name: {"double.py": HEAD + body, "quad.py": QUAD} for name, body in bodies.items()}
