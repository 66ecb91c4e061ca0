"""The first week: trying alone what nobody else sees, and three first steps for each role."""
