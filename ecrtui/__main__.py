"""`python -m ecrtui` is `ecrtui`."""

from ecrtui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
