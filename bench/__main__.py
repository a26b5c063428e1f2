"""All benchmarks, one after the other: `make bench`. Each starts a desk of its own on free ports."""

import sys

from bench import kill, turns

if __name__ == "__main__":
    turns.main()
    sys.exit(kill.main())
