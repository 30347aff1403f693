"""Where the keys of a TOML text stand: dotted key -> line number. For messages only; tomllib does the reading.

Looks at one line at a time: table headers, ``key = value``, and inside a list that spans lines each line that opens an inline
table. A layout it does not follow (a key inside a multi-line string, two tables on a line) costs precision of a line number, nothing else.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_.\-"']+)\s*=\s*(.*)$""")
_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


def key_lines(text: str) -> dict[str, int]:
    """Dotted key (``assignments.pico-llm.human[1].points``) -> 1-based line."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    list_key, list_items, depth = "", 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare = _STRINGS.sub('""', line).split("#", 1)[0]
        if depth > 0:
            if bare.lstrip().startswith("{"):
                lines.setdefault(f"{list_key}[{list_items}]", number)
                list_items += 1
            depth += bare.count("[") - bare.count("]")
        elif header := _HEADER.match(line):
            table = _dotted(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            dotted = _dotted(key[1])
            list_key = f"{table}.{dotted}" if table else dotted
            lines.setdefault(list_key, number)
            list_items, depth = 0, bare.count("[") - bare.count("]")
    return lines


def _dotted(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
