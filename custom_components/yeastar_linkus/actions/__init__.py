"""What the integration's actions do, by subject, and whom they may concern."""
