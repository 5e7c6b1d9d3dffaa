"""A plan's graph as an energy system diagram, the way an energy engineer draws it.

Data flow: graph -> symbols and wires -> columns -> heights -> layout -> drawing.
"""

from algorithm.export.diagram.drawing import draw

__all__ = ["draw"]
