"""Expressions that a schema stores (defaults, checks, parts and conditions of indexes), in no engine's words.

A provider reads its own SQL into a formula and writes formulas as its own SQL: N + M translations. What is not among
the formulas here is not translated, and named.
"""
