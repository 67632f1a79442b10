"""PubMed's XML (E-utilities efetch) as drafts.

Every path is written out from the article's own element: ids, people and types of the works it cites stand in the
same file. Entities and external documents are refused before anything is read.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from articles.bibliography import medline
from articles.bibliography.draft import MOST_RECORDS, NotUnderstood, SourceDraft, checked_size, drafted, too_many
from articles.bibliography.text import value, without_stop

_SETS: Final = ("PubmedArticleSet", "PubmedBookArticleSet")
_RECORDS: Final = ("PubmedArticle", "PubmedBookArticle")
_BEGINNING: Final = re.compile(r"<Pubmed(?:Book)?Article[\s>]")
_ENDING: Final = re.compile(r"</Pubmed(?:Book)?Article\s*>")
_KEPT: Final = {"i": "i", "sub": "sub", "sup": "sup"}
_DEEPEST: Final = 12
# Publication types by their MeSH number; the words beside it are sometimes in capitals, or in another language.
_BY_NUMBER: Final = {
    "D016441": "Retracted Publication",
    "D016440": "Retraction of Publication",
    "D016425": "Published Erratum",
    "D000076942": "Preprint",
}


def read_pubmed_xml(text: str, line: int = 1) -> list[SourceDraft]:
    """Every article and book of the file; `line` is where it begins in what was pasted."""
    root = _parsed(checked_size(text).lstrip("\ufeff").strip(), line)
    found = [root] if root.tag in _RECORDS else [part for part in root if part.tag in _RECORDS]
    if root.tag not in (*_SETS, *_RECORDS):
        raise NotUnderstood(_what_else(root.tag), line)
    if not found:
        raise NotUnderstood("PubMed's answer holds no article. Check the number you asked for.", line)
    if len(found) > MOST_RECORDS:
        raise too_many(line)
    places = _places(text, line, len(found))
    return [_draft(record, raw, at) for record, (raw, at) in zip(found, places, strict=True)]


def _parsed(text: str, line: int) -> Element:
    try:
        return fromstring(text, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise NotUnderstood("This file defines entities of its own, which PubMed's never do. It was not read.", line) from error
    except ParseError as error:
        at = line + error.position[0] - 1
        raise NotUnderstood("The XML is broken or cut off here. Download it from PubMed again.", at) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise NotUnderstood("This is not XML that can be read. Download it from PubMed again.", line) from error


def _what_else(tag: str) -> str:
    if tag.lower() == "html":
        return "This is a web page, not PubMed's XML. On PubMed choose “Cite”, then “Download .nbib”."
    if tag in ("pmc-articleset", "article"):
        return "This is the full text from PubMed Central. Paste the PMCID, or PubMed's own record."
    return f"This XML is a {tag[:40]}, not PubMed's. Paste the PMID instead."


def _places(text: str, line: int, count: int) -> list[tuple[str, int]]:
    """The raw text of each record and the line it begins in; the whole text for each when they cannot be told apart."""
    starts, ends = (list(pattern.finditer(text)) for pattern in (_BEGINNING, _ENDING))
    if not len(starts) == len(ends) == count:
        return [(text, line)] * count
    places, seen = [], 0
    for start, end in zip(starts, ends, strict=True):
        line += text.count("\n", seen, start.start())
        seen = start.start()
        places.append((text[start.start() : end.end()], line))
    return places


def _draft(record: Element, raw: str, line: int) -> SourceDraft:
    return _book_draft(record, raw, line) if record.tag == "PubmedBookArticle" else _article_draft(record, raw, line)


def _article_draft(record: Element, raw: str, line: int) -> SourceDraft:
    listed = record.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")
    types = [_BY_NUMBER.get(each.get("UI", ""), _text(each)) for each in listed]
    links = list(_links(record))
    own_ids = {id.get("IdType"): _text(id) for id in record.iterfind("PubmedData/ArticleIdList/ArticleId")}
    valid = [
        id for id in record.iterfind("MedlineCitation/Article/ELocationID") if id.get("ValidYN", "Y").upper() != "N" and _text(id)
    ]
    ids = {
        "doi": [*(_text(id) for id in valid if id.get("EIdType") == "doi"), own_ids.get("doi", "")],
        "pmid": [_at(record, "MedlineCitation/PMID")],
        "pmcid": [own_ids.get("pmc", "")],
    }
    return drafted(
        "pubmed-xml",
        _article_csl(record, types, next((_text(id) for id in valid if id.get("EIdType") == "pii"), "")),
        {name: [each for each in found if each] for name, found in ids.items()},
        raw=raw,
        line=line,
        notices=medline.notices(types, links),
        is_notice=medline.is_notice(types, [ref_type for ref_type, _, _ in links]),
    )


def _links(record: Element) -> Iterator[tuple[str, str, str]]:
    for link in record.iterfind("MedlineCitation/CommentsCorrectionsList/CommentsCorrections"):
        yield link.get("RefType", ""), _at(link, "RefSource"), _at(link, "PMID")


def _article_csl(record: Element, types: list[str], pii: str) -> dict[str, object]:
    article = _child(record, "MedlineCitation/Article")
    journal, issue = _child(article, "Journal"), _child(article, "Journal/JournalIssue")
    # Whether it appeared only online is said in two places, and not always in both.
    status = "epublish" if article.get("PubModel", "").startswith("Electronic") else _at(record, "PubmedData/PublicationStatus")
    kind = medline.kind_of(types)
    people = _child(article, "AuthorList")
    language = _at(article, "Language").lower()
    return {
        "type": kind,
        "title": without_stop(_marked(article.find("ArticleTitle"))) or without_stop(_marked(article.find("VernacularTitle"))),
        "original-title": without_stop(_marked(article.find("VernacularTitle"))),
        "author": _people(people),
        "authors_truncated": True if people.get("CompleteYN", "Y").upper() == "N" else None,
        "container-title": without_stop(_at(journal, "Title")),
        "container-title-short": _at(record, "MedlineCitation/MedlineJournalInfo/MedlineTA") or _at(journal, "ISOAbbreviation"),
        "volume": _at(issue, "Volume"),
        "issue": _at(issue, "Issue"),
        "page": _pages(_child(article, "Pagination")) or ("" if "/" in pii else pii),
        "language": "" if language == "eng" else language,
        "genre": "Preprint" if kind == "article" else "",
        **medline.dates(_date(issue.find("PubDate")), _date(article.find("ArticleDate")), status),
    }


def _book_draft(record: Element, raw: str, line: int) -> SourceDraft:
    document, book = _child(record, "BookDocument"), _child(record, "BookDocument/Book")
    own_ids = {id.get("IdType"): _text(id) for id in document.iterfind("ArticleIdList/ArticleId")}
    number = own_ids.get("bookaccession") or ""
    ids = {
        "doi": [own_ids.get("doi", "")],
        "pmid": [_at(document, "PMID")],
        "isbn": [_text(isbn) for isbn in book.iterfind("Isbn")],
        "url": [f"https://www.ncbi.nlm.nih.gov/books/{number}/" if number else ""],
    }
    return drafted(
        "pubmed-xml",
        _book_csl(document, book),
        {name: [each for each in found if each] for name, found in ids.items()},
        raw=raw,
        line=line,
    )


def _book_csl(document: Element, book: Element) -> dict[str, object]:
    title, book_title = (without_stop(_marked(part)) for part in (document.find("ArticleTitle"), book.find("BookTitle")))
    people = {each.get("Type", "authors"): each for each in book.iterfind("AuthorList")}
    own_people = _people(_child(document, "AuthorList"))
    language = _at(document, "Language").lower()
    return {
        "type": "chapter" if title else "book",
        "title": title or book_title,
        "container-title": book_title if title else "",
        "author": own_people or ([] if title else _people(people.get("authors", Element("AuthorList")))),
        "editor": _people(people.get("editors", Element("AuthorList"))),
        "publisher": _at(book, "Publisher/PublisherName"),
        "publisher-place": _at(book, "Publisher/PublisherLocation"),
        "edition": _at(book, "Edition"),
        "volume": _at(book, "Volume"),
        "page": _pages(_child(document, "Pagination")),
        "language": "" if language == "eng" else language,
        **medline.dates(_date(book.find("PubDate")), "", ""),
    }


def _people(people: Element) -> list[dict[str, object]]:
    """The authors, in order; names NLM has marked as invalid are left out, and investigators are no authors."""
    found: list[dict[str, object]] = []
    for author in people.iterfind("Author"):
        if author.get("ValidYN", "Y").upper() == "N":
            continue
        group = _at(author, "CollectiveName")
        given = _at(author, "ForeName") or _at(author, "Initials")
        name = {"family": _at(author, "LastName"), "given": given, "suffix": _at(author, "Suffix")}
        found.append({"literal": group} if group else {part: text for part, text in name.items() if text})
    return [name for name in found if name]


def _pages(pagination: Element) -> str:
    written = _at(pagination, "MedlinePgn")
    if written:
        return written
    return "-".join(filter(None, (_at(pagination, "StartPage"), _at(pagination, "EndPage"))))


def _date(date: Element | None) -> str:
    """In PubMed's own words, "2002 Jul 25", whichever of its three ways it was written in."""
    if date is None:
        return ""
    parts = [_at(date, name) for name in ("Year", "Month", "Day", "Season")]
    if parts[1].isdigit():
        return "-".join(filter(None, parts[:3]))
    return " ".join(filter(None, parts)) or _at(date, "MedlineDate")


def _child(parent: Element, path: str) -> Element:
    found = parent.find(path)
    return Element("nothing") if found is None else found


def _at(parent: Element, path: str) -> str:
    return _text(_child(parent, path))


def _text(element: Element) -> str:
    return value("".join(element.itertext()))


def _marked(element: Element | None) -> str:
    """A title with its italics, subscripts and superscripts."""
    return "" if element is None else value("".join(_pieces(element, 0)))


def _pieces(element: Element, depth: int) -> Iterable[str]:
    if depth > _DEEPEST:
        yield from element.itertext()
        return
    yield element.text or ""
    for part in element:
        tag = _KEPT.get(part.tag, "")
        yield f"<{tag}>" if tag else ""
        yield from _pieces(part, depth + 1)
        yield f"</{tag}>" if tag else ""
        yield part.tail or ""
