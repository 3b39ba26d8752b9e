"""Documentation that is generated from the code, so that it cannot say anything else than the code does.

`python -m dmsform.cli.reference` writes the files, `--check` says which ones are out of date; a test does the same.
"""
