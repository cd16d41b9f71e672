"""The figures, for members and for the operator."""
