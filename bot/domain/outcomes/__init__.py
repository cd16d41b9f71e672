"""How clients and walk-aways turned out, and when their owner is asked."""
