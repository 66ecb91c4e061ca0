"""Habilitations: which charities may receive food that was publicly helped along (CASF L266-2)."""
