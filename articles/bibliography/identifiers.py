"""The names by which a source is known elsewhere (DOI, PMID, PMCID, ISBN, address), or a person (ORCID iD).

Writers paste them from anywhere; each function gives the one form we keep, or a ValueError that says what
to do. Doing it twice changes nothing.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from articles.bibliography.text import unescape


@dataclass(frozen=True)
class Identifiers:
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    isbn: str = ""
    url: str = ""


_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_HYPHENS: Final = re.compile("[\u2010-\u2015]")
_UNSAFE: Final = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd\\s]")

# A slash may arrive encoded, more than once when it went through a library's log-in page.
_DOI: Final = re.compile(r"(?<![0-9])10\.[0-9]{4,9}(?:\.[0-9]+)*(?:/|%(?:25)*2[Ff]).*", re.DOTALL)
_RESOLVER: Final = re.compile(r"(?:^|[/=.]|//[0-9]-|-)(?:dx[.-])?doi[.-]org", re.IGNORECASE)
# A publisher's page about the article: ".../10.1002/x.pub3/full", ".../2020.03.09.984856v1.full.pdf".
_PAGE_ENDING: Final = re.compile(
    r"(?:(?<=[0-9])v[0-9]+)?(?:[./](?:full|fulltext|full-text|abstract|pdf|epdf|epub|html|meta|summary|references))*$",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"
_LONGEST_DOI: Final = 255
_LONGEST_PASTE: Final = 2000
_BRACKETS: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_NO_DOI: Final = "This is not a DOI. Paste it as 10.1000/xyz123 or as an address that begins with https://doi.org/."


def _pasted(raw: str) -> str:
    """The pasted text without what cannot be seen; nothing so long that looking through it takes long."""
    if len(raw) > _LONGEST_PASTE:
        raise ValueError("This is too much text. Paste the identifier alone.")
    return _INVISIBLE.sub("", raw).strip()


def normalise_doi(raw: str) -> str:
    """The bare DOI out of "doi: …", a resolver, library-proxy or publisher address, or running text.

    Letters keep the case the publisher gave them; compare with `doi_key`.
    """
    doi = _pasted(raw)
    while (simpler := _simpler_doi(doi)) != doi:
        doi = simpler
    if doi.partition("/")[2] == "":
        raise ValueError(_NO_DOI)
    if _UNSAFE.search(doi):
        raise ValueError("There is a space or an invisible character inside this DOI. Paste the DOI alone.")
    if len(doi) > _LONGEST_DOI:
        raise ValueError(f"This DOI is longer than {_LONGEST_DOI} characters. Paste the DOI alone.")
    return doi


def _simpler_doi(text: str) -> str:
    """One round: undo one layer of what browsers, web pages and proxies wrap round a DOI."""
    text = _HYPHENS.sub("-", unescape(text))
    found = _DOI.search(text)
    if not found:
        raise ValueError(_NO_DOI)
    before, doi = text[: found.start()], found[0].rstrip()
    if "/" in before:
        doi = _without_address_rest(before, doi)
    return _without_trailing(_decoded(doi))


def _without_address_rest(before: str, doi: str) -> str:
    """The DOI without the query, fragment or page name of the web address it stood in."""
    doi = re.split(r"[#&\s]" if "?" in before else r"[?#\s]", doi, maxsplit=1)[0]
    return doi if _RESOLVER.search(before) else _PAGE_ENDING.sub("", doi)


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError("This DOI holds a broken %-code. Copy it again from the article's own page.") from error


def _without_trailing(text: str) -> str:
    """Without the punctuation of the sentence it stood in; balanced brackets belong to the DOI."""
    while text:
        last = text[-1]
        opening = _BRACKETS.get(last)
        unbalanced = opening is not None and text.count(last) > text.count(opening)
        if last not in _TRAILING and not unbalanced:
            break
        text = text[:-1]
    return text


def doi_key(doi: str) -> str:
    """The form for telling whether two DOIs are the same: case does not count in a DOI."""
    return doi.lower()


def doi_url(doi: str) -> str:
    """The DOI's address, with everything percent-encoded that has a meaning in an address."""
    return "https://doi.org/" + quote(doi, safe="/:;()")


_PMID: Final = re.compile(r"(?:(?:PMID|PubMed(?:\s+ID)?)\s*[:#]?\s*)?([1-9][0-9]{0,7})\.?", re.IGNORECASE)
_PUBMED_ADDRESS: Final = re.compile(
    r"(?:pubmed[.-]ncbi[.-]nlm[.-]nih[.-]gov[^/\s]*/|nih[.-]gov[^/\s]*/pubmed/|europepmc[.-]org[^/\s]*/[a-z]+/med/)"
    r"(?:\?term=)?([1-9][0-9]{0,7})(?![0-9.])",
    re.IGNORECASE,
)


def normalise_pmid(raw: str) -> str:
    """The digits of a PubMed number, also out of a PubMed or Europe PMC address."""
    text = _pasted(raw)
    found = _PMID.fullmatch(text) or _PUBMED_ADDRESS.search(text)
    if found:
        return found[1]
    if _PMCID.fullmatch(text) or _PMC_ADDRESS.search(text):
        raise ValueError("This is a PubMed Central number. Put it in the PMCID field.")
    raise ValueError("A PMID is a number of 1 to 8 digits that does not begin with 0. Copy it from the PubMed page.")


