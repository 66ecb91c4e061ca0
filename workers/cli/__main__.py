"""`python -m workers.cli`, the same as `glane`: how the demonstration starts its own parts."""

from workers.cli import app

if __name__ == "__main__":
    app(prog_name="glane")
