"""The language: HCL text to a syntax tree with source ranges to evaluated, typed blocks."""
