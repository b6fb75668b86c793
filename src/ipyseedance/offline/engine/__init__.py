"""Draws clips: pictures from a prompt's words and seed, or from given frames, with fitting sound, as MP4."""
