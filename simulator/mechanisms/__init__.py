"""Mechanisms: one file each, named in the field's terms; each adjudicates, none names content."""
