"""The edge out to carriers: who they are, which of them a parcel is with, and where they show it."""
