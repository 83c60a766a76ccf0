"""`python -m dollarclub.entry.cli` is the same as `dollarclub`."""

from dollarclub.entry.cli.app import main

if __name__ == "__main__":
    main()
