"""Runs every benchmark, or those named: ``python -m benchmarks runner``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main(names: list[str]) -> None:
    """Run the modules of this folder that have a `main`."""
    for name in names or sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__) if one.name[0] != "_"):
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "main"):
            print(f"== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
            module.main()


if __name__ == "__main__":
    main(sys.argv[1:])
