#!/usr/bin/env python
"""Runs the project's commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that stands on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toiltracker.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
