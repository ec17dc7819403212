"""Which numbers a carrier's own rule allows: one file for each rule, pure, standard library only.

A number is upper-case ASCII letters and digits here, without spaces or dashes. What passes a rule may still
be another carrier's, since rules are few and numbers many; `carriers/numbers.py` weighs that.
"""
