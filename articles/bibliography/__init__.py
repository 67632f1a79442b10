"""From a source's recorded facts to the entry a reader sees in the list of references.

Pure functions: no database, no settings, no network.
"""
