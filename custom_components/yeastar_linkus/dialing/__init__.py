"""Starting a call for somebody: what may be dialed, and what becomes of it."""
