"""A plan's graph as a single-line diagram, the way an energy engineer draws it; called by `files`.

The way of the data: graph -> symbols and wires -> columns -> heights -> layout -> drawing.
"""

from algorithm.export.diagram.drawing import draw

__all__ = ["draw"]
