"""What would go out until some instant if nobody did anything."""
