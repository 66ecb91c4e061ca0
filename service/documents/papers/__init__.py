"""What each paper says, as plain values in and PDF bytes out: no table, no session, no clock."""
