"""Runs experiments one after the other in one process: python3 -m scripts.experiments NAME… [--quick]. Use `build.py experiments`."""

import sys
from importlib import import_module


def main():
    names = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    sys.argv = sys.argv[:1] + [argument for argument in sys.argv[1:] if argument.startswith("-")]
    failed = [name for name in names if import_module(f"scripts.experiments.{name}").main()]
    print(f"experiments: {len(names)} run, {len(failed)} disagree{': ' + ', '.join(failed) if failed else ''}. {'FAILED' if failed else 'OK'}")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main())
