"""A visitor who uses the site as a browser without script does: opens pages, fills in the forms that are there, presses a button.

A field that the page does not offer cannot be filled in, and every hidden field is sent as it stands.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client

from articles.models import User
from tests import pages


@dataclass
class Form:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)  # what is on it -> (name, value)


class Forms(HTMLParser):
    """The forms of a page with the values that a browser would send."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._text: tuple[str, list[str]] | None = None  # an open textarea or button
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self._by_id[given.get("id", "")] = self._form
            self.forms.append(self._form)
        form = self._by_id.get(given["form"]) if "form" in given else self._form
        if form is None:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name:
            form.names.add(name)
            if kind == "submit":
                form.buttons[given.get("value", "")] = (name, given.get("value", ""))
            elif kind not in {"checkbox", "radio", "file"} or ("checked" in given and kind != "file"):
                form.values.setdefault(name, []).append(given.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "input" and kind == "submit":
            form.buttons[given.get("value", "")] = ("", "")
        elif tag == "textarea":
            form.names.add(name)
            self._text = (name, form.values.setdefault(name, [""]))
        elif tag == "select":
            form.names.add(name)
            self._select = name
        elif tag == "option" and "selected" in given:
            form.values.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "button" and kind != "button":
            self._text = ("", [""])
            self._button = (form, name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            self._text[1][0] = self._text[1][0].removeprefix("\n")
            self._text = None
        elif tag == "button" and self._text:
            form, name, value = self._button
            form.buttons[" ".join(self._text[1][0].split())] = (name, value)
            self._text = None
        elif tag == "form":
            self._form = None


class Visitor:
    """One person's browser."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.path = ""
        self.html = ""
        self.status = 0

    def log_in(self, user: User, password: str) -> "Visitor":
        return self.open("/admin/login/").submit("Log in", username=user.username, password=password)

    def open(self, path: str) -> "Visitor":
        return self._arrive(self.client.get(urljoin(self.path, path), follow=True))

    def follow(self, text: str) -> "Visitor":
        """Follows the first link with these words on it."""
        found = [a.attrs["href"] for a in pages.Page(self.html).all("a") if text in " ".join(a.text.split())]
        assert found, f"no link “{text}” on {self.path}"
        return self.open(found[0])

    def submit(self, button: str, **fields: object) -> "Visitor":
        """Fills in the form that has this button, and presses it."""
        found = [form for form in Forms(self.html).forms if button in form.buttons]
        assert found, f"no button “{button}” on {self.path}: {[list(form.buttons) for form in Forms(self.html).forms]}"
        form = next((form for form in found if set(fields) <= form.names), found[0])
        missing = set(fields) - form.names
        assert not missing, f"the form has no field {missing}, only {form.names}"
        name, value = form.buttons[button]
        data = {**form.values, **fields, **({name: value} if name else {})}
        data = {key: given for key, given in data.items() if given is not None}
        address = urljoin(self.path, form.action or self.path)
        send = self.client.post if form.method == "post" else self.client.get
        return self._arrive(send(address, data, follow=True, headers={"Referer": f"http://testserver{self.path}"}))

    @property
    def text(self) -> str:
        return " ".join(pages.Page(self.html.replace("<", " <")).text.split())

    def _arrive(self, answer: HttpResponseBase) -> "Visitor":
        self.status = answer.status_code
        self.path = answer.redirect_chain[-1][0] if getattr(answer, "redirect_chain", None) else answer.request["PATH_INFO"]
        if query := answer.request.get("QUERY_STRING") and not getattr(answer, "redirect_chain", None):
            self.path += f"?{answer.request['QUERY_STRING']}" if query else ""
        self.path = urlsplit(self.path)._replace(scheme="", netloc="").geturl()
        self.html = answer.content.decode() if "text/html" in answer.headers.get("Content-Type", "") else ""
        return self
