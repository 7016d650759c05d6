"""What kinds of artifacts there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArtifactType(models.TextChoices):
    CHAPTER = "chapter", _("a revised chapter")
    RELEASE_NOTES = "release_notes", _("what changed between two versions")
    PRINT_HTML = "print_html", _("one HTML page made for printing")
    WEB_HTML = "web_html", _("HTML made for reading on a screen")
    PDF_DRAFT = "pdf_draft", _("a PDF to judge")
    PDF_DIGITAL = "pdf_digital", _("the PDF readers download")
    PDF_PRINT = "pdf_print", _("the PDF the printer gets")
    LAYOUT_PLAN = "layout_plan", _("how the book is laid out")
    DESIGN_PLAN = "design_plan", _("how the book looks")
    DEPLOYMENT = "deployment", _("the record of a publication")
    QA_REPORT = "qa_report", _("what quality assurance found")
    MARKETING_COPY = "marketing_copy", _("texts that sell the book")
    ANNOUNCEMENT = "announcement", _("the public announcement")
    PLAYTEST_SESSION = "playtest_session", _("the record of a playtest")
    PLAYTEST_ANALYSIS = "playtest_analysis", _("what a playtest showed")
    PLAYTEST_FEEDBACK = "playtest_feedback", _("what a playtest asks of the text")
    IMPROVEMENT_PLAN = "improvement_plan", _("what to change and why")
    REVIEW_REPORT = "review_report", _("what a review found")
    EPUB = "epub", _("an EPUB 3 book")
