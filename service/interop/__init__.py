"""What comes in from elsewhere in others' forms: answers, gifts and questions by text message."""
