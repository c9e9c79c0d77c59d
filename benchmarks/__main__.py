"""`python -m benchmarks` runs every benchmark, `python -m benchmarks NAME …` one of them."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.setting import say


def main(arguments: list[str]) -> None:
    """Hand the arguments after the name to that benchmark's `main`; without a name, run all with their defaults."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    names = [name for name in modules if hasattr(import_module(f"benchmarks.{name}"), "main")]
    if not arguments:
        run_all(names)
    elif arguments[0] in names:
        import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])
    else:
        say(f"Usage: python -m benchmarks [NAME [OPTIONS]], where NAME is one of: {', '.join(names)}.")
        raise SystemExit(2)


def run_all(names: list[str]) -> None:
    """Run each in a process of its own, since each has a database of its own; fail in the end where one failed."""
    failed = []
    for name in names:
        say(f"\n=== {name}")
        if subprocess.run([sys.executable, "-m", "benchmarks", name], check=False).returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"Failed: {', '.join(failed)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
