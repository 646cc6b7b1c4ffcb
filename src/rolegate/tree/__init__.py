"""The tree of checkboxes, from grants to boxes and back.

Grants become boxes: `true_stars` and `held_stars` find the stars that are held as a whole, `held_boxes` says
what somebody holds box by box, and `draw_boxes` draws the tree of `tree_node`s. Boxes become grants:
`box_grants` says what ticking one box means, `selection` is a set of grants in its shortest form, and
`write_grants` writes down what a whole tree shows.

A `draft` is a role while somebody edits it: `tick_boxes` and `untick_boxes` change it by `draft_rules`,
`closed_boxes` and `why_held` say why, and `drawn_draft` is what is drawn of it.
"""
