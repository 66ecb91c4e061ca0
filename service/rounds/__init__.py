"""Vehicles, shifts, plans and the rounds people drive: what is fetched and brought, when, and how it went."""
