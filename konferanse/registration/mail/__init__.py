"""Letters to those who sign up, mail to many, and the outbox."""
