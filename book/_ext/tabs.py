"""Neighbouring code cells tagged `tab-numpy`, `tab-pytorch`, `tab-mxnet` become one set of synced tabs.

myst-nb runs only cells that stand at the top level of a chapter, so tabs cannot be written round them. They are
folded in afterwards, and a notebook made from the chapter keeps plain cells in order.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx_design.shared import create_component

NAMES = {"tab-numpy": "NumPy", "tab-pytorch": "PyTorch", "tab-mxnet": "MXNet"}


def tab_of(node):
    """The tab tag of a code cell, or None."""
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        return next((tag for tag in node.get("cell_metadata", {}).get("tags", []) if tag in NAMES), None)
    return None


class FoldTabs(SphinxTransform):
    """Replace each run of tagged cells by a sphinx-design tab set."""

    default_priority = 205

    def apply(self):
        for first in list(self.document.findall(lambda node: tab_of(node) is not None)):
            parent = first.parent
            if "sd-tab-content" in parent.get("classes", []):
                continue  # folded already, with the cell before it
            start = parent.index(first)
            run = [first]
            while start + len(run) < len(parent) and tab_of(parent[start + len(run)]):
                run.append(parent[start + len(run)])
            tab_set = create_component("tab-set", classes=["sd-tab-set"])
            for n, cell in enumerate(run):
                tag = tab_of(cell)
                label = nodes.rubric(NAMES[tag], NAMES[tag], classes=["sd-tab-label"])
                label["sync_id"], label["sync_group"] = tag, "framework"
                content = create_component("tab-content", classes=["sd-tab-content"])
                parent.remove(cell)
                content += cell
                tab_set += create_component(
                    "tab-item", classes=["sd-tab-item"], selected=n == 0, children=[label, content]
                )
            parent.insert(start, tab_set)


def setup(app):
    app.add_transform(FoldTabs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
