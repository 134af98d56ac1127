"""Schedules as others write them: frab and pretalx, Pentabarf, iCalendar, a committee's rundown.

``reading.read_schedule`` is the door. Each reader gives drafts, ``assembling`` makes sessions of
them, ``fitting`` makes the event such that the agenda may be loaded.
"""
