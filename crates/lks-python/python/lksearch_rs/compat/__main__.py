"""`python -m lksearch_rs.compat install-alias`: see `lksearch_rs.compat.alias`."""

import sys

from .alias import main

sys.exit(main(sys.argv[1:]))
