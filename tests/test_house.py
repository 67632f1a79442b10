"""The house rules that no single test of a verb would notice: who imports whom, and who alone may write what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("articles", "reviews")
FILES = sorted(path for app in (*APPS, "cms") for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TREES = {path.relative_to(ROOT): ast.parse(path.read_text()) for path in FILES}
PURE = [
    "articles/markup.py", "articles/dialect.py", "articles/passages.py", "articles/findings.py", "articles/evidence.py",
    "articles/sentences.py", "articles/refusal.py", "articles/diff.py",
    "articles/folding.py", "articles/search_query.py", "articles/snippets.py", "articles/charts.py", "articles/passage_search.py",
    "articles/wilson.py",
    "articles/minor_change.py", "articles/stretches.py", "articles/drug_names.py", "articles/weighty_words.py",
    *(f"articles/bibliography/{path.name}" for path in (ROOT / "articles/bibliography").glob("*.py")),
]  # fmt: skip


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def imports_of(app: str, *packages: str) -> list[str]:
    return [
        f"{path}:{line} imports {name}"
        for path, tree in TREES.items()
        if path.parts[0] == app
        for name, line in imported(tree)
        if name.split(".")[0] in packages
    ]


# Every call of each file, as it is written: Publication.objects.create
CALLS = {path: {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)} for path, tree in TREES.items()}


def callers(*endings: str) -> set[str]:
    return {str(path) for path, calls in CALLS.items() if any(call.endswith(endings) for call in calls)}


# Rows by the thousand for measuring: sealed and chained like any others, and held to every lock.
MEASURING = {f"reviews/seeding/{path.name}" for path in (ROOT / "reviews/seeding").glob("*.py")}


def makers(model: str, *managers: str) -> set[str]:
    """The files that make or write rows of a model, by its name or by what relates to it; the made-up archive apart."""
    writes = ("create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete")
    through = (f"{model}.objects", f"{model}._base_manager", f"{model}._default_manager", *managers)
    found = callers(*(f"{manager}.{write}" for manager in through for write in writes))
    return (found | {str(path) for path, calls in CALLS.items() if model in calls}) - MEASURING


def test_the_code_was_found():
    assert Path("articles/drafting.py") in TREES
    assert Path("reviews/gate.py") in TREES


def test_what_we_say_never_imports_what_people_say_about_it():
    assert imports_of("articles", "reviews") == []


@pytest.mark.parametrize("app", APPS)
def test_nobody_imports_the_settings_or_the_tests(app):
    assert imports_of(app, "cms", "tests") == []


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{path}:{inner.lineno}"
        for path, tree in TREES.items()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_every_module_is_named_for_what_it_does():
    vague = {"utils", "util", "helpers", "common", "services", "managers", "base", "mixins", "misc"}
    assert [path for path in TREES if vague & {path.stem, *path.parts}] == []


def test_no_module_is_long():
    assert {str(path): n for path in TREES if (n := len((ROOT / path).read_text().splitlines())) > 300} == {}


def test_every_module_says_where_it_stands():
    silent = [str(path) for path, tree in TREES.items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


@pytest.mark.parametrize("name", [name for name in PURE if (ROOT / name).exists()])
def test_a_pure_module_knows_neither_models_nor_settings(name):
    known = [imported_name for imported_name, _ in imported(TREES[Path(name)])]
    assert not [n for n in known if n.startswith(("django.", "articles.models", "reviews")) or n == "django"]


def test_models_know_no_verbs():
    verbs = {"drafting", "pages", "history", "views", "requesting", "signing", "publishing", "gate", "remarks"}
    verbs |= {"credentials", "verification", "concerns", "merging", "adding", "scheduling", "triaging", "inviting", "outbox"}
    verbs |= {"delivery", "tending", "report_owners", "report_answers", "accepting", "signature_concerns"}
    knowing = [
        f"{path} imports {name}"
        for path, tree in TREES.items()
        if "models" in path.parts
        for name, _ in imported(tree)
        if name.split(".")[0] in APPS and verbs & set(name.split("."))
    ]
    assert knowing == []


def test_no_verb_takes_a_request():
    """Doors do; and the reader's pages are made without one."""
    ours = ("drafting", "pages", "history", "pictures")
    theirs = ("requesting", "signing", "publishing", "case", "gate", "remarks", "credentials", "verification", "notices")
    theirs += ("concerns", "policy", "scheduling", "triaging", "report_answers", "report_owners", "inviting", "accepting")
    theirs += ("request_withdrawal", "signature_concerns", "reminding", "credential_reminders", "outbox", "delivery", "tending")
    for name in (*(f"articles/{verb}.py" for verb in ours), *(f"reviews/{verb}.py" for verb in theirs)):
        assert "HttpRequest" not in (ROOT / name).read_text(), name


