"""The simulator: an invented region and its people, who post, claim, drive and receive through the real actions."""
