"""Whole events from a seed, with everything that goes wrong; after every step promises are kept.

``plan`` makes a history from a seed, ``moves`` acts it out on ``ground``, ``model`` remembers what
phones were promised, ``checks`` compares, ``shrinking`` finds the shortest history that fails.
"""
