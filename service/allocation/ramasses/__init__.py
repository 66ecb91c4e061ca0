"""Standing rounds of a charity to a shop ("ramasses"): asked once, agreed by the shop, let go date by date."""
