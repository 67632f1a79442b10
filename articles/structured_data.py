"""What a page tells machines about itself: schema.org's vocabulary as JSON-LD, made from what the page shows.

An article is one node of two types, because reviewedBy, lastReviewed and specialty are properties of a web page only.
Nothing is told here that no record bears out, and nothing that readers cannot see (schema.org, release 30).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.cited_works import one_or_all, works
from articles.models import Revision, Topic
from articles.moments import day, with_zone

VOCABULARY = "https://schema.org"
# What would end the script element or the line, as JSON may write it (as Django's json_script, and ECMA-262 for the rest).
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def as_script(data: Mapping[str, Any]) -> SafeString:
    """One node as a block of data that no browser runs, whatever words are in it."""
    written = json.dumps({"@context": VOCABULARY, **data}, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(written))


def as_scripts(nodes: Iterable[Mapping[str, Any]]) -> SafeString:
    """A block for each node, for the head of a page."""
    return mark_safe("\n".join(as_script(node) for node in nodes))


def of_article(page: Mapping[str, Any], revision: Revision, publication: Any) -> list[dict[str, Any]]:
    """The nodes of an article's page; `page` is all that its template prints."""
    trail = [*_lineage(revision.article.topic), (page["title"], page["url"])]
    return [article(page, revision, publication), breadcrumbs(trail)]


def article(page: Mapping[str, Any], revision: Revision, publication: Any) -> dict[str, Any]:
    """The article that this publication let out, with everybody whom the page names and every source that it lists."""
    specialty = revision.article.topic.specialty
    node = {
        "@type": ["MedicalWebPage", "Article"],
        "@id": page["url"] + "#article",
        "url": page["url"],
        "headline": page["title"],
        "description": page["summary"],
        "inLanguage": "en",
        "image": [absolute(page["picture"]["url"])] if page["picture"] else None,
        "datePublished": with_zone(page["first_published"]),
        "dateModified": with_zone(page["updated"] or page["first_published"]),
        "lastReviewed": day(page["medically_reviewed"]),
        "author": [_named(who) for who in page["written_by"]],
        "editor": one_or_all([_named(who) for who in page["edited_by"]]),
        "reviewedBy": [
            {**_named(who), "hasCredential": [_signed_with(publication.medical)]} for who in page["medically_reviewed_by"]
        ],
        "publisher": organization(),
        "specialty": f"{VOCABULARY}/{specialty}" if specialty else None,
        "audience": {"@type": "Patient"},
        "citation": works(revision.citations.all()),
        "correction": _corrections(page),
    }
    return _told(node)


def of_home() -> list[dict[str, Any]]:
    """The site, how it is searched, and who is behind it."""
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": absolute("/search/") + "?q={search_term_string}"},
        "query-input": "required name=search_term_string",
    }
    site = {"@type": "WebSite", "@id": _site_id(), "url": absolute("/"), "name": settings.SITE_NAME, "inLanguage": "en"}
    return [{**site, "publisher": {"@id": organization()["@id"]}, "potentialAction": search}, organization()]


def of_topic(topic: Topic, cards: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A shelf, and what stands on it; `cards` are the articles that its page lists."""
    url = absolute(topic.get_absolute_url())
    listed = [
        {"@type": "ListItem", "position": place, "url": absolute(card["url"]), "name": card["title"]}
        for place, card in enumerate(cards, start=1)
    ]
    node = {
        "@type": "CollectionPage",
        "@id": url + "#topic",
        "url": url,
        "name": topic.name,
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "@id": _site_id(), "name": settings.SITE_NAME},
        "specialty": f"{VOCABULARY}/{topic.specialty}" if topic.specialty else None,
        "mainEntity": {"@type": "ItemList", "itemListElement": listed} if listed else None,
    }
    return [_told(node), breadcrumbs(_lineage(topic))]


def of_person(person: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The profile of somebody who writes or reviews; `person` is all that the page prints."""
    url = absolute(person["url"])
    who = {
        "@type": "Person",
        "@id": url + "#me",
        "url": url,
        "name": person["name"],
        "honorificSuffix": person["post_nominals"],
        "knowsAbout": person["specialty"],
        "hasCredential": [_credential(held.qualification, held.registering_body) for held in person["credentials"]],
        "sameAs": person["orcid_url"],
    }
    return [{"@type": "ProfilePage", "@id": url + "#page", "url": url, "inLanguage": "en", "mainEntity": _told(who)}]


def organization() -> dict[str, Any]:
    """The publisher, and where readers find what it has promised."""
    return {
        "@type": "Organization",
        "@id": absolute("/#organization"),
        "name": settings.SITE_NAME,
        "url": absolute("/"),
        "logo": absolute(static("articles/logo.svg")),
        "publishingPrinciples": absolute(reverse("reviews:policy")),
        "correctionsPolicy": absolute(reverse("reviews:corrections")),
        "actionableFeedbackPolicy": absolute(reverse("reviews:policy")) + "#feedback",
        "ownershipFundingInfo": absolute(reverse("articles:about")) + "#funding",
    }


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The way from the home page to this one: names and absolute addresses."""
    steps = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate([(settings.SITE_NAME, absolute("/")), *trail], start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def absolute(path: str) -> str:
    """Links for machines are whole, and never come from the request."""
    return path if path.startswith(("http://", "https://")) else settings.SITE_URL + path


def _site_id() -> str:
    return absolute("/#website")


def _lineage(topic: Topic) -> list[tuple[str, str]]:
    """The topic under its parents, the widest first; a circle among them ends where it closes."""
    seen: dict[int, Topic] = {}
    step: Topic | None = topic
    while step and step.pk not in seen:
        seen[step.pk] = step
        step = step.parent
    return [(shelf.name, absolute(shelf.get_absolute_url())) for shelf in reversed(seen.values())]


def _named(who: Mapping[str, str]) -> dict[str, Any]:
    """A person as the page names them, with the bare name: letters after it have a property of their own."""
    profile = absolute(who["url"]) if who["url"] else ""
    node = {
        "@type": "Person",
        "@id": f"{profile}#me" if profile else "",
        "name": who["name"],
        "honorificSuffix": who["post_nominals"],
        "url": profile,
    }
    return _told(node)


def _signed_with(medical: Any) -> dict[str, Any]:
    """The credential as it is printed on the page, taken apart where its record still says the very same."""
    if medical.credential.as_printed == medical.credential_as:
        return _credential(medical.credential.qualification, medical.credential.registering_body)
    return {"@type": "EducationalOccupationalCredential", "name": medical.credential_as}


def _credential(qualification: str, registering_body: str) -> dict[str, Any]:
    return {
        "@type": "EducationalOccupationalCredential",
        "credentialCategory": qualification,
        "recognizedBy": {"@type": "Organization", "name": registering_body},
    }


def _corrections(page: Mapping[str, Any]) -> list[dict[str, str]]:
    """What was put right, as the page itself lists it."""
    return [
        {"@type": "CorrectionComment", "text": put_right["text"], "datePublished": with_zone(put_right["at"])}
        for put_right in page["corrections"]
    ]


def _told(node: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known: an empty property would be a claim, too."""
    return {name: told for name, told in node.items() if told}
