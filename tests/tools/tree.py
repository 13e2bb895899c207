# SPDX-License-Identifier: GPL-3.0-or-later
"""The source tree as the checks see it, and broken trees that prove them."""

import os
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

LEFT_OUT = {'.git', '__pycache__', '_install', '.cache', '.vscode', '.idea'}


def files(root, *patterns):
    """Paths of all source files below @root that match one of @patterns (default: any)."""
    for folder, names, file_names in os.walk(root):
        names[:] = sorted(name for name in names
                          if name not in LEFT_OUT and not name.startswith('build'))
        for name in sorted(file_names):
            path = pathlib.Path(folder, name)
            if name not in LEFT_OUT and (not patterns
                                         or any(path.match(pattern) for pattern in patterns)):
                yield path


def is_script(path, interpreter):
    with open(path, 'rb') as file:
        first = file.readline()
    return first.startswith(b'#!') and interpreter in first


def problems_when(check, contents):
    """What @check(root) finds in a tree that holds only @contents, path -> text."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in contents.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return list(check(root))


def prove(tap, name, check, broken, sound, why=''):
    """One point each: the tree itself is fine, a sound one too, and a broken one is seen."""
    problems = list(check(ROOT))
    tap.point(not problems, name, *problems)
    problems = problems_when(check, sound)
    tap.point(not problems, f'{name}: a sound tree passes', *problems)
    problems = problems_when(check, broken)
    tap.point(len(problems) == 1 and why in str(problems[0]), f'{name}: seen when broken', *problems)