_PMCID: Final = re.compile(r"(?:PMCID\s*[:#]?\s*)?PMC\s?([1-9][0-9]{0,8}(?:\.[0-9]{1,3})?)\.?", re.IGNORECASE)
_PMC_ADDRESS: Final = re.compile(
    r"(?:nih[.-]gov|europepmc[.-]org)[^\s]*/(?:articles?|pmc)/PMC([1-9][0-9]{0,8}(?:\.[0-9]{1,3})?)(?![0-9])",
    re.IGNORECASE,
)


def normalise_pmcid(raw: str) -> str:
    """The letters PMC and the digits of a PubMed Central number, also out of an address."""
    text = _pasted(raw)
    found = _PMCID.fullmatch(text) or _PMC_ADDRESS.search(text)
    if found:
        return f"PMC{found[1]}"
    if _PMID.fullmatch(text):
        raise ValueError("A PMCID begins with PMC, such as PMC8020016. If this is a PubMed number, use the PMID field.")
    raise ValueError("A PMCID is PMC and a number, such as PMC8020016. Copy it from the PubMed Central page.")


_ISBN_LABEL: Final = re.compile(r"^\s*ISBN(?:[\s-]*1[03](?=[\s:]))?\s*:?\s*", re.IGNORECASE)


def normalise_isbn(raw: str) -> str:
    """Thirteen digits, from an ISBN of ten or thirteen with or without hyphens."""
    text = _HYPHENS.sub("-", _pasted(raw))
    digits = re.sub(r"[\s-]", "", _ISBN_LABEL.sub("", text)).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return _isbn_13_from_10(digits)
    if not re.fullmatch(r"97[89][0-9]{10}", digits):
        raise ValueError("An ISBN has 10 digits, or 13 that begin with 978 or 979. Copy the number from the book.")
    if _check_digit_13(digits[:12]) != digits[12]:
        raise ValueError(_MISTYPED_ISBN)
    return digits


_MISTYPED_ISBN: Final = "This ISBN does not add up: a digit is wrong or two are swapped. Copy it again from the book."


def _isbn_13_from_10(digits: str) -> str:
    total = sum(weight * _worth(digit) for weight, digit in zip(range(10, 0, -1), digits, strict=True))
    if total % 11:
        raise ValueError(_MISTYPED_ISBN)
    twelve = "978" + digits[:9]
    return twelve + _check_digit_13(twelve)


def _worth(digit: str) -> int:
    return 10 if digit == "X" else int(digit)


def _check_digit_13(twelve: str) -> str:
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)


_ORCID: Final = re.compile(
    r"(?:.*\borcid\.org/|ORCID(?:\s*iD)?\s*:?\s*)?([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9X])/?",
    re.IGNORECASE,
)


def normalise_orcid(raw: str) -> str:
    """An ORCID iD as four groups of four, out of its address or as it stands."""
    found = _ORCID.fullmatch(_HYPHENS.sub("-", _pasted(raw)))
    if not found:
        raise ValueError("An ORCID iD has 16 digits, such as 0000-0002-1694-233X. Copy it from the ORCID page.")
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:15]:  # ISO 7064 mod 11-2
        total = (total + int(digit)) * 2
    if (12 - total % 11) % 11 != _worth(digits[15]):
        raise ValueError("This ORCID iD does not add up: a digit is wrong. Copy it again from the ORCID page.")
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


_LONGEST_ADDRESS: Final = 1000
_SITE: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
# "www-nejm-org.library.example": the name of a site as a library's proxy rewrites it, or the proxy itself.
_PROXY: Final = re.compile(r"[a-z0-9-]+-(?:com|org|gov|net|edu|int|uk)\.[^.]+\.|(?:.*\.)?(?:ezproxy|libproxy|idm\.oclc)\b")


def safe_url(raw: str) -> str:
    """A web address that is safe to link: http or https, a named public site, nothing hidden in it."""
    url = raw.strip()
    if _UNSAFE.search(url) or _INVISIBLE.search(url) or "\\" in url:
        raise ValueError("There is a space or another character in this address that cannot be there. Copy it again.")
    parts = _split(url)
    if "@" in parts.netloc:
        raise ValueError("This address contains a user name. Take out everything before and including the @.")
    site = _site(parts)
    rest = url[url.index("://") + 3 + len(parts.netloc) :]
    # Everything RFC 3986 does not allow in an address is encoded; what is encoded already stays as it is.
    address = f"{parts.scheme}://{site}" + quote(rest, safe="%/:?#[]@!$&'()*+,;=-._~")
    if len(address) > _LONGEST_ADDRESS:
        raise ValueError(f"This address is longer than {_LONGEST_ADDRESS} characters. Look for a shorter one.")
    return address


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "://" not in url:
        raise ValueError("A web address begins with https:// or http://. Copy it from the browser's address bar.")
    return parts


def _site(parts: SplitResult) -> str:
    """The host in lower case, with its port if it has one."""
    try:
        site, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        site, port = "", None
    if not _SITE.fullmatch(site):
        raise ValueError("This address does not name a web site, such as www.nhs.uk. Copy it again.")
    if _PROXY.match(site):
        raise ValueError("This is your library's own address for the page. Paste the publisher's address, or the DOI.")
    return site if port is None else f"{site}:{port}"
