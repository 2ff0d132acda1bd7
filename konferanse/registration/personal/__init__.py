"""What a participant does on their own page, by personal link."""
