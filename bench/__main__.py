"""All benchmarks, one after the other: `make bench`. Each that needs a desk starts its own on free ports."""

import sys

from bench import kill, parse, turns

if __name__ == "__main__":
    parse.main()
    turns.main()
    sys.exit(kill.main())
