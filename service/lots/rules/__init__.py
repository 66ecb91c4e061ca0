"""Pure decisions about lots: no input or output, no clock, every threshold from the food law."""
