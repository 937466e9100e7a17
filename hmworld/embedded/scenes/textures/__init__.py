"""Images of materials, painted from numbers; `catalogue` names them."""
