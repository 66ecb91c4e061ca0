"""Papers that count: numbered without gaps, rendered to PDF, signed, kept and open to verification."""
