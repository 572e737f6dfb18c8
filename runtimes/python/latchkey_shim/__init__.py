"""Answers frames with a Python function. A package, so that no module of a function is shadowed."""
