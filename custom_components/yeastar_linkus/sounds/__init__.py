"""Recordings and messages: who may hear them, and how the sound gets from the PBX to a player."""
