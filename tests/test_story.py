"""The whole road over HTTP, each step by the person whose step it is, through the forms that their screens offer."""

import datetime

from django.utils import timezone

from articles.models import Article
from reviews import signing
from tests import worlds
from tests.visitor import Forms, Visitor

PAGE = "/articles/cramps-at-night/"


def visitors(cast):
    return {name: Visitor().log_in(getattr(cast, name), worlds.PASSWORD) for name in ("wren", "ed", "fay", "dr_ruth")}


def ask_for_reviews(ed: Visitor, article: Article, cast) -> None:
    ed.open(f"/admin/articles/article/{article.pk}/change/").follow("Ask for review")
    due = (timezone.localdate() + datetime.timedelta(days=7)).isoformat()
    ed.submit("Ask for review", facts=[str(cast.fay.pk)], medical=[str(cast.dr_ruth.pk)], due=due)
    assert ed.status == 200


def sign_facts(fay: Visitor, revision: int) -> None:
    fay.open("/admin/reviews/reviewrequest/").follow("Cramps at night")
    verdicts = {name: "supports" for name in _fields(fay) if name.startswith("verdict_")}
    assert verdicts
    fay.submit(
        f"Sign revision {revision}",
        decision="approve",
        interests="None",
        confirmed="on",
        accepted="on",
        password=worlds.PASSWORD,
        **verdicts,
    )
    assert "Fact check: approved" in fay.text


def sign_medicine(ruth: Visitor, revision: int) -> None:
    ruth.open("/admin/reviews/reviewrequest/").follow("Cramps at night")
    ticks = {f"check_{name}": "on" for name in signing.CHECKLIST}
    held = next(iter(_fields(ruth, "credential")))
    given = {"decision": "approve", "interests": "None", "confirmed": "on", "accepted": "on", "credential": held, **ticks}
    ruth.submit(f"Sign revision {revision}", password=worlds.PASSWORD, **given)
    assert "Medical review: approved" in ruth.text


def _fields(visitor: Visitor, name: str = ""):
    forms = [form for form in Forms(visitor.html).forms if "password" in form.names]
    return forms[0].values[name] if name else forms[0].names


def test_from_the_first_draft_to_the_withdrawal(cast, client):
    worlds.reference(cast.wren)
    topic = worlds.topic()
    seen = visitors(cast)
    wren, ed, fay, ruth = (seen[name] for name in ("wren", "ed", "fay", "dr_ruth"))

    wren.open("/admin/articles/article/add/")
    wren.submit(
        "Save draft",
        title="Cramps at night",
        slug="cramps-at-night",
        topic=str(topic.pk),
        summary=worlds.TEXT.summary,
        body=worlds.BODY,
    )
    article = Article.objects.get(slug="cramps-at-night")
    assert client.get(PAGE).status_code == 404

    ask_for_reviews(ed, article, cast)
    sign_facts(fay, 1)
    assert client.get(PAGE).status_code == 404
    sign_medicine(ruth, 1)
    assert client.get(PAGE).status_code == 404

    ed.open(f"/admin/articles/article/{article.pk}/change/").follow("Publishing checklist")
    ed.submit("Publish revision 1")
    live = client.get(PAGE)
    assert live.status_code == 200
    assert b'href="https://doi.org/10.1002/14651858.CD009402.pub3"' in live.content
    assert b"Ruth Okonkwo" in live.content

    wren.open(f"/admin/articles/article/{article.pk}/change/")
    corrected = worlds.BODY.replace("little difference", "little or no difference")
    wren.submit("Save draft", body=corrected, kind="correction", change_note="We say more plainly how little it helped.")
    assert b"little or no difference" not in client.get(PAGE).content

    ask_for_reviews(ed, article, cast)
    sign_facts(fay, 2)
    sign_medicine(ruth, 2)
    ed.open(f"/admin/articles/article/{article.pk}/change/").follow("Publishing checklist")
    ed.submit("Publish revision 2")
    page = client.get(PAGE).content.decode()
    assert "little or no difference" in page
    assert "We say more plainly how little it helped." in page

    ed.submit("Withdraw revision 2", reason="A newer review changes the picture.")
    gone = client.get(PAGE)
    assert gone.status_code == 410
    assert b"A newer review changes the picture." in gone.content
    history = client.get(PAGE + "history/").content.decode()
    assert "Version 1" in history
    assert "Version 2" in history
