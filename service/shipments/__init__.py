"""What lots, stock and loans want carried, and the arrival times that rounds wrote back."""
