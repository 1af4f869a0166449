"""Practising: one invented school with the real screens, made anew each night. Nothing of it leaves.

The wall keeps it out of all schools (`webapp/migrations/muur.py`): no job, list or number has it. Only a request of who
practises is of that school, and whoever practises is one account there (`OEFENAAR` in `webapp/muur.py`).
"""
