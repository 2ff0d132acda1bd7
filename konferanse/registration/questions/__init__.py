"""The organiser's own questions, and what people answer."""
