"""SIP over WebSocket as the Linkus web client speaks it."""
