"""The records of what we say. What was said never changes; only plans, profiles and projections do."""

from articles.models.article import Article, Contribution, Revision, Topic
from articles.models.check import LinkCheck, ReferenceCheck
from articles.models.event import Event
from articles.models.page import Page
from articles.models.people import Contributor, User
from articles.models.picture import Picture, PictureUse
from articles.models.reference import Citation, Reference
from articles.models.search import SearchEntry
from articles.models.stored_response import StoredResponse
from articles.models.wording import Wording

__all__ = [
    "Article",
    "Citation",
    "Contribution",
    "Contributor",
    "Event",
    "LinkCheck",
    "Page",
    "Picture",
    "PictureUse",
    "Reference",
    "ReferenceCheck",
    "Revision",
    "SearchEntry",
    "StoredResponse",
    "Topic",
    "User",
    "Wording",
]
