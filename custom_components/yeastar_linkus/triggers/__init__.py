"""What triggers, conditions and the logbook share: which calls are meant, and what is told of them."""