def test_only_publishing_makes_a_publication_or_a_withdrawal():
    assert makers("Publication", ".publications") == {"reviews/publishing.py"}
    assert makers("Withdrawal") == {"reviews/publishing.py", "reviews/request_withdrawal.py"}  # which takes a request back
    assert "Withdrawal.objects.create" not in CALLS[Path("reviews/request_withdrawal.py")]


def test_only_scheduling_makes_a_schedule_and_says_what_came_of_it():
    assert makers("Schedule", ".schedules") == makers("ScheduleOutcome") == {"reviews/scheduling.py"}


def test_what_is_decided_about_reports_is_written_in_one_place_each():
    assert makers("Triage") == {"reviews/triaging.py"}
    assert makers("ReportAnswer") == {"reviews/report_answers.py"}
    assert makers("ReportOwner", ".owners") == {"reviews/report_owners.py"}


def test_only_inviting_makes_an_invitation_and_only_accepting_uses_it():
    assert makers("Invitation") == {"reviews/inviting.py"}
    assert makers("InvitationUse") == {"reviews/accepting.py"}


def test_only_the_outbox_writes_a_notice():
    assert callers("Notice.objects.create", "Notice.objects.get_or_create") == {"reviews/outbox.py"}


def test_only_pages_writes_a_page():
    assert makers("Page") == {"articles/pages.py"}
    assert callers("page.save", "page.delete") == set()


def test_only_stored_responses_writes_a_finished_answer():
    assert makers("StoredResponse") == {"articles/stored_responses.py"}


def test_only_search_writes_what_can_be_searched():
    assert makers("SearchEntry") == {"articles/search.py"}
    assert callers("entry.save", "entry.delete") == set()


def test_only_signing_makes_a_signature_or_takes_one_back():
    for model, manager in (("SignOff", ".signoffs"), ("Revocation", ""), ("Resolution", ""), ("CitationVerdict", ".verdicts")):
        assert makers(model, *filter(None, [manager])) == {"reviews/signing.py"}, model


def test_only_drafting_makes_a_revision_and_only_drafting_and_asking_say_who_took_part():
    assert makers("Revision", ".revisions") == {"articles/drafting.py"}
    assert makers("Contribution", ".contributions") == {"articles/drafting.py", "reviews/requesting.py"}


def test_only_history_writes_an_event():
    assert makers("Event", ".events") == {"articles/history.py"}


def test_nothing_lifts_the_locks():
    assert callers("suspended") == set()


def test_no_raw_sql_is_written_where_records_are_made():
    raw = callers(".execute", ".raw", "RawSQL", ".extra", ".executemany", ".copy_expert")
    assert raw <= {
        "articles/locks.py", "articles/history.py", "cms/health.py", "reviews/verification.py", "articles/full_text.py",
        "articles/search_postgresql.py", "articles/search_sqlite.py", "articles/found_cards.py", "articles/replica.py",
        "articles/prepared.py", "articles/row_statistics.py", "articles/waiting.py", "cms/counter_file.py",
        "reviews/benchmarking/archives.py", "reviews/seeding/bulk.py", "reviews/reporting.py",
    }, raw  # fmt: skip


def test_nothing_is_published_or_signed_behind_a_save():
    """No signal, no save() of a model's own: what happens is what a verb says."""
    assert callers("post_save.connect", "pre_save.connect", "m2m_changed.connect", "receiver") == set()
    own_saves = [
        f"{path}: {method.name}"
        for path, tree in TREES.items()
        if "models" in path.parts
        for method in ast.walk(tree)
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete", "asave", "adelete"}
    ]
    assert own_saves == []
