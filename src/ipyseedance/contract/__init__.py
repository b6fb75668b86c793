"""What may be asked of the service and what comes back. Imports nothing else of this package."""
