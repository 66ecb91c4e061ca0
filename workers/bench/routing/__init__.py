"""`glane bench routing`: our search beside other open solvers, on public instances and on invented region days."""
