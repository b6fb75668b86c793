"""The life of a job: from what was asked to a clip on the disk, and what it costs."""
