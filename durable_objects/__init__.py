"""Durable Object classes: shells over the actors that an embedded installation runs too."""
