"""What can be set: settings, logging, regions, food law, planning."""
