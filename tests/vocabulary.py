"""As much of schema.org (release 30) as the site speaks: which type is a kind of which, and where each property is defined."""

from collections.abc import Iterator
from typing import Any

KINDS = {
    "Article": "CreativeWork",
    "Book": "CreativeWork",
    "BreadcrumbList": "ItemList",
    "Chapter": "CreativeWork",
    "CollectionPage": "WebPage",
    "Comment": "CreativeWork",
    "CorrectionComment": "Comment",
    "CreativeWork": "Thing",
    "CreativeWorkSeries": "CreativeWork",
    "Credential": "CreativeWork",
    "EducationalOccupationalCredential": "Credential",
    "EntryPoint": "Thing",
    "ItemList": "Thing",
    "ListItem": "Thing",
    "MedicalWebPage": "WebPage",
    "Organization": "Thing",
    "Patient": "Person",
    "Periodical": "CreativeWorkSeries",
    "Person": "Thing",
    "ProfilePage": "WebPage",
    "PropertyValue": "Thing",
    "PublicationIssue": "CreativeWork",
    "PublicationVolume": "CreativeWork",
    "Report": "Article",
    "ScholarlyArticle": "Article",
    "SearchAction": "Action",
    "Action": "Thing",
    "WebPage": "CreativeWork",
    "WebSite": "CreativeWork",
}
PROPERTIES = {
    "actionableFeedbackPolicy": {"Organization"},
    "audience": {"CreativeWork"},
    "author": {"CreativeWork"},
    "citation": {"CreativeWork"},
    "correction": {"CreativeWork"},
    "correctionsPolicy": {"Organization"},
    "credentialCategory": {"Credential"},
    "dateModified": {"CreativeWork"},
    "datePublished": {"CreativeWork"},
    "description": {"Thing"},
    "editor": {"CreativeWork"},
    "hasCredential": {"Organization", "Person"},
    "headline": {"CreativeWork"},
    "honorificSuffix": {"Person"},
    "identifier": {"Thing"},
    "image": {"Thing"},
    "inLanguage": {"CreativeWork"},
    "isPartOf": {"CreativeWork"},
    "issn": {"CreativeWorkSeries", "WebSite"},
    "issueNumber": {"PublicationIssue"},
    "item": {"ListItem"},
    "itemListElement": {"ItemList"},
    "knowsAbout": {"Organization", "Person"},
    "lastReviewed": {"WebPage"},
    "logo": {"Organization"},
    "mainEntity": {"CreativeWork"},
    "name": {"Thing"},
    "ownershipFundingInfo": {"Organization"},
    "pagination": {"Article", "Chapter", "PublicationIssue", "PublicationVolume"},
    "position": {"CreativeWork", "ListItem"},
    "potentialAction": {"Thing"},
    "propertyID": {"PropertyValue"},
    "publisher": {"CreativeWork"},
    "publishingPrinciples": {"CreativeWork", "Organization", "Person"},
    "query": {"SearchAction"},
    "recognizedBy": {"Credential"},
    "reviewedBy": {"WebPage"},
    "sameAs": {"Thing"},
    "specialty": {"WebPage"},
    "target": {"Action"},
    "text": {"CreativeWork"},
    "url": {"Thing"},
    "urlTemplate": {"EntryPoint"},
    "value": {"PropertyValue"},
    "volumeNumber": {"PublicationVolume"},
}


def nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every node of a document, at any depth."""
    if isinstance(data, dict):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from nodes(part)


def illegal(data: Any) -> list[str]:
    """What no type of its node allows. A node of one @id is a pointer; an action's input is a property with a suffix."""
    found = []
    for node in nodes(data):
        types = [node["@type"]] if isinstance(node.get("@type"), str) else node.get("@type", [])
        if not types and set(node) != {"@id"}:
            found.append(f"no type: {node}")
        kinds = {kind for name in types for kind in _kinds(name)}
        properties = {name.removesuffix("-input") for name in node if not name.startswith("@")}
        found += [f"{name} on {types}" for name in properties if not PROPERTIES.get(name, set()) & kinds]
    return found


def _kinds(name: str) -> Iterator[str]:
    yield name
    while name != "Thing":
        name = KINDS[name]
        yield name
