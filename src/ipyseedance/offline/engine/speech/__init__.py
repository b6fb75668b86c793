"""From what is said to the sounds of speech: spelling, other scripts, how long each sound lasts, and who speaks."""
