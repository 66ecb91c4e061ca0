"""What it amounts to: kilograms, meals, CO2e and what was refused, folded from the journal alone."""
