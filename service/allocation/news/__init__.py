"""Which new lots a site is told of: not of kinds it never takes, and only so many a day."""
