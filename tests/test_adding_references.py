"""Pasting sources: understood, shown, and stored only when confirmed; nothing that was typed is lost, and nothing is forged."""

import datetime
import re

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from articles.adding import Difference, add_all, candidates, choosing, looked_at, not_in_the_library
from articles.admin.carried import packed
from articles.bibliography.paste import understand
from articles.bibliography.standing import Standing
from articles.lookup import configured, crossref
from articles.models import Event, Reference, ReferenceCheck
from articles.refusal import Refused
from tests import registers, visitor, worlds

PASTE = "/admin/articles/reference/paste/"
RIS = """TY  - JOUR
TI  - Quinine for muscle cramps
AU  - El-Tawil, Sherif
T2  - Cochrane Database Syst Rev
PY  - 2015
DO  - 10.1002/14651858.CD005044.pub3
ER  -
"""
BIBTEX = "@article{x, title={Stretching before sleep}, author={Hallegraeff, Joannes}, journal={J Physiother}, year={2012}}"
NBIB_RETRACTED = """PMID- 9500320
TI  - RETRACTED: Ileal-lymphoid-nodular hyperplasia
AU  - Wakefield AJ
TA  - Lancet
DP  - 1998 Feb 28
PT  - Journal Article
PT  - Retracted Publication
RIN - Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4. PMID: 20137807
"""
FREE = "NHS. Leg cramps. A leaflet from the waiting room."


@pytest.fixture
def wren(cast):
    return visitor.Visitor().log_in(cast.wren, worlds.PASSWORD)


def look(browser, text):
    return browser.open(PASTE).submit("Show what this is", pasted=text)


def sent(browser):
    """What a browser would send from the form as it stands."""
    form = next(form for form in visitor.Forms(browser.html).forms if "pasted" in form.names)
    return {**form.values, "confirm": "1"}


def test_several_kinds_at_once_are_understood_and_nothing_is_stored_yet(cast, wren):
    look(wren, f"{RIS}\n{BIBTEX}\n\nPMID: 12345\n\n{FREE}\n")
    assert wren.status == 200
    for words in ("4 sources found", "Quinine for muscle cramps", "Stretching before sleep", FREE, "From the RIS record: "):
        assert words in wren.text
    assert not Reference.objects.exists()
    assert not Event.objects.filter(name="reference.added").exists()


def test_what_is_confirmed_is_stored_with_who_said_what(cast, wren):
    look(wren, RIS).submit("Add the ticked references")
    added = Reference.objects.get()
    assert (added.key, added.doi, added.added_by) == ("eltawil2015quinine", "10.1002/14651858.CD005044.pub3", cast.wren)
    assert added.csl["title"] == "Quinine for muscle cramps"
    assert added.provenance["title"] == "ris"
    assert wren.path == reverse("admin:articles_reference_change", args=[added.pk])


def test_key_kind_and_peer_review_are_the_writers_to_choose(cast, wren):
    fields = {"item1-key": "quinine", "item1-source_class": "systematic_review", "item1-peer_reviewed": None}
    look(wren, RIS).submit("Add the ticked references", **fields)
    added = Reference.objects.get()
    assert (added.key, added.source_class, added.peer_reviewed) == ("quinine", "systematic_review", False)


def test_what_is_not_ticked_is_not_added(cast, wren):
    look(wren, f"{RIS}\n{BIBTEX}").submit("Add the ticked references", **{"item1-include": None})
    assert [r.csl["title"] for r in Reference.objects.all()] == ["Stretching before sleep"]


def test_free_text_is_kept_word_for_word_and_needs_a_title(cast, wren):
    look(wren, FREE)
    assert "this is free text" in wren.text
    wren.submit("Add the ticked references", **{"item1-include": "on", "item1-authors": "NHS"})
    assert wren.status == 422 and "Give the source a title" in wren.text
    assert FREE in wren.text and ">NHS<" in wren.html.replace("\n", "")
    wren.submit("Add the ticked references", **{"item1-title": "Leg cramps", "item1-year": "2019"})
    added = Reference.objects.get()
    assert added.raw == FREE
    assert added.csl["author"] == [{"literal": "NHS"}] and added.csl["issued"] == {"date-parts": [[2019]]}
    assert added.provenance["title"] == "typed"
    assert added.key == "nhs2019leg"


def test_a_source_that_is_there_already_is_linked_and_not_offered(cast, wren):
    known = worlds.reference(cast.wren)
    look(wren, "https://doi.org/10.1002/14651858.cd009402.PUB3")
    assert "in the library already" in wren.text
    assert reverse("admin:articles_reference_change", args=[known.pk]) in wren.html
    assert "item1-include" not in wren.html


