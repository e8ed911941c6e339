"""How like the person a clone is: measured on what no fit has seen or heard, with controls that must fail.

`sosie bench likeness`: `film` makes the films, `watch` decodes and tracks them, `pictures`, `speaking`, `own_voice`, `identity`,
`classifier` and `motion` measure, `likeness` wires them, `report` and `sheet` tell it. `sosie bench voice`: the files called so.
"""
