"""What a person thinks of clips: stars, ratings, votes, and the scores they come to."""
