"""How like the person a clone is: measured on films of it, on speech that no fit has heard, with controls that must fail.

`film` makes the films, `pictures`, `speaking` and `motion` measure them, `likeness` wires them, `report` tells it.
"""
