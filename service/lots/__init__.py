"""Food lots: posting, correcting, withdrawing, splitting, and handing over what charities were granted."""