def test_the_same_source_twice_in_one_paste_is_offered_once(cast, wren):
    look(wren, f"{RIS}\n{RIS}")
    assert "The same as source 1" in wren.text
    wren.submit("Add the ticked references")
    assert Reference.objects.count() == 1


def test_a_source_that_was_added_meanwhile_is_refused_and_what_was_typed_stays(cast, wren):
    look(wren, f"{RIS}\n{BIBTEX}")
    add_all(candidates(RIS), by=cast.ed)
    wren.submit("Add the ticked references", **{"item2-key": "stretching"})
    assert wren.status == 422
    assert "in the library already, as eltawil2015quinine" in wren.text
    assert 'value="stretching"' in wren.html and "Quinine for muscle cramps" in wren.text
    assert Reference.objects.count() == 1


def test_a_key_that_is_taken_or_unsound_adds_nothing_at_all(cast, wren):
    worlds.reference(cast.wren, "taken")
    look(wren, f"{RIS}\n{BIBTEX}")
    wren.submit("Add the ticked references", **{"item1-key": "taken", "item2-key": "no good"})
    assert wren.status == 422
    assert "Another reference has this key" in wren.text and "The key may hold letters" in wren.text
    assert Reference.objects.count() == 1


def test_nothing_ticked_is_said(cast, wren):
    look(wren, RIS).submit("Add the ticked references", **{"item1-include": None})
    assert wren.status == 422 and "Tick at least one source" in wren.text


@pytest.mark.parametrize("spoil", [
    lambda carried: carried[:-1] + ("A" if carried[-1] != "A" else "B"), lambda carried: "x", lambda carried: "." + carried,
    lambda carried: signing.dumps({"draft": {}}, salt="articles.paste.0"),
])  # fmt: skip
def test_what_the_page_carries_cannot_be_forged(cast, wren, spoil):
    data = sent(look(wren, RIS))
    data["item1-carried"] = [spoil(data["item1-carried"][0])]
    answer = wren.client.post(PASTE, data)
    assert answer.status_code == 409
    assert RIS.splitlines()[1] in answer.content.decode()
    assert not Reference.objects.exists()


def test_what_was_carried_for_one_person_is_nothing_to_another(cast, wren, as_user):
    data = sent(look(wren, RIS))
    assert as_user(cast.milo).post(PASTE, data).status_code == 409


def test_what_was_shown_two_days_ago_is_looked_at_again(cast, wren, as_user):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=2)):
        carried = packed(candidates(RIS)[0], cast.wren)
    data = {**sent(look(wren, RIS)), "item1-carried": carried}
    assert wren.client.post(PASTE, data).status_code == 409


@pytest.mark.parametrize("name, value", [
    ("item1-source_class", "miracle"), ("item1-key", "x" * 300), ("item1-source_class", ""),
])  # fmt: skip
def test_a_field_that_is_forged_is_refused(cast, wren, name, value):
    data = {**sent(look(wren, RIS)), name: value}
    assert wren.client.post(PASTE, data).status_code == 422
    assert not Reference.objects.exists()


@pytest.mark.parametrize("who", ["fay", "dr_ruth"])
def test_reviewers_add_nothing(cast, as_user, who):
    client = as_user(getattr(cast, who))
    assert client.get(PASTE).status_code == 403
    assert client.post(PASTE, {"pasted": RIS}).status_code == 403


def test_strangers_are_asked_to_log_in(client, db):
    assert client.post(PASTE, {"pasted": RIS}).status_code == 302


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_box_is_told(cast, wren, text):
    look(wren, text)
    assert wren.status == 422 and "Paste something" in wren.text


def test_a_file_is_read_as_if_it_were_pasted(cast, as_user):
    file = SimpleUploadedFile("export.ris", ("\ufeff" + RIS.replace("\n", "\r\n")).encode())
    page = as_user(cast.wren).post(PASTE, {"file": file, "look": "1"}).content.decode()
    assert "Quinine for muscle cramps" in page


def test_a_file_over_five_megabytes_is_refused(cast, as_user):
    answer = as_user(cast.wren).post(PASTE, {"file": SimpleUploadedFile("x.ris", b"x" * (5 * 1024 * 1024 + 1))})
    assert answer.status_code == 422 and "larger than 5 MB" in answer.content.decode()


def test_five_megabytes_of_nonsense_are_left_out_with_their_line(cast, as_user):
    file = SimpleUploadedFile("x.txt", b"<html>" + b"x " * (2 * 1024 * 1024))
    answer = as_user(cast.wren).post(PASTE, {"file": file})
    assert answer.status_code == 200 and "Line 1: this piece is too long" in answer.content.decode()
    assert len(answer.content) < 100_000


