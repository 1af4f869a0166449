"""A simulated ParnasSys: an application of its own, with screens for the school and a UWLR service for the supplier.

Of the product it knows the standard (`webapp.uwlr`) and the looks of the house: filters, macros, style sheet.
"""
