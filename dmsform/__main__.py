"""`python -m dmsform` is the command line."""

import sys

from dmsform.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
