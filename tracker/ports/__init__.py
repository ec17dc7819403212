"""What a verb needs from outside, as Protocols. The edges fill them; `edges.py` joins the two."""