def test_of_a_great_many_the_first_new_hundred_are_shown(cast, as_user):
    records = [RIS.replace("CD005044.pub3", f"CD{n:06}").replace("Quinine", f"Trial {n} of quinine") for n in range(130)]
    add_all(candidates("\n".join(records[:20])), by=cast.wren)
    file = SimpleUploadedFile("library.ris", "\n".join(records).encode())
    page = as_user(cast.wren).post(PASTE, {"file": file}).content.decode()
    assert "130 sources, 20 of them in the library already" in page
    assert "100 sources found" in page and "Trial 20 of" in page and "Trial 120 of" not in page


@pytest.mark.parametrize("data", [b"\x00\xff\xfe\x00", b"\xff\xfeT\x00Y\x00", b"TY  - JOUR\nTI  - a\x00b\nER  - ", b"[" * 100_000,
                                  b'[{"title": "\\u0000\\ud800"}]'])  # fmt: skip
def test_no_bytes_break_the_box(cast, as_user, data):
    client = as_user(cast.wren)
    assert client.post(PASTE, {"file": SimpleUploadedFile("x", data)}).status_code in (200, 422)


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_no_field_of_a_pasted_record_becomes_markup(cast, wren):
    tags = ["TI", "AU", "T2", "JO", "PY", "DO", "UR", "SN", "VL", "IS", "SP", "PB", "CY", "LA", "AN", "N1", "AB", "ID"]
    record = "\n".join(["TY  - JOUR", *(f"{tag}  - {EVIL}" for tag in tags), "ER  - "])
    bib = f"@article{{{EVIL}, title={{{EVIL}}}, author={{{EVIL}}}, journal={{{EVIL}}}, year={{{EVIL}}}, doi={{{EVIL}}}}}"
    for text in (
        record,
        bib,
        EVIL,
        f"javascript:alert(1) {EVIL}",
        '[{"title": %s, "type": %s}]' % (2 * ('"' + EVIL.replace('"', '\\"') + '"',)),
    ):
        look(wren, text)
        assert wren.status == 200
        assert "<script>alert" not in wren.html and "<img src=x" not in wren.html and 'href="javascript' not in wren.html
    look(wren, record).submit("Add the ticked references", **{"item1-key": "evil"})
    assert "<script>alert" not in wren.html and "<img src=x" not in wren.html


def test_with_look_ups_off_one_line_says_so_and_what_was_typed_is_kept(cast, wren):
    look(wren, "10.1000/xyz123")
    assert wren.text.count("Look-ups are switched off on this site") == 1
    assert ">10.1000/xyz123</textarea>" in wren.html.replace("\n", "")
    wren.submit("Add the ticked references", **{"item1-include": "on", "item1-title": "A study"})
    added = Reference.objects.get()
    assert (added.doi, added.csl["title"], added.standing) == ("10.1000/xyz123", "A study", "unknown")


def test_a_record_that_says_it_was_retracted_is_believed_without_a_register(cast, wren):
    look(wren, NBIB_RETRACTED)
    assert "Retracted" in wren.text and "Published about it" in wren.text
    wren.submit("Add the ticked references")
    added = Reference.objects.get()
    assert added.standing == "retracted"
    assert ReferenceCheck.objects.get().asked == "pasted"


def crossref_says(monkeypatch, settings, answer):
    """Crossref is on, and the whole internet is this one answer."""
    settings.LOOKUPS, settings.CONTACT_EMAIL = ["crossref"], "editor@example.org"
    internet = registers.Internet(answer)
    fetcher = crossref.fetcher("editor@example.org", wire=internet.wire())
    monkeypatch.setattr(configured, "_fetcher", lambda *given: fetcher)
    return internet


WORK = {
    "DOI": "10.1002/14651858.cd005044.pub3", "type": "journal-article", "title": ["Quinine for muscle cramps, again"],
    "author": [{"family": "El-Tawil", "given": "Sherif"}], "container-title": ["Cochrane Database of Systematic Reviews"],
    "issued": {"date-parts": [[2015, 4, 5]]}, "volume": "2015",
    "updated-by": [{"DOI": "10.1234/retract", "type": "retraction", "source": "publisher", "label": "Retraction",
                    "updated": {"date-parts": [[2020, 1, 2]]}}],
}  # fmt: skip


def found(request):
    return registers.json({"status": "ok", "message-type": "work", "message": WORK})


