"""The records of what people say about an article, and of what was let out on the strength of it."""

from reviews.models.chore import Chore
from reviews.models.concern import Concern, ConcernDecision
from reviews.models.credential import Credential
from reviews.models.feedback import FeedbackDetail, FeedbackReport, ReplyAddress
from reviews.models.invitation import Invitation, InvitationUse
from reviews.models.notice import Notice, NoticeKind, NoticePreference
from reviews.models.policy import SourcePolicy, Waiver
from reviews.models.publication import Publication, Withdrawal
from reviews.models.remark import Remark, RemarkReply
from reviews.models.schedule import Schedule, ScheduleOutcome
from reviews.models.signoff import RequestWithdrawal, Resolution, ReviewRequest, Revocation, SignOff
from reviews.models.sweep import LeftOpen, Sweep, left_open, maybe_open, plain_keys
from reviews.models.triage import ReportAnswer, ReportOwner, Triage
from reviews.models.verdict import CitationVerdict

__all__ = [
    "Chore",
    "CitationVerdict",
    "Concern",
    "ConcernDecision",
    "Credential",
    "FeedbackDetail",
    "FeedbackReport",
    "Invitation",
    "InvitationUse",
    "LeftOpen",
    "Notice",
    "NoticeKind",
    "NoticePreference",
    "Publication",
    "Remark",
    "RemarkReply",
    "ReplyAddress",
    "ReportAnswer",
    "ReportOwner",
    "RequestWithdrawal",
    "Resolution",
    "ReviewRequest",
    "Revocation",
    "Schedule",
    "ScheduleOutcome",
    "SignOff",
    "SourcePolicy",
    "Sweep",
    "Triage",
    "Waiver",
    "Withdrawal",
    "left_open",
    "maybe_open",
    "plain_keys",
]
