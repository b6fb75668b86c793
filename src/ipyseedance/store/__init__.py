"""What a project keeps on disk: its history and its clips and frames."""