def test_a_register_fills_gaps_and_where_it_differs_the_typed_word_stays(cast, wren, monkeypatch, settings):
    internet = crossref_says(monkeypatch, settings, found)
    look(wren, RIS)
    assert len(internet.asked) == 1
    assert "Crossref knows this source." in wren.text
    assert "As pasted: Quinine for muscle cramps" in wren.text
    assert "As Crossref says: Quinine for muscle cramps, again" in wren.text
    assert "Retracted" in wren.text and "10.1234/retract" in wren.html
    wren.submit("Add the ticked references")
    added = Reference.objects.get()
    assert added.csl["title"] == "Quinine for muscle cramps" and added.provenance["title"] == "ris"
    assert added.csl["volume"] == "2015" and added.provenance["volume"] == "crossref"
    assert added.standing == "retracted"
    assert len(internet.asked) == 1, "what was said is carried, and not asked again"


def test_the_registers_word_is_taken_where_the_writer_prefers_it(cast, wren, monkeypatch, settings):
    crossref_says(monkeypatch, settings, found)
    look(wren, RIS)
    number = re.search(r'name="item1-(choice\d)"[^>]*>\s*As pasted: Quinine', wren.html)
    assert number
    wren.submit("Add the ticked references", **{f"item1-{number[1]}": "found"})
    added = Reference.objects.get()
    assert added.csl["title"] == "Quinine for muscle cramps, again" and added.provenance["title"] == "crossref"


def test_a_register_that_is_away_says_so_and_the_source_is_added_unsaid(cast, wren, monkeypatch, settings):
    crossref_says(monkeypatch, settings, lambda request: registers.text(503))
    look(wren, RIS)
    assert wren.status == 200 and "Crossref" in wren.text
    wren.submit("Add the ticked references")
    assert Reference.objects.get().standing == "failed"


def test_registers_are_not_asked_for_longer_than_somebody_waits(cast, monkeypatch, settings):
    internet = crossref_says(monkeypatch, settings, found)
    monkeypatch.setattr("articles.adding.SECONDS_TO_ASK", 0.0)
    only = looked_at(understand(RIS))[0]
    assert internet.asked == [] and "Nothing was asked" in only.said[0]


def test_choosing_a_register_s_identifier_replaces_the_typed_one(cast):
    candidate = candidates(RIS)[0]
    other = Difference("doi", candidate.draft.identifiers.doi, "10.1000/other", "crossref", "10.1000/other")
    assert choosing(candidate, [other]).draft.identifiers.doi == "10.1000/other"
    assert choosing(candidate, []).draft == candidate.draft


def test_add_all_adds_all_or_nothing_with_every_reason(cast):
    both = candidates(f"{RIS}\n{BIBTEX}\n\n{FREE}")
    with pytest.raises(Refused) as refusal:
        add_all([both[0], both[2], both[2]], by=cast.wren)
    assert len(refusal.value.reasons) == 2
    assert not Reference.objects.exists()


def test_known_sources_are_told_from_new_ones_in_one_query(cast, django_assert_num_queries):
    worlds.reference(cast.wren)
    drafts = understand("10.1002/14651858.CD009402.PUB3\nPMID: 32956536\nPMID: 4\n\nA line of text\n")
    with django_assert_num_queries(1):
        assert [draft.raw for draft in not_in_the_library(drafts)] == ["PMID: 4", "A line of text"]


def test_a_candidate_stands_where_the_gravest_word_puts_it(cast):
    assert candidates(NBIB_RETRACTED)[0].standing == Standing.retracted
    assert candidates(RIS)[0].standing == Standing.unknown


def test_the_editor_gets_the_form_alone_and_then_the_keys(cast, as_user):
    client = as_user(cast.wren)
    headers = {"X-Requested-With": "editor"}
    page = client.post(PASTE, {"pasted": RIS, "look": "1"}, headers=headers).content.decode()
    assert "<html" not in page and "Add and cite" in page
    form = visitor.Forms(page).forms[0]
    answer = client.post(PASTE, {**form.values, "confirm": "1"}, headers=headers)
    assert answer.json() == {"keys": ["eltawil2015quinine"]}


def test_the_box_is_never_kept_by_a_browser(cast, as_user):
    assert "no-store" in as_user(cast.wren).get(PASTE).headers["Cache-Control"]


def test_a_paste_of_five_megabytes_is_refused_in_words_and_not_by_the_server(cast, as_user):
    answer = as_user(cast.wren).post(PASTE, {"pasted": "x" * (5 * 1024 * 1024), "look": "1"})
    assert answer.status_code in {413, 422}
    assert "file" in answer.content.decode()
    assert not Reference.objects.exists()
