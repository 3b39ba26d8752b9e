"""The functions of the expression language, one file per family; `table.py` lists them all."""
