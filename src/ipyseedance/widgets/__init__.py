"""What is seen in the notebook: traits and messages, nothing clever."""
