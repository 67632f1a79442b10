"""What we say, and its evidence: articles, their immutable revisions, the sources they cite, the pages readers get."""
