"""The records of what people say about an article, and of what was let out on the strength of it."""

from reviews.models.concern import Concern, ConcernDecision
from reviews.models.credential import Credential
from reviews.models.feedback import FeedbackDetail, FeedbackReport, ReplyAddress
from reviews.models.policy import SourcePolicy, Waiver
from reviews.models.publication import Publication, Withdrawal
from reviews.models.remark import Remark, RemarkReply
from reviews.models.signoff import CitationVerdict, Resolution, ReviewRequest, Revocation, SignOff

__all__ = [
    "CitationVerdict",
    "Concern",
    "ConcernDecision",
    "Credential",
    "FeedbackDetail",
    "FeedbackReport",
    "Publication",
    "Remark",
    "RemarkReply",
    "ReplyAddress",
    "Resolution",
    "ReviewRequest",
    "Revocation",
    "SignOff",
    "SourcePolicy",
    "Waiver",
    "Withdrawal",
]
