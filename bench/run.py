"""`make bench`: every performance figure of the platform, measured on the real one, next to a baseline of the same run."""

import sys

from measure.session import main

if __name__ == "__main__":
    sys.exit(main())
