"""Lets the tests of formats share the collections that hypothesis makes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
