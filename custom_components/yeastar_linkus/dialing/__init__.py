"""Starting a call for somebody: guard, order, outcome."""
