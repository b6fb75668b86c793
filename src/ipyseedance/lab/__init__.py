"""The life of a job, from what was asked to the clip on disk."""
