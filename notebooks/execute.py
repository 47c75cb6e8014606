"""Executes notebooks/read-a-run.ipynb on a run, and prints how many cells ran: python notebooks/execute.py <run>. Nothing is written."""
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

here = Path(__file__).parent
os.environ["PRESEND_RUN"] = str(Path(sys.argv[1]).resolve())
notebook = nbformat.read(here / "read-a-run.ipynb", as_version=4)
nbformat.validate(notebook)
NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(here)}}).execute()
print(sum(cell.cell_type == "code" for cell in notebook.cells), "cells ran")
