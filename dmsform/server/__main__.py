"""`python -m dmsform.server --data-dir DIR`: the replication server as `ensure_server` starts it.

Its standard output and error are its log. `dmsform server run` is the same for people.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from dmsform.diagnostics import DiagnosticError
from dmsform.server.daemon import run


def main(arguments: list[str]) -> int:
    """Run until told to end; the exit status is that of the first diagnostic when it cannot start."""
    parser = argparse.ArgumentParser(prog="dmsform.server", description="The replication server of a data directory.")
    parser.add_argument("--data-dir", required=True, type=Path)
    parser.add_argument("--listen", help="127.0.0.1:PORT to answer over TCP as well, with a token")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    data_dir = options.data_dir.resolve()
    try:
        # No directory of whoever started it is to be kept busy.
        os.chdir("/")
        run(data_dir, options.listen)
    except DiagnosticError as error:
        for found in error.diagnostics:
            logging.exception("%s %s: %s %s", found.code, found.summary, found.detail, found.remedy)
        return int(error.diagnostics[0].exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
