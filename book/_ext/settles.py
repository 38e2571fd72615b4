"""A code cell tagged `settles` moves into the dropdown before it: an answer ends with the run that settles it.

myst-nb runs only cells that stand at the top level of a page, so a dropdown cannot be written round them. They are
folded in afterwards, and a notebook made from the page keeps plain cells in order.
"""

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx_design.shared import is_component


def settles(node):
    """Whether this is a code cell tagged `settles`."""
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        return "settles" in node.get("cell_metadata", {}).get("tags", [])
    return False


class FoldRuns(SphinxTransform):
    """Append each tagged cell to the dropdown that it follows."""

    default_priority = 206  # after the tabs

    def apply(self):
        for cell in list(self.document.findall(settles)):
            place = cell.parent.index(cell)
            before = cell.parent[place - 1] if place else None
            if not is_component(before, "dropdown"):
                line = f"{self.document['source']}:{cell.line}"
                raise ExtensionError(f"{line}: this cell is tagged `settles`, but no dropdown stands before it")
            cell.parent.remove(cell)
            before += cell


def setup(app):
    app.add_transform(FoldRuns)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
