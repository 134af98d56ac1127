"""Command line."""


def main() -> None:
    """Start."""
    print("hello")
