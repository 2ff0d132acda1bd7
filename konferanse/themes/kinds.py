"""What kind of input an answer is, by how it is put rather than by what it is about."""

def kind_scores(text: str) -> dict[str, float]:
    return {}
