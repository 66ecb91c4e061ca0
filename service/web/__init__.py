"""What every page and every answer shares: templates, forms, errors, security, the shown clock."""
