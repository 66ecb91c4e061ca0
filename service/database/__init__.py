"""The engine, the one transaction, and the migrations."""
