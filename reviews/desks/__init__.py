"""The desks on the first page of the office: for each role, what waits, what is late and what comes of the work.

Each asks a fixed number of questions of the database, however much lies on it.
"""
