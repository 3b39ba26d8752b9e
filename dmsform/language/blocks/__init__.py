"""The blocks of the language as tables, one file per block type; `table.py` lists them."""
