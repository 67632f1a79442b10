"""Names of languages, as NLM adds them to the entry of a source that is not in English."""

from typing import Final

# Two-letter codes (ISO 639-1), then the three-letter codes that PubMed uses.
_NAMES: Final = {
    "Afrikaans": "af afr", "Albanian": "sq alb sqi", "Arabic": "ar ara", "Bosnian": "bs bos",
    "Bulgarian": "bg bul", "Catalan": "ca cat", "Chinese": "zh chi zho", "Croatian": "hr hrv",
    "Czech": "cs cze ces", "Danish": "da dan", "Dutch": "nl dut nld", "Estonian": "et est",
    "Finnish": "fi fin", "French": "fr fre fra", "Georgian": "ka geo kat", "German": "de ger deu",
    "Greek": "el gre ell", "Hebrew": "he heb", "Hindi": "hi hin", "Hungarian": "hu hun",
    "Icelandic": "is ice isl", "Indonesian": "id ind", "Irish": "ga gle", "Italian": "it ita",
    "Japanese": "ja jpn", "Korean": "ko kor", "Latvian": "lv lav", "Lithuanian": "lt lit",
    "Macedonian": "mk mac mkd", "Malay": "ms may msa", "Norwegian": "no nb nn nor nob nno",
    "Persian": "fa per fas", "Polish": "pl pol", "Portuguese": "pt por", "Romanian": "ro rum ron",
    "Russian": "ru rus", "Serbian": "sr srp scc", "Slovak": "sk slo slk", "Slovenian": "sl slv",
    "Spanish": "es spa", "Swedish": "sv swe", "Thai": "th tha", "Turkish": "tr tur", "Ukrainian": "uk ukr",
    "Vietnamese": "vi vie", "Welsh": "cy wel cym",
}  # fmt: skip
_BY_CODE: Final = {code: name for name, codes in _NAMES.items() for code in codes.split()}
_NOTHING_TO_SAY: Final = frozenset({"", "en", "eng", "english", "und", "mul", "zxx"})


def foreign_language(tag: str) -> str:
    """Norwegian for "no", "nb-NO", "nor" or "Norwegian"; "" for English and for no language at all."""
    words = tag.replace("_", "-").split("-")[0].strip()
    if words.lower() in _NOTHING_TO_SAY:
        return ""
    return _BY_CODE.get(words.lower(), words[:1].upper() + words[1:])
