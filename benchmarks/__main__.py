"""``python -m benchmarks [NAME [OPTIONS]]``: runs one benchmark, or lists them."""

import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType


def found() -> dict[str, ModuleType]:
    """The modules beside this one that have a ``main(argv)``."""
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    modules = {
        name: importlib.import_module(f"benchmarks.{name}")
        for name in names
        if not name.startswith("_")
    }
    return {name: module for name, module in modules.items() if hasattr(module, "main")}


def run(argv: list[str]) -> int:
    """The exit status: 1 if a limit is broken, 2 if there is no such benchmark."""
    modules = found()
    if not argv or argv[0] not in modules:
        print("usage: benchmark NAME [OPTIONS]\n")
        for name, module in modules.items():
            print(f"  {name:16} {(module.__doc__ or '').strip().splitlines()[0]}")
        return 2 if argv else 0
    return int(modules[argv[0]].main(argv[1:]) or 0)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
