"""Runs in the command: `python -m grading` is the console script `grading`."""

from grading.cli import main

if __name__ == "__main__":
    main()
