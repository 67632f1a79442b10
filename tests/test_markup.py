"""A writer's Markdown becomes safe HTML in which every citation is a number that can be followed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.dialect import MARKS, MOST_MARKS
from articles.markup import (
    CLEANER,
    LINK_MISSING,
    PICTURE_MISSING,
    Cited,
    Heading,
    cited_keys,
    picture_paths,
    plain,
    render,
    sentences_citing,
)
from tests.pages import Page
from tests.patience import patience

SHA = "0123456789abcdef" * 4
OTHER = "f" * 64
PICTURE = f"/pictures/{SHA}.webp"


def cited(*keys, url="https://doi.org/10.1000/{key}", label="Label of {key}"):
    return {key: Cited(key, n, url.format(key=key), label.format(key=key)) for n, key in enumerate(keys, 1)}


def html(body, *keys):
    return render(body, cited(*keys)).html


def page(body, *keys):
    return Page(html(body, *keys))


def numbers(body, *keys):
    return [link.text for link in page(body, *keys).all("a") if link.attrs.get("class") == "citation-number"]


# Citations


def test_a_citation_is_a_number_in_parentheses_that_leads_to_its_source():
    assert html("It helps [@smith2020].", "smith2020") == (
        '<p>It helps <span class="citation">(<a class="citation-number" id="cite-1-1" '
        'href="https://doi.org/10.1000/smith2020" rel="noreferrer" role="doc-biblioref" '
        'aria-label="Reference 1: Label of smith2020">1</a>)</span>.</p>\n'
    )


def test_each_of_several_numbers_is_a_link_and_none_is_collapsed_into_a_range():
    shown = page("It helps [@a; @b; @c].", "a", "b", "c")
    assert shown.text == "It helps (1, 2, 3).\n"
    assert [link.attrs["href"][-1] for link in shown.all("a")] == ["a", "b", "c"]


def test_sources_may_also_be_told_apart_by_commas():
    assert page("x [@a, @b,@c]", "a", "b", "c").text == "x (1, 2, 3)\n"


def test_a_locator_follows_its_number_and_semicolons_then_part_the_items():
    assert page("x [@a, p. 4]", "a").text == "x (1, p. 4)\n"
    assert page("x [@a; @b, pp. 4-5; @c]", "a", "b", "c").text == "x (1; 2, pp. 4-5; 3)\n"
    assert page("x [@a p. 4]", "a").text == "x (1, p. 4)\n"


def test_a_source_cited_twice_has_one_number_and_two_places():
    rendered = render("x [@a] y [@b] z [@a]", cited("a", "b"))
    assert numbers("x [@a] y [@b] z [@a]", "a", "b") == ["1", "2", "1"]
    assert Page(rendered.html).values("id") == ["cite-1-1", "cite-2-1", "cite-1-2"]
    assert rendered.places == {"a": 2, "b": 1}


def test_the_same_source_twice_in_one_bracket_is_printed_once_unless_the_locator_differs():
    assert page("x [@a; @a]", "a").text == "x (1)\n"
    assert page("x [@a, p. 1; @a, p. 2]", "a").text == "x (1, p. 1; 1, p. 2)\n"


def test_the_numbers_are_those_the_caller_gives():
    assert numbers("x [@b; @a]", "a", "b") == ["2", "1"]


def test_keys_come_in_order_of_first_appearance_each_once():
    assert cited_keys("# T [@c]\n\nx [@a; @c]\n\n| h [@b] |\n|---|\n| [@a; @d] |\n") == ("c", "a", "b", "d")


def test_a_source_without_an_address_leads_to_the_list_of_references():
    shown = Page(render("x [@a]", {"a": Cited("a", 7, "", "L")}).html)
    assert shown.values("href") == ["#ref-7"]
    assert shown.values("rel") == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://x", "ftp://x", "java\nscript:x"])
def test_a_source_with_an_unsafe_address_leads_to_the_list_of_references(url):
    assert Page(render("x [@a]", {"a": Cited("a", 1, url, "L")}).html).values("href") == ["#ref-1"]


def test_a_source_without_a_label_is_named_by_its_number():
    assert Page(render("x [@a]", {"a": Cited("a", 2, "", " ")}).html).values("aria-label") == ["Reference 2"]


def test_hostile_labels_and_addresses_stay_inside_their_attributes():
    bad = '"><script>alert(1)</script><a onclick="x'
    shown = Page(render("x [@a]", {"a": Cited("a", 1, f"https://x/{bad}", f"\ud800\x00{bad}")}).html)
    assert [element.tag for element in shown.elements] == ["p", "span", "a"]
    assert shown.values("aria-label") == [f"Reference 1: {bad}"]
    assert shown.values("href") == [f"https://x/{bad}"]


def test_an_unknown_source_is_shown_and_listed():
    rendered = render("x [@gone] y [@a; @lost, p. 2]", cited("a"))
    assert Page(rendered.html).text == "x [@gone: no such reference] y (1) [@lost: no such reference]\n"
    assert Page(rendered.html).values("class").count("citation citation-unknown") == 2
    assert (rendered.keys, rendered.unknown) == (("a",), ("gone", "lost"))


@pytest.mark.parametrize("key", ["a", "9", "Smith_2020", "doi:10.1-x", "a+b", "a.b", "x" * 100])
def test_keys_may_hold(key):
    assert cited_keys(f"x [@{key}]") == (key,)


@pytest.mark.parametrize(("written", "key"), [("a.", "a"), ("a:", "a"), ("a.b.:", "a.b"), ("a., p. 3", "a")])
def test_punctuation_after_a_key_is_not_part_of_it(written, key):
    assert cited_keys(f"x [@{written}]") == (key,)


@pytest.mark.parametrize(
    "written",
    [
        "[@]", "[@-a]", "[@_a]", "[@é]", "[a@b]", "[see @a]", "[@a; see b]", "[@a @b]", "[@a;]", "[@" + "x" * 101 + "]",
        r"\[@a]", "[@a", "@a", "[@a; [@", "[ @a ]", "[@a, p. 1; p. 2]",
    ],
)  # fmt: skip
def test_what_is_not_a_citation_stays_as_it_was_typed(written):
    assert cited_keys(f"x {written} y") == ()
    assert Page(html(f"x {written} y")).text == f"x {written} y\n".replace("\\[", "[")


@pytest.mark.parametrize(
    ("body", "around"),
    [
        ("# T [@a]", "h2"), ("- item [@a]", "li"), ("> said [@a]", "blockquote"), ("*em [@a]*", "em"),
        ("**em**[@a]", "p"), ("~~x [@a]~~", "s"), ("| h |\n|---|\n| [@a] |", "td"), ("| [@a] |\n|---|\n| c |", "th"),
        (f'![alt]({PICTURE} "From [@a]")', "figcaption"), ("T [@a]\n===", "h2"), ("[@a]: text", "p"),
        ("x [@a;\n@b]", "p"),
    ],
)  # fmt: skip
def test_citations_work_in(body, around):
    shown = page(body, "a", "b")
    assert "(1" in shown.all(around)[0].text
    assert "@" not in shown.text


@pytest.mark.parametrize("body", ["`[@a]`", "```\n[@a]\n```", "    [@a]", f"![alt [@a]]({PICTURE})"])
def test_citations_are_not_read_in_code_nor_in_descriptions(body):
    assert cited_keys(body) == ()
    assert numbers(body, "a") == []


def test_a_citation_in_a_link_wins_over_the_link():
    shown = page("[words [@a]](https://x.org) and [@a](https://x.org)", "a")
    assert [link.text for link in shown.all("a")] == ["1", "1"]


def test_a_line_that_begins_with_a_citation_and_a_colon_does_not_vanish():
    assert page("[@a]: https://example.org", "a").text == "(1): https://example.org\n"
    assert "https://example.org" in page("[label]: https://example.org").text


# Headings


def test_the_page_title_stays_the_only_h1():
    assert [e.tag for e in page("# One\n\n## Two\n\n### Three\n\nSet\n===").elements] == [
        "h2",
        "h2",
        "h3",
        "h2",
    ]


def test_headings_are_listed_with_ids_that_ignore_citations():
    rendered = render("## Night *cramps* [@a]\n\n### What helps?", cited("a"))
    assert rendered.headings == (
        Heading(2, "Night cramps", "section-night-cramps"),
        Heading(3, "What helps?", "section-what-helps"),
    )
    assert [e.attrs["id"] for e in Page(rendered.html).elements if e.tag in ("h2", "h3")] == [
        "section-night-cramps",
        "section-what-helps",
    ]


def test_heading_ids_are_unique_and_never_empty():
    ids = [h.id for h in render("# a\n\n# a\n\n# a 2\n\n# A\n\n# !\n\n# ?\n\n# Été", {}).headings]
    assert ids == [
        "section-a",
        "section-a-2",
        "section-a-2-2",
        "section-a-3",
        "section",
        "section-2",
        "section-été",
    ]


@pytest.mark.parametrize("name", ["body", "cookie", "cite-1-1", "ref-1", "location", "__proto__", "getElementById"])
def test_no_heading_can_take_a_name_that_scripts_or_citations_use(name):
    assert all(i.startswith("section") for i in page(f"# {name}").values("id"))


def test_headings_in_quotations_and_lists_are_not_in_the_outline():
    assert render("> # Quoted\n\n- # Listed\n\n# Own", {}).headings == (Heading(2, "Own", "section-own"),)


# Tables, pictures, links


def test_a_table_scrolls_can_be_reached_by_keyboard_and_needs_no_style_attribute():
    shown = page("| l | c | r | n |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |")
    assert shown.all("div")[0].attrs == {
        "class": "table-scroll",
        "role": "region",
        "aria-label": "Table",
        "tabindex": "0",
    }
    alignment = ["align-left", "align-center", "align-right", None]
    assert [th.attrs.get("class") for th in shown.all("th")] == alignment
    assert [td.attrs.get("class") for td in shown.all("td")] == alignment
    assert all(th.attrs["scope"] == "col" for th in shown.all("th"))
    assert shown.values("style") == []


def test_an_uploaded_picture_alone_is_a_figure_with_its_caption():
    assert html(f'![A *calf*]({PICTURE} "The calf")') == (
        f'<figure><img src="{PICTURE}" alt="A calf" loading="lazy" decoding="async"><figcaption>The calf</figcaption></figure>\n'
    )


def test_an_uploaded_picture_in_a_sentence_stays_there():
    shown = page(f"Look ![A calf]({PICTURE}) here")
    assert [e.tag for e in shown.elements] == ["p", "img"]


@pytest.mark.parametrize("title", ["decorative", "Decorative"])
def test_a_decorative_picture_has_an_empty_description_and_no_caption(title):
    shown = page(f'![whatever]({PICTURE} "{title}")')
    assert shown.all("img")[0].attrs["alt"] == ""
    assert shown.all("figcaption") == []


@pytest.mark.parametrize(
    "source",
    [
        "https://x.org/a.png", "//x.org/a.png", "data:image/png;base64,AAAA", "javascript:alert(1)", "a.png",
        f"/pictures/{SHA}.svg", f"/pictures/{SHA[:-1]}.webp", f"/pictures/../{SHA}.webp", f"{PICTURE}?x=1",
        f"/x{PICTURE}", f"/pictures/{SHA.upper()}.webp", "",
    ],
)  # fmt: skip
def test_no_other_picture_is_loaded_and_the_text_says_so(source):
    shown = page(f"![calf]({source})")
    assert shown.all("img") == []
    assert shown.text == PICTURE_MISSING + "\n"


def test_a_description_cannot_leave_its_attribute():
    shown = page(f"![\"><script>x</script> ' onerror=x]({PICTURE} '\"><script>')")
    assert [e.tag for e in shown.elements] == ["figure", "img", "figcaption"]
    assert set(shown.all("img")[0].attrs) == {"src", "alt", "loading", "decoding"}


@pytest.mark.parametrize(
    ("href", "rel"),
    [
        ("https://x.org/a?b=c&d#e", ["noreferrer"]), ("http://x.org", ["noreferrer"]), ("//x.org", ["noreferrer"]),
        ("mailto:a@b.org", []), ("/articles/leg-cramps/", []), ("#section-causes", []), ("other", []), ("a/b:c", []),
    ],
)  # fmt: skip
def test_links_are_kept_and_other_sites_are_not_told_what_somebody_reads(href, rel):
    shown = page(f"[words]({href})")
    assert shown.values("href") == [href]
    assert shown.values("rel") == rel
    assert shown.values("target") == []


UNSAFE = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript&colon;alert(1)",
    "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)", "javascript&#58;alert(1)",
    "<java\tscript:alert(1)>", "< javascript:alert(1)>", "vbscript:x", "data:text/html,<script>x</script>",
    "data:image/png;base64,AA", "data:image/svg+xml,x", "file:///etc/passwd", "feed:javascript:x", "ftp://x.org",
    "blob:https://x", "about:blank", "ms-its:x", "view-source:x", "https:", "http:x", "x:y", "java\x00script:alert(1)",
    "\u202ejavascript:x", "javascript\\:alert(1)", "%6aavascript:x", "mailto:",
]  # fmt: skip


@pytest.mark.parametrize("href", UNSAFE)
def test_an_unsafe_address_never_becomes_a_link(href):
    for shown in (page(f"[words]({href})"), page(f"<{href}>"), page(f"[![x]({PICTURE})]({href})")):
        assert shown.all("a") == []


def test_an_unsafe_link_keeps_its_words_and_says_why():
    assert page("[Click](javascript:alert(1)) now").text == f"Click {LINK_MISSING} now\n"


def test_addresses_without_angle_brackets_are_text():
    assert page("see https://x.org/").all("a") == []


# Safety

TAGS = {
    "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "div", "figure", "figcaption",
    "table", "thead", "tbody", "tr", "th", "td", "a", "code", "em", "img", "s", "span", "strong",
}  # fmt: skip
ATTRIBUTES = {
    "id", "class", "href", "rel", "role", "aria-label", "tabindex", "scope", "src", "alt", "loading", "decoding", "start",
}  # fmt: skip


def assert_safe(text):
    shown = Page(text)
    for element in shown.elements:
        assert element.tag in TAGS
        assert set(element.attrs) <= ATTRIBUTES
    for href in shown.values("href"):
        scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*)\s*:", href, re.IGNORECASE)
        assert scheme is None or scheme[1].lower() in ("http", "https", "mailto")
    assert all(re.fullmatch(r"/pictures/[0-9a-f]{64}\.(webp|png|jpg)", src) for src in shown.values("src"))
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    assert all(re.match(r"section(-|$)|cite-\d+-\d+$", i) for i in ids)
    assert "<!--" not in text


PAYLOADS = [
    "<script>alert(1)</script>", "<ScRiPt src=//x>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<iframe srcdoc='<script>x</script>'>", "<body onload=x>", "<style>*{}</style>",
    "<a href=javascript:alert(1)>x</a>", "<a href='jav&#x09;ascript:x'>x</a>", "<form action=javascript:x><button>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<svg></p><style><a id='</style><img src=1 onerror=x>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=x>", "<!--><img src=x onerror=x>-->",
    "<![CDATA[><img src=x onerror=x>]]>", "<?xml ?><script>x</script>", "</p></div></body><script>x</script>",
    "<form name=body><input name=firstChild>", "<img name=getElementById>", "<a id=cookie name=cookie>", "<base href=//x>",
    "<meta http-equiv=refresh content='0;url=javascript:x'>", "<object data=javascript:x>", "<embed src=x>", "<link rel=x>",
    "<details open ontoggle=x>", "<video><source onerror=x>", "<template><script>x</script></template>", "<p style='x:y'>",
    "<isindex type=image src=1 onerror=x>", "<input autofocus onfocus=x>", "<marquee onstart=x>",
    "<xss id=x tabindex=1 onfocus=x>",
    "`<script>x</script>`", "```\n<script>x</script>\n```", "```<script>x\nx\n```", '```" onmouseover="x\nx\n```',
    '[x](https://x "onmouseover=x")', '[x](<https://x" onmouseover="x>)', "[x](https://x'onclick='x)", "<https://x\"onclick=\"x>",
    '![" onerror="x](x)', "&lt;script&gt;x&lt;/script&gt;", "&#60;script&#62;x", "<a\x00b>", "<scr\x00ipt>x</scr\x00ipt>",
    '[@a"><script>]', "[@<script>]", '[@a, "><script>x</script>]', "# <script>x</script>",
    "| <script> |\n|---|\n| <img onerror=x> |",
    "<user@x.org?onclick=x>", "[x]: javascript:x\n\n[x]", "![x][y]\n\n[y]: data:image/svg+xml,x", "\u2028<script>\u2029",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "# {}", "> - {}", "| {} |\n|---|\n| {} |", "*{}* **{}**", f'![{{}}]({PICTURE} "{{}}")'])
def test_no_payload_becomes_markup(payload, frame):
    assert_safe(html(frame.replace("{}", payload), "a"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sanitiser_alone_would_stop_each_payload(payload):
    shown = Page(CLEANER.clean(payload))
    assert {element.tag for element in shown.elements} <= TAGS
    assert all(set(element.attrs) <= ATTRIBUTES for element in shown.elements)
    assert not any("script:" in href for href in shown.values("href"))


def test_every_page_passes_through_the_sanitiser():
    assert html("a  \nb") == "<p>a<br>\nb</p>\n"  # the parser alone would write <br />


def test_html_is_text():
    assert page("a <b>bold</b> claim <!-- seen -->").text == "a <b>bold</b> claim <!-- seen -->\n"


@pytest.mark.parametrize("unseen", ["\x00", "\x08", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud800"])
def test_characters_that_nobody_sees_are_dropped_however_they_are_spelt(unseen):
    entity = f"&#{ord(unseen)};"
    assert page(f"take {unseen}50 mg").text == "take 50 mg\n"
    assert unseen not in html(f"# {entity} [x{entity}](/{entity}) `{unseen}` ![{entity}]({PICTURE} '{entity}')")
    assert unseen not in plain(f"x {entity} {unseen}")


def test_marks_that_right_to_left_scripts_need_are_kept():
    assert "\u200f" in html("שלום\u200f")


# Text for fact checkers, search and word counts


def test_each_source_has_the_sentences_it_is_cited_for():
    body = "# Night cramps [@c]\n\nThey hurt [@a]. Rest helps,\ne.g. *stretching* [@a; @b]. Nothing.\n\n- Water [@b] helps"
    assert sentences_citing(body) == {
        "c": ["Night cramps"],
        "a": ["They hurt.", "Rest helps, e.g. stretching."],
        "b": ["Rest helps, e.g. stretching.", "Water helps"],
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Smith and Prof. Jones used 2.5 mg vs. Placebo, cf. Table 2.", "See p. 4 and Fig. 2, i.e. That one.",
        "Smith et al. Found it at 9 a.m. On Monday.", "In the U.S. Patients pay approx. 5 dollars.", "Dr J. Smith said so.",
        "It was 0.5 to 1.5 % (no. 3).", "Does it help… perhaps.", "Is it so? asked one.",
    ],
)  # fmt: skip
def test_a_sentence_is_not_cut_short(sentence):
    assert sentences_citing(f"One thing. {sentence[:-1]} [@a]. Other thing.") == {"a": [sentence]}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He took vitamin C.", "The rest did not."), ("It cost 5 mg.", "Then he left!"), ("Is it so?", "It is."),
        ("The answer is no.", "It never was."), ("He said “no.”", "She left."), ("It ended in 2019.", "5 of them stayed."),
        ("No!", "É is a letter."),
    ],
)  # fmt: skip
def test_sentences_are_told_apart(first, second):
    assert sentences_citing(f"{first} {second} [@a]") == {"a": [second]}


def test_a_citation_after_the_full_stop_belongs_to_the_sentence_before_it():
    assert sentences_citing("It helps. [@a] It hurts.[@b][@c] The end.") == {
        "a": ["It helps."],
        "b": ["It hurts."],
        "c": ["It hurts."],
    }


def test_a_citation_standing_alone_speaks_for_what_came_before_it():
    assert sentences_citing("First. It helps.\n\n[@a]") == {"a": ["It helps."]}


def test_in_a_table_the_sentence_is_the_row():
    body = "| Drug | Dose | Source |\n|---|---|---|\n| Aspirin. A | 75 mg | [@a] |\n| Other | [@b] | |"
    assert sentences_citing(body) == {"a": ["Aspirin. A; 75 mg"], "b": ["Other"]}


def test_plain_text_has_the_words_and_nothing_else():
    body = "## A *b* [@a]\n\nOne\ntwo [@a, p. 4].\n\n- x\n- y\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n"
    body += f'![alt]({PICTURE} "cap")\n\n```\ncode\n```'
    assert plain(body) == "A b\nOne two.\nx\ny\nh; i\n1; 2\ncap\ncode"
    assert plain("") == ""


def test_pictures_are_named_once_each_in_order():
    body = f'![a]({PICTURE})\n\nx ![](/pictures/{OTHER}.jpg "decorative") ![b]({PICTURE}) ![c](https://x.org/{SHA}.png)'
    assert picture_paths(body) == (SHA, OTHER)


# Whatever is typed

ODDITIES = st.sampled_from(
    [
        "[@a]", "[@b; @zz, p. 4]", "[@", "[", "]", "](", ")", "!", "*", "**", "_", "~~", "`", "```\n", "\n", "\n\n", "# ",
        "## ", "> ", "- ", "1. ", "    ", "| a | b |\n|---|:-:|\n| c |", "|", "\\", "&#x202e;", "&lt;", "<script>", "<!--",
        "onerror=", "javascript:x", "https://x.org", f'![x]({PICTURE} "[@a]")', "\x00", "\ud800", "\u202e", "\t", "word ",
        "<a:b>", "---\n", "{", "'", '"',
    ]
)  # fmt: skip
BODIES = st.one_of(st.text(max_size=300), st.lists(ODDITIES | st.text(max_size=5), max_size=40).map("".join))


@given(BODIES)
@settings(deadline=None, max_examples=300)
def test_whatever_is_typed_the_page_is_safe_and_its_numbers_are_its_keys(body):
    sources = cited("a", "b")
    rendered = render(body, sources)
    assert_safe(rendered.html)
    assert rendered == render(body, sources)
    shown = [e.text for e in Page(rendered.html).all("a") if e.attrs.get("class") == "citation-number"]
    assert dict.fromkeys(shown) == dict.fromkeys(str(sources[key].number) for key in rendered.keys)
    assert len(shown) == sum(rendered.places.values())
    assert set(rendered.keys) | set(rendered.unknown) == set(cited_keys(body)) == set(sentences_citing(body))
    assert set(rendered.keys) == set(rendered.places)
    assert Page(rendered.html).text.count(": no such reference]") >= len(rendered.unknown)
    plain(body), picture_paths(body)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30))
@settings(deadline=None, max_examples=50)
def test_numbered_by_first_appearance_a_text_counts_up_from_one(keys):
    body = " ".join(f"word [@{key}]" for key in keys)
    shown = [int(n) for n in numbers(body, *cited_keys(body))]
    assert list(dict.fromkeys(shown)) == list(range(1, len(set(keys)) + 1))


# Hostile size

MEGABYTE = 1_000_000
BOMBS = [
    "[", "![", "[@a; ", "[@a", "[a](", "*a **b ", "_a __b ", "~~a ", "`", "`a``b", "> ", "- ", "1. ", "&", "<a:", "# a\n",
    "a\n\n", "a|b\n", "*a_b", "\\", "]", "[@a" + " " * 1900 + "]", ". ", "A. (", "(1", "1,", "\x00", " ", "1 in ", "[1, ",
    "a.\"') ",
]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("size", ["megabytes", "marks"])
def test_hostile_text_costs_little_time(bomb, size):
    marks = sum(bomb.count(mark) for mark in MARKS)
    times = (MEGABYTE if bomb == "[" else MEGABYTE // 4) // len(bomb)
    body = bomb * (min(times, MOST_MARKS // marks // 4) if marks and size != "megabytes" else times)
    with patience():
        rendered = render(body, cited("a"))
        sentences_citing(body)
    assert_safe(rendered.html[:20_000].rpartition("<")[0])


def test_a_text_made_to_exhaust_the_parser_is_shown_in_part_and_says_so():
    shown = page("*a* " * MOST_MARKS)
    assert [e.tag for e in shown.elements] == ["pre", "code"]
    assert shown.text.startswith("*a* *a*") and "too much markup" in shown.text


def test_a_very_long_article_is_still_read():
    body = "\n\n".join(f"## Part {i}\n\n" + "Plain words of an article. " * 60 + "[@a]" for i in range(300))
    assert len(body) > 480_000
    assert len(render(body, cited("a")).headings) == 300


def test_deep_nesting_ends():
    for body in (
        "> " * 500 + "x",
        "- " * 500 + "x",
        "*" * 500 + "x" + "*" * 500,
        "[" * 500 + "x" + "](y)" * 500,
    ):
        assert len(html(body)) < 20_000
