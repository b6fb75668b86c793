"""Looking into a clip's file."""
