"""The desks that the review office puts on the first page, in the order of the page: one's own work, then everybody's."""

from articles import today
from reviews.desks import dates, editor, reader_reports, reviewer, writer

today.DESKS.extend([reviewer.desk, writer.desk, editor.desk, dates.desk, reader_reports.desk])
