"""Asking other registers about a source: Crossref, PubMed, the Retraction Watch list, and the web itself.

Everything here is off until it is configured. Only `configured` knows the settings; nothing here knows the database.
"""
