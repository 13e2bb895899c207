# SPDX-License-Identifier: GPL-3.0-or-later
"""Test programs in Python: one point a check, in the Test Anything Protocol."""

import sys


class Tap:
    def __init__(self):
        self.points = self.failed = 0

    def point(self, passed, name, *details):
        """Report one check; @details are printed only where it failed."""
        self.points += 1
        self.failed += not passed
        print(f'{"ok" if passed else "not ok"} {self.points} - {name}')
        if not passed:
            for detail in details:
                for line in str(detail).splitlines():
                    print(f'# {line}')
        sys.stdout.flush()

    def end(self):
        """Print the plan. Returns: the exit status"""
        print(f'1..{self.points}')
        return 1 if self.failed else 0
