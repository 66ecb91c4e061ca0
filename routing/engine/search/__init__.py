"""The search: ruin and recreate in compiled code, on threads, with routes recombined by OR-Tools."""
