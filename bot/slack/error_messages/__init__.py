"""Each refusal as a sentence that says what to do next."""
