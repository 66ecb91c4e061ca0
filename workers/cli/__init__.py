"""The `glane` command."""
